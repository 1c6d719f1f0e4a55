package fil.heartbeat.api.feed;

import fil.heartbeat.aggregator.Warmup;
import fil.heartbeat.alert.model.Alert;
import fil.heartbeat.api.feed.FeedEvents.Kind;
import fil.heartbeat.api.http.Times;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The events of a viewer, in groups of which a client applies all or none. Only the last event of a
 * group has a cursor, so that a client that comes back with one has seen everything before it.
 *
 * <ul>
 *   <li>A beginning: a snapshot with the changes since it was made, the networks, the alerts, and
 *       the time, which says that this is {@code whole}.
 *   <li>A piece of a channel: the changes of one moment.
 *   <li>The end of a resume or catch-up: networks, alerts and time, as at the beginning. They are
 *       sent each time, whatever the pieces before them contained.
 * </ul>
 */
final class FeedStory {
  private final FeedModel model;
  private final InstantSource time;
  private final BooleanSupplier raised;
  private final FeedAlerts alerts = new FeedAlerts();
  private JsonObject consensus = new JsonObject().put("networks", new JsonArray());
  private @Nullable FeedEvents consensusEvents;

  /** Member {@code starting} of clock events; null once nodes are judged. */
  private @Nullable JsonObject starting;

  /**
   * @param raised whether alerts are evaluated now
   */
  FeedStory(FeedModel model, InstantSource time, BooleanSupplier raised) {
    this.model = model;
    this.time = time;
    this.raised = raised;
  }

  /**
   * Sets until when no node is judged, and the states before; empty when warm-up has ended.
   *
   * @return whether warm-up began or ended
   */
  boolean warms(Optional<Warmup> warmup) {
    boolean before = starting != null;
    starting = warmup.map(this::starting).orElse(null);
    return before != warmup.isPresent();
  }

  private JsonObject starting(Warmup warmup) {
    JsonObject before = new JsonObject();
    warmup.before().forEach((state, nodes) -> before.put(state.label(), nodes));
    return new JsonObject()
        .put("judgesAt", Times.text(time.instant().plus(warmup.left())))
        .put("before", before);
  }

  /**
   * Returns the event with the networks if they changed since they were last sent; else empty text.
   */
  String news(JsonObject networks) {
    return networks.equals(consensus) ? "" : FeedEvents.text(Kind.CONSENSUS, networks, null);
  }

  /** Sets the networks; to be called when {@link #news} returned text for them. */
  void networks(JsonObject now) {
    consensus = now;
    consensusEvents = null;
  }

  /** Takes the current alerts; returns the events for those that changed, empty text for none. */
  String alerts(List<Alert> now) {
    return alerts.take(now);
  }

  /** Drops the alerts known so far because they are too old to be sent. */
  void forgetAlerts() {
    alerts.forget();
  }

  /** Returns the events for a new viewer. */
  List<FeedEvents> beginning(FeedChannel channel) {
    return closed(channel, channel.beginning(model, consensus), false);
  }

  /**
   * Returns the events for a viewer that comes back.
   *
   * @param cursor the last one that it received
   * @return empty when the cursor is not of this channel, or not all events after it are retained
   */
  Optional<List<FeedEvents>> resume(FeedChannel channel, @Nullable String cursor) {
    return channel.since(cursor).map(missed -> closed(channel, missed, true));
  }

  /** Returns the events for a viewer that fell behind. */
  List<FeedEvents> catchUp(FeedChannel channel, long seen) {
    return channel
        .fewSince(seen)
        .map(missed -> closed(channel, missed, true))
        .orElseGet(() -> beginning(channel));
  }

  /**
   * Returns the time, for a viewer that has seen all events of its channel, with the number of
   * nodes and alerts that it must then have. A comment before it tells proxies that the stream
   * lives.
   */
  FeedEvents clock(FeedChannel channel) {
    return FeedEvents.of(": alive\n\n" + FeedEvents.text(Kind.CLOCK, clockData(channel), null));
  }

  private JsonObject clockData(FeedChannel channel) {
    boolean on = raised.getAsBoolean();
    JsonObject data =
        new JsonObject()
            .put("now", Times.text(time.instant()))
            .put("cursor", channel.cursor())
            .put("nodes", channel.size())
            .put("alerts", on ? alerts.counts() : null);
    if (!on) {
      data.put("alertsOff", true);
    }
    return starting == null ? data : data.put("starting", starting);
  }

  private List<FeedEvents> closed(FeedChannel channel, List<FeedEvents> events, boolean networks) {
    List<FeedEvents> all = new ArrayList<>(events);
    if (networks) {
      // A snapshot already contains them, and the pieces after it contain their changes.
      FeedEvents known = consensusEvents;
      if (known == null) {
        known = FeedEvents.of(Kind.CONSENSUS, consensus);
        consensusEvents = known;
      }
      all.add(known);
    }
    alerts.all().ifPresent(all::add);
    all.add(
        FeedEvents.of(
            FeedEvents.text(Kind.CLOCK, clockData(channel).put("whole", true), channel.cursor())));
    return all;
  }
}
