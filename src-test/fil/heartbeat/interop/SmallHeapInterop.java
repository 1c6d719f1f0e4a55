package fil.heartbeat.interop;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.libp2p.DialOptions;
import fil.heartbeat.libp2p.Host;
import fil.heartbeat.libp2p.HostConfig;
import fil.heartbeat.libp2p.HostProvider;
import fil.heartbeat.libp2p.Identity;
import fil.heartbeat.libp2p.KeyType;
import fil.heartbeat.libp2p.Multiaddr;
import fil.heartbeat.libp2p.Stream;
import fil.heartbeat.wire.Heartbeat;
import fil.heartbeat.wire.HeartbeatEncoder;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/** What is too much for the heap is refused, and the rest judged. */
@ResourceLock(Machine.PROCESSORS)
class SmallHeapInterop {
  private static final int NODES = 5_000;

  /** What 64 MiB carry at least; how many it says itself at the start. */
  private static final long CARRIED = 500;

  /** Refusals after which those that are in are still judged: all that are out tried again. */
  private static final long REFUSALS = 4L * NODES;

  private static final int ATTACKERS = 160;
  private static final int STREAMS = 64;

  /** A beat of almost the most that one may have, whose end never comes. */
  private static final byte[] UNFINISHED =
      ("{\"Head\":\"" + "x".repeat(64 * 1024 - 256)).getBytes(US_ASCII);

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

  /**
   * Beats that are begun and never ended, 640 MiB of them if all were kept, beside one node that
   * beats each second: none of its beats is lost.
   */
  @Test
  void beatsThatNeverEndTakeNothingFromWhoeverBeats() throws Exception {
    Path config = folder.resolve("config.json");
    Files.writeString(
        config,
        "{\"aggregator\":{\"listen\":\"/ip4/127.0.0.1/tcp/0\",\"network\":\"simulated\"},"
            + "\"http\":{\"port\":0}}");
    try (Program program = java(config, "-Xmx512m")) {
      Multiaddr target = Multiaddr.parse(program.await("^ready: aggregator (\\S+)").group(1));
      String url = program.await("^ready: http (\\S+)").group(1);
      Host honest = host();
      Stream beats = Wait.on(Future.fromCompletionStage(open(honest, target)));
      AtomicInteger said = new AtomicInteger();
      long timer =
          vertx.setPeriodic(
              1_000,
              tick -> {
                said.incrementAndGet();
                var ignored =
                    beats.write(
                        HeartbeatEncoder.encode(new Heartbeat("{ }", 1, "honest", "", null, null)));
              });
      AtomicInteger tried = new AtomicInteger();
      for (int i = 0; i < ATTACKERS; i++) {
        attack(host(), target, STREAMS, tried);
      }
      Wait.until(
          vertx,
          "all of it said or refused",
          () -> Optional.of(tried.get()).filter(all -> all == ATTACKERS * STREAMS),
          tried::get);
      int before = said.get();
      Wait.until(
          vertx,
          "still heard",
          () -> Optional.of(beats(url)).filter(heard -> heard > before + 2),
          () -> beats(url));
      assertThat(vertx.cancelTimer(timer)).isTrue();
      Wait.until(
          vertx,
          "heard whole",
          () -> Optional.of(beats(url)).filter(heard -> heard == said.get()),
          () -> beats(url) + " of " + said.get());
      assertThat(program.said()).doesNotContain("OutOfMemoryError", "exit code 70");
    }
    for (Host each : hosts) {
      Wait.on(Future.fromCompletionStage(each.close()));
    }
  }

  private final List<Host> hosts = new ArrayList<>();

  private Host host() {
    Host host =
        HostProvider.named(Stack.OURS)
            .create(vertx, Identity.generate(KeyType.ED25519), HostConfig.DEFAULT);
    hosts.add(host);
    return host;
  }

  private static CompletionStage<Stream> open(Host host, Multiaddr target) {
    return host.open(target, List.of("fil/heartbeat/1.0.0"), DialOptions.DEFAULT);
  }

  /** One after the other, since many at once are refused before their negotiation. */
  private static void attack(Host host, Multiaddr target, int streams, AtomicInteger tried) {
    if (streams == 0) {
      return;
    }
    var unused =
        open(host, target)
            .whenComplete(
                (stream, failure) -> {
                  if (failure == null) {
                    var unusedWrite =
                        stream
                            .write(UNFINISHED)
                            .whenComplete((done, end) -> tried.incrementAndGet());
                  } else {
                    tried.incrementAndGet();
                  }
                  attack(host, target, streams - 1, tried);
                });
  }

  private int beats(String url) {
    return Wait.on(client.getAbs(url + "/api/v1/nodes?q=honest").send())
        .bodyAsJsonObject()
        .getJsonArray("nodes")
        .stream()
        .mapToInt(node -> ((JsonObject) node).getInteger("beats"))
        .sum();
  }

  private Program small(Path config) {
    return java(config, "-Xmx64m");
  }

  private Program java(Path config, String heap) {
    return Program.heartbeat(folder, List.of(heap), "run", "--config", config.toString());
  }

  private Program swarm(String target) {
    return Program.heartbeat(
        folder,
        List.of(),
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
