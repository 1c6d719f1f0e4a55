package fil.heartbeat.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.WebClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jar on two machines, of which one is a copy of the other with its key file. */
class ClonedKeyInterop {
  private static final String REPLACED = " WARN .* replaced: another process beats with this key";
  private static final Pattern TWO_PLACES =
      Pattern.compile("beats from two places: (/ip4/127\\.0\\.0\\.1/tcp/\\d+) and (\\S+)");

  private final Vertx vertx = Vertx.vertx();
  private final WebClient client = WebClient.create(vertx);
  @TempDir private Path folder;

  @AfterEach
  void close() {
    client.close();
    Wait.on(vertx.close());
  }

  private Program sender(Path own, String target) throws IOException {
    Files.writeString(
        Files.createDirectories(own).resolve("config.json"),
        new JsonObject()
            .put(
                "heartbeat",
                new JsonObject()
                    .put("nickname", "lotus-01")
                    .put("beatPeriod", "1s")
                    .put("beatTarget", target))
            .put("chain", new JsonObject().put("source", "simulated"))
            .put("identity", new JsonObject().put("keyFile", "node.key"))
            .encode());
    return Program.heartbeat(own, "run");
  }

  private JsonObject get(String url) {
    return Wait.on(client.getAbs(url).send()).bodyAsJsonObject();
  }

  private static Optional<Matcher> twoPlaces(JsonObject node) {
    return node.getJsonArray("conflicts", new JsonArray()).stream()
        .map(each -> TWO_PLACES.matcher(String.valueOf(each)))
        .filter(Matcher::matches)
        .findFirst();
  }

  @Test
  void bothAddressesAreSaidTheAlertFiresAndTheOlderIsTold() throws IOException {
    Path machine = folder.resolve("machine");
    Path clone = folder.resolve("clone");
    JsonObject soon = new JsonObject().put("for", "5s");
    JsonObject alerts =
        new JsonObject().put("rules", new JsonObject().put("IdentityConflict", soon));
    try (Aggregator aggregator =
            Aggregator.start(folder.resolve("aggregator"), new JsonObject(), alerts);
        Program first = sender(machine, aggregator.target())) {
      String peer = first.await("^ready: sender (\\S+)").group(1);
      // Who beats first is the older one, however long each takes to start.
      Wait.until(
          vertx,
          "the first one's beat",
          () ->
              Optional.ofNullable(get(aggregator.url() + "/api/v1/nodes/" + peer).getLong("beats"))
                  .filter(beats -> beats > 0),
          first::said);
      Files.copy(machine.resolve("node.key"), Files.createDirectories(clone).resolve("node.key"));
      try (Program second = sender(clone, aggregator.target())) {
        assertThat(second.await("^ready: sender (\\S+)").group(1)).isEqualTo(peer);
        long began = System.nanoTime();
        Matcher said =
            Wait.until(
                vertx,
                "a conflict",
                () -> twoPlaces(get(aggregator.url() + "/api/v1/nodes/" + peer)),
                () -> get(aggregator.url() + "/api/v1/nodes/" + peer));
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(60));
        assertThat(said.group(2)).startsWith("/ip4/127.0.0.1/tcp/").isNotEqualTo(said.group(1));
        // Whoever has its stream ended is told why, and beats on soon.
        first.await(REPLACED);
        Wait.until(
            vertx,
            "an alert",
            () ->
                get(aggregator.url() + "/api/v1/alerts").getJsonArray("alerts").stream()
                    .map(each -> (JsonObject) each)
                    .filter(each -> each.getString("rule").equals("IdentityConflict"))
                    .filter(each -> each.getString("status").equals("firing"))
                    .findFirst(),
            () -> get(aggregator.url() + "/api/v1/alerts"));
        for (Program each : List.of(first, second)) {
          long told = each.said().lines().filter(line -> line.contains("replaced: ")).count();
          assertThat(told).as(each.said()).isEqualTo(each == first ? 1 : 0);
        }
      }
      // On one machine the lock of the key file keeps a second process out.
      try (Program again = sender(machine, aggregator.target())) {
        assertThat(again.end()).as(again.said()).isEqualTo(2);
        assertThat(again.said())
            .contains("key file " + machine.resolve("node.key"))
            .contains("in use by another process, " + first.pid());
      }
    }
  }
}
