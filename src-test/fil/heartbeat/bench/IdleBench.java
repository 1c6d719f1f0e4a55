package fil.heartbeat.bench;

import fil.heartbeat.libp2p.DialOptions;
import fil.heartbeat.libp2p.Host;
import fil.heartbeat.libp2p.Multiaddr;
import fil.heartbeat.wire.Heartbeat;
import fil.heartbeat.wire.HeartbeatEncoder;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Heap and resident memory of an aggregator for each idle connection with one heartbeat stream that
 * said one beat. Argument: connections (1000).
 */
public final class IdleBench {
  private IdleBench() {}

  public static void main(String[] args) throws Exception {
    int connections = args.length > 0 ? Integer.parseInt(args[0]) : 1000;
    byte[] frame = HeartbeatEncoder.encode(new Heartbeat("{ }", 1, "idle", "", null, null));
    Vertx vertx = Vertx.vertx();
    try (Child listener = Child.java(List.of("-Xmx512m"), ListenerProcess.class)) {
      Multiaddr target =
          Multiaddr.parse(listener.await("listening").substring("listening ".length()));
      List<Host> warm = open(vertx, target, connections, frame);
      warm.forEach(host -> Hosts.await(host.close()));
      TimeUnit.SECONDS.sleep(5);
      long heapBefore = ListenerProcess.stat(listener.ask("stats", "stats"), "heap");
      long rssBefore = listener.rssKib();
      List<Host> hosts = open(vertx, target, connections, frame);
      TimeUnit.SECONDS.sleep(5);
      String stats = listener.ask("stats", "stats");
      long heap = ListenerProcess.stat(stats, "heap") - heapBefore;
      long rss = listener.rssKib() - rssBefore;
      System.out.printf(
          "connections=%d heap-per-connection=%.1f KiB rss-growth-per-connection=%.1f KiB (rss %d -> %d KiB, after a first round of as many that was closed)%n%s%n",
          connections,
          heap / 1024.0 / connections,
          (double) rss / connections,
          rssBefore,
          rssBefore + rss,
          stats);
      hosts.forEach(host -> Hosts.await(host.close()));
    }
    vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  private static List<Host> open(Vertx vertx, Multiaddr target, int connections, byte[] frame) {
    List<Host> hosts = new ArrayList<>();
    for (int i = 0; i < connections; i++) {
      Host host = Hosts.create(vertx);
      hosts.add(host);
      Hosts.await(
          Hosts.await(host.open(target, List.of("fil/heartbeat/1.0.0"), DialOptions.DEFAULT))
              .write(frame));
    }
    return hosts;
  }
}
