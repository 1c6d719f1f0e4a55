package fil.heartbeat.api.feed;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Wherever a stream is cut, a client that resumes ends with the same data as one that was never
 * cut.
 */
class FeedCutTest {
  /** An event as a browser dispatches it: whole, at its blank line. */
  record Event(String name, JsonObject data, @Nullable String id) {
    void tell(PageModel page) {
      page.take(name, data, id);
    }
  }

  static List<Event> events(String text) {
    List<Event> events = new ArrayList<>();
    int at = 0;
    for (int end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n", at)) {
      String name = null;
      String id = null;
      JsonObject data = new JsonObject();
      for (String line : text.substring(at, end).split("\n", -1)) {
        if (line.startsWith("id: ")) {
          id = line.substring(4);
        } else if (line.startsWith("event: ")) {
          name = line.substring(7);
        } else if (line.startsWith("data: ")) {
          data = new JsonObject(line.substring(6));
        }
      }
      if (name != null) {
        events.add(new Event(name, data, id));
      }
      at = end + 2;
    }
    return events;
  }

  private static void tell(PageModel page, List<FeedEvents> stream) {
    page.opened();
    events(FeedTape.text(stream)).forEach(event -> event.tell(page));
  }

  private static JsonObject brief(PageModel page) {
    JsonObject shown = page.shown();
    JsonObject nodes = shown.getJsonObject("nodes");
    nodes.fieldNames().forEach(id -> nodes.put(id, nodes.getJsonObject(id).getValue("nickname")));
    JsonObject alerts = shown.getJsonObject("alerts");
    alerts.fieldNames().forEach(id -> alerts.put(id, alerts.getJsonObject(id).getValue("status")));
    return shown;
  }

  /** The page at each cut of a stream, with the events received until then. */
  private static void cuts(List<FeedEvents> stream, boolean gzip, Consumer<PageModel> look)
      throws DataFormatException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    stream.forEach(events -> bytes.writeBytes(events.bytes(gzip).getBytes()));
    Inflater inflater = new Inflater(true);
    PageModel page = new PageModel();
    page.opened();
    look.accept(page);
    ByteArrayOutputStream plain = new ByteArrayOutputStream();
    byte[] room = new byte[1024];
    for (byte next : bytes.toByteArray()) {
      if (gzip) {
        inflater.setInput(new byte[] {next});
        for (int got = inflater.inflate(room); got > 0; got = inflater.inflate(room)) {
          plain.write(room, 0, got);
        }
      } else {
        plain.write(next);
      }
      byte[] all = plain.toByteArray();
      if (all.length >= 2 && (gzip || all[all.length - 1] == '\n')) {
        String text = new String(all, UTF_8);
        int end = text.lastIndexOf("\n\n");
        if (end >= 0) {
          // Only a complete event counts; within one the page stays as before.
          for (Event event : events(text.substring(0, end + 2))) {
            event.tell(page);
            look.accept(page);
          }
          plain.reset();
          plain.writeBytes(text.substring(end + 2).getBytes(UTF_8));
        }
      }
    }
    inflater.end();
  }

  private static void everyCutHeals(FeedTape tape, List<FeedEvents> stream)
      throws DataFormatException {
    for (boolean gzip : new boolean[] {false, true}) {
      cuts(
          stream,
          gzip,
          page -> {
            PageModel back = page.copy();
            String cursor = back.cursor();
            tell(back, tape.comes(cursor));
            check(back, tape, "cursor " + cursor);
            PageModel another = page.copy();
            tell(another, tape.comesToAnother(cursor));
            check(another, tape, "a channel made anew, cursor " + cursor);
          });
    }
  }

  private static void check(PageModel page, FeedTape tape, String as) {
    assertThat(page.known()).as(as).isTrue();
    JsonObject brief = brief(page);
    JsonObject truth = tape.truth();
    assertThat(brief.getJsonObject("nodes")).as(as).isEqualTo(truth.getJsonObject("nodes"));
    assertThat(brief.getJsonObject("alerts")).as(as).isEqualTo(truth.getJsonObject("alerts"));
    PageModel newcomer = new PageModel();
    tell(newcomer, tape.comes(null));
    assertThat(page.shown()).as(as).isEqualTo(newcomer.shown());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void aCutAndAResumeEqualAnUncutStream(long seed) throws Exception {
    FeedTape tape = new FeedTape(seed, 40);
    List<FeedEvents> stream = tape.told();
    everyCutHeals(tape, stream);
    // Later more is missed, and at last too much to resume.
    tape.go(30);
    everyCutHeals(tape, stream);
    tape.go(2 * FeedChannel.MAX_PIECES);
    everyCutHeals(tape, stream);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void onlyTheLastEventOfAGroupHasACursor(long seed) {
    FeedTape tape = new FeedTape(seed, 60);
    List<Event> all = events(FeedTape.text(tape.told()));
    boolean inBeginning = false;
    for (Event event : all) {
      boolean whole = event.data().getBoolean("whole", false);
      inBeginning |= event.name().equals("snapshot");
      boolean last = whole || (event.name().equals("delta") && !inBeginning);
      assertThat(event.id() != null).as("%s", event).isEqualTo(last);
      inBeginning &= !whole;
    }
    assertThat(all.get(0).name()).isEqualTo("snapshot");
    // A resume, even without missed events, sends networks and alerts and says that it is whole.
    String last = all.stream().map(Event::id).filter(id -> id != null).reduce((a, b) -> b).get();
    List<Event> resumed = events(FeedTape.text(tape.resume(last).orElseThrow()));
    assertThat(resumed.get(0).name()).isEqualTo("consensus");
    assertThat(resumed).filteredOn(event -> event.name().equals("alert")).isNotEmpty();
    Event closing = resumed.get(resumed.size() - 1);
    assertThat(closing.name()).isEqualTo("clock");
    assertThat(closing.data().getBoolean("whole")).isTrue();
    assertThat(closing.id()).isEqualTo(closing.data().getString("cursor"));
    assertThat(resumed).filteredOn(event -> event.id() != null).containsExactly(closing);
  }

  /** A clock event contains the counts of a viewer that received everything before it. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void eachClockCountsWhatItsViewersReceived(long seed) {
    PageModel page = new PageModel();
    int clocks = 0;
    for (Event event : events(FeedTape.text(new FeedTape(seed, 200).told()))) {
      event.tell(page);
      if (event.name().equals("clock")) {
        clocks++;
        JsonObject said = event.data().copy();
        said.remove("now");
        said.remove("whole");
        assertThat(said).isEqualTo(page.counts());
      }
    }
    assertThat(clocks).isGreaterThan(10);
  }
}
