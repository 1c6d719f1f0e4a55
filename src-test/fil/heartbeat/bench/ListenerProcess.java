package fil.heartbeat.bench;

import fil.heartbeat.aggregator.AggregatorSettings;
import fil.heartbeat.aggregator.AggregatorVerticle;
import fil.heartbeat.aggregator.Membership;
import fil.heartbeat.aggregator.Snapshot;
import fil.heartbeat.history.NoHistory;
import fil.heartbeat.libp2p.Host;
import fil.heartbeat.libp2p.Multiaddr;
import io.vertx.core.Vertx;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;

/**
 * The aggregator alone in a process; answers {@code stats} and {@code count} on standard input with
 * one line each.
 */
public final class ListenerProcess {
  private ListenerProcess() {}

  public static void main(String[] args) throws Exception {
    String unused = Hosts.loadCurves();
    Vertx vertx = Vertx.vertx();
    Host host = Hosts.create(vertx);
    AggregatorVerticle aggregator =
        new AggregatorVerticle(
            host,
            Multiaddr.parse("/ip4/127.0.0.1/tcp/0"),
            AggregatorSettings.DEFAULT.withBeats(1_000_000_000, 1_000_000_000),
            Membership.OPEN,
            new NoHistory(),
            InstantSource.system(),
            System::nanoTime);
    vertx
        .deployVerticle(aggregator)
        .toCompletionStage()
        .toCompletableFuture()
        .get(30, TimeUnit.SECONDS);
    System.out.println("listening " + aggregator.address());
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    String line;
    while ((line = in.readLine()) != null) {
      if (line.equals("count")) {
        // While it is measured: without a collection.
        var beats =
            aggregator
                .snapshot()
                .toCompletionStage()
                .toCompletableFuture()
                .get(30, TimeUnit.SECONDS)
                .overview()
                .accounts()
                .beats();
        System.out.printf(
            "count beats received=%d dropped=%s%n", beats.received(), beats.dropped());
        continue;
      }
      for (int i = 0; i < 3; i++) {
        System.gc();
      }
      Snapshot now =
          aggregator.snapshot().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
      System.out.printf(
          "stats accepted=%d received=%d connections=%d upgrades=%d heap=%d%n",
          now.overview().accounts().beats().accepted(),
          now.overview().accounts().beats().received(),
          now.overview().accounts().host().connections(),
          now.overview().accounts().host().upgrades(),
          ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
    }
    vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  /** A number of a {@code stats} line. */
  static long stat(String line, String name) {
    for (String word : line.split(" ")) {
      if (word.startsWith(name + "=")) {
        return Long.parseLong(word.substring(name.length() + 1));
      }
    }
    throw new IllegalArgumentException(name + " not in: " + line);
  }
}
