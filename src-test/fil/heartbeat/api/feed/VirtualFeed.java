package fil.heartbeat.api.feed;

import fil.heartbeat.aggregator.Changes;
import fil.heartbeat.alert.model.Alert;
import fil.heartbeat.api.rest.NetworkRoutes;
import io.vertx.core.json.JsonObject;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The feed of one process in virtual time, and a page whose connection may break anywhere, for
 * tests of other packages.
 */
public final class VirtualFeed {

  /** A page: it outlives processes, and comes back with the last cursor that it received. */
  public static final class Page {
    private final PageModel model = new PageModel();
    private final List<String> heard = new ArrayList<>();
    private boolean connected;

    /** The text of each of its streams, in order. */
    public List<String> heard() {
      return List.copyOf(heard);
    }

    /** Ends the stream. */
    public void disconnect() {
      connected = false;
    }

    /** Its nodes and alerts by their ids. */
    public JsonObject shown() {
      return model.shown();
    }

    private void open() {
      connected = true;
      heard.add("");
      model.opened();
    }

    private void hear(String text) {
      int last = heard.size() - 1;
      heard.set(last, heard.get(last) + text);
      for (FeedCutTest.Event event : FeedCutTest.events(text)) {
        model.take(event.name(), event.data(), event.id());
      }
    }
  }

  private final FeedModel model = new FeedModel();
  private final FeedStory story;
  private final FeedChannel channel;
  private long version;
  private long seconds;

  /**
   * @param run name of the process: a new one after each start
   */
  public VirtualFeed(String run, InstantSource time) {
    story = new FeedStory(model, time, () -> true);
    channel = new FeedChannel(run, node -> true, model, new FeedBudget(Long.MAX_VALUE));
  }

  /** The version since which it needs the changes. */
  public long version() {
    return version;
  }

  /**
   * Lets a second pass: takes the changes and sends the events to the page.
   *
   * @param cut number of characters of these events after which the connection breaks; negative
   *     when it does not
   */
  public void second(Changes changes, List<Alert> alerts, Page page, int cut) {
    List<FeedEvents> told = new ArrayList<>();
    JsonObject networks = NetworkRoutes.consensusInShort(changes.overview().networks());
    String news = story.news(networks);
    FeedModel.Delta delta = model.apply(changes);
    version = changes.overview().version();
    story.networks(networks);
    if (!delta.isEmpty() || !news.isEmpty()) {
      channel.take(delta, news, model).ifPresent(told::add);
    }
    String alerted = story.alerts(alerts);
    if (!alerted.isEmpty()) {
      channel.take(FeedModel.Delta.NONE, alerted, model).ifPresent(told::add);
    }
    seconds++;
    if (seconds % 5 == 0) {
      told.add(story.clock(channel));
    }
    if (!page.connected) {
      told.clear();
      @Nullable String cursor = page.model.cursor();
      page.open();
      Optional<List<FeedEvents>> missed = story.resume(channel, cursor);
      told.addAll(missed.orElseGet(() -> story.beginning(channel)));
    }
    String text = FeedTape.text(told);
    if (cut >= 0 && cut < text.length()) {
      // The page receives complete events only.
      page.hear(text.substring(0, Math.max(0, text.lastIndexOf("\n\n", cut) + 2)));
      page.disconnect();
    } else {
      page.hear(text);
    }
  }
}
