package fil.heartbeat.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A fleet that is too large for the heap: its surplus is refused, and the rest judged. */
class SmallHeapInterop {
  private static final int NODES = 5_000;

  /** What 64 MiB carry at least; how many it says itself at the start. */
  private static final long CARRIED = 500;

  /** Refusals after which those that are in are still judged: all that are out tried again. */
  private static final long REFUSALS = 4L * NODES;

  @TempDir Path folder;
  private final Vertx vertx = Vertx.vertx();
  private final WebClient client = WebClient.create(vertx);

  @AfterEach
  void close() {
    Wait.on(vertx.close());
  }

  @Test
  void ofFiveThousandNodesSomeAreJudgedAndTheOthersRefused() throws Exception {
    Path config = folder.resolve("config.json");
    Files.writeString(
        config,
        "{\"aggregator\":{\"listen\":\"/ip4/127.0.0.1/tcp/0\",\"network\":\"simulated\"},"
            + "\"http\":{\"port\":0}}");
    try (Program program = small(config)) {
      String target = program.await("^ready: aggregator (\\S+)").group(1);
      String url = program.await("^ready: http (\\S+)").group(1);
      try (Program crowd = swarm(target)) {
        String metrics =
            Wait.until(
                vertx,
                "refused",
                () -> Optional.of(metrics(url)).filter(all -> refused(all) >= REFUSALS),
                crowd::said);
        long open = value(metrics, "^fil_heartbeat_connections ([0-9.E]+)");
        assertThat(open).isBetween(CARRIED, NODES - CARRIED);
        Wait.until(
            vertx,
            "judged",
            () -> Optional.of(metrics(url)).filter(all -> ok(all) >= open - CARRIED / 10),
            () -> metrics(url));
      }
      // It is there for whoever asks, and stops as it should.
      HttpResponse<?> live = Wait.on(client.getAbs(url + "/health/live").send());
      assertThat(live.statusCode()).isEqualTo(200);
      assertThat(program.said()).doesNotContain("OutOfMemoryError", "exit code 70");
    }
  }

  private Program small(Path config) {
    return Program.start(
        folder,
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx64m",
            "-jar",
            Path.of("target", "heartbeat.jar").toAbsolutePath().toString(),
            "run",
            "--config",
            config.toString()));
  }

  private Program swarm(String target) {
    return Program.heartbeat(
        folder,
        "swarm",
        "--target",
        target,
        "--nodes",
        String.valueOf(NODES),
        "--beat-period",
        "3s",
        "--duration",
        "24h");
  }

  private String metrics(String url) {
    return Wait.on(client.getAbs(url + "/metrics").send()).bodyAsString();
  }

  /** Once their handshake says who they are: an expected peer would be let in. */
  private static long refused(String metrics) {
    return value(
        metrics, "^fil_heartbeat_upgrades_failed_total\\{reason=\"max-connections\"} ([0-9.E]+)");
  }

  private static long ok(String metrics) {
    return value(metrics, "^fil_heartbeat_nodes\\{network=\"simulated\",state=\"ok\"} ([0-9.E]+)");
  }

  private static long value(String metrics, String pattern) {
    Matcher found = Pattern.compile(pattern, Pattern.MULTILINE).matcher(metrics);
    return found.find() ? (long) Double.parseDouble(found.group(1)) : 0;
  }
}
