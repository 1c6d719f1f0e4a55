package fil.heartbeat.contract;

import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Server-sent events as they come. */
final class Events {

  /**
   * @param fields the names of the lines before the data, in order
   */
  record Event(String kind, String fields, JsonObject data) {}

  private final List<Event> events = new CopyOnWriteArrayList<>();

  private final Semaphore news = new Semaphore(0);

  Events(InputStream stream) {
    Thread reader = new Thread(() -> read(stream), "events");
    reader.setDaemon(true);
    reader.start();
  }

  private void read(InputStream stream) {
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
      String kind = "";
      StringBuilder fields = new StringBuilder();
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("data: ")) {
          events.add(new Event(kind, fields + "data", new JsonObject(line.substring(6))));
          news.release();
          fields.setLength(0);
        } else if (!line.isEmpty() && !line.startsWith(":")) {
          fields.append(line, 0, line.indexOf(':')).append(", ");
          kind = line.startsWith("event: ") ? line.substring(7) : kind;
        }
      }
    } catch (IOException e) {
      // The program stopped, and the stream with it.
    }
  }

  /** Waits for one that was not waited for yet, a second at most. */
  void next() throws InterruptedException {
    boolean ignored = news.tryAcquire(1, TimeUnit.SECONDS);
  }

  List<Event> all() {
    return events;
  }

  /** What was said, by kind. */
  Map<String, List<JsonObject>> byKind() {
    Map<String, List<JsonObject>> kinds = new TreeMap<>();
    events.forEach(
        event ->
            kinds
                .computeIfAbsent(event.kind(), none -> new CopyOnWriteArrayList<>())
                .add(event.data()));
    return kinds;
  }
}
