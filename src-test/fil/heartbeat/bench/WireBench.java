package fil.heartbeat.bench;

import fil.heartbeat.libp2p.Multiaddr;
import fil.heartbeat.libp2p.net.WireHosts;
import fil.heartbeat.libp2p.net.WireLink;
import fil.heartbeat.swarm.Summary;
import fil.heartbeat.swarm.Swarm;
import fil.heartbeat.swarm.SwarmConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.net.InetAddress;
import java.net.Socket;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What more nodes than a process may open files for cost an aggregator: the bytes of each
 * connection are those that sockets carry (multistream, Noise, yamux, frames), sealed by a swarm in
 * this process and taken by an aggregator with a history in another, but they pass in memory, over
 * the one socket of a {@link WireLink}. So the sockets of the nodes are left out, in CPU (a read of
 * each beat) and in memory; {@link FleetBench} has them. The thread that hands the bytes out, which
 * stands for the load, is not counted; neither are HTTP, viewers and alerts, which are not there.
 *
 * <p>Prints CPU of all other threads of the aggregator, by kind, RSS, and the heap after a full
 * collection. Arguments as {@code name=value}: nodes (30000; several sizes with commas between, one
 * after another), period (10s), warm (180), seconds (120), java (options of the aggregator's JVM).
 */
public final class WireBench {
  private static final long POLL_MILLIS = 200;
  private static final long CONNECT_NANOS = TimeUnit.MINUTES.toNanos(10);

  private final Map<String, String> options = new HashMap<>();
  private volatile String said = "";

  private WireBench(String[] args) {
    for (String arg : args) {
      int cut = arg.indexOf('=');
      options.put(arg.substring(0, cut), arg.substring(cut + 1));
    }
  }

  public static void main(String[] args) throws Exception {
    String ignored = Hosts.loadCurves();
    WireBench bench = new WireBench(args);
    for (String nodes : bench.options.getOrDefault("nodes", "30000").split(",")) {
      bench.run(Integer.parseInt(nodes));
    }
  }

  private void run(int nodes) throws Exception {
    String period = options.getOrDefault("period", "10s");
    // A quarter of it is for nodes that nobody expects: 50 000 with all members need more than 2g.
    List<String> jvm = new ArrayList<>(List.of("-Xmx3g"));
    String given = options.getOrDefault("java", "").strip();
    jvm.addAll(given.isEmpty() ? List.of() : List.of(given.split(" +")));
    // One event loop, as the command has.
    Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    try (Child aggregator = Child.java(jvm, WireAggregator.class, Integer.toString(nodes));
        WireLink link = new WireLink(vertx, connect(aggregator.await("wires ")))) {
      String listening = aggregator.await("listening ");
      Multiaddr target = Multiaddr.parse(listening.split(" ")[1]);
      link.start();
      Swarm swarm =
          new Swarm(
              vertx,
              WireHosts.dialers(link),
              SwarmConfig.parse(
                  Map.of(
                      "--target",
                      target.toString(),
                      "--nodes",
                      Integer.toString(nodes),
                      "--beat-period",
                      period,
                      "--duration",
                      "24h",
                      "--seed",
                      "3")),
              InstantSource.system(),
              line -> said = line);
      double begun = aggregator.cpuSeconds();
      long at = System.nanoTime();
      Future<Summary> run = swarm.run();
      while (stat(aggregator.ask("count", "count "), "connections") < nodes) {
        if (System.nanoTime() - at > CONNECT_NANOS) {
          throw new IllegalStateException("not all are connected: " + said);
        }
        TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
      }
      System.out.printf(
          "in memory, not over sockets: nodes=%d period=%s connected after %.1f s, CPU of the"
              + " aggregator %.2f s%n",
          nodes, period, (System.nanoTime() - at) / 1e9, aggregator.cpuSeconds() - begun);
      TimeUnit.SECONDS.sleep(number("warm", 180));
      measure(aggregator, nodes, number("seconds", 120));
      Summary ended = swarm.stop().toCompletionStage().toCompletableFuture().get();
      if (!ended.failures().isEmpty() || !run.succeeded()) {
        System.out.println("in memory: FAILURES " + ended.failures());
      }
    }
    Void ignored =
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  private void measure(Child aggregator, int nodes, int seconds) throws Exception {
    String busy = Quiet.await(List.of(aggregator));
    Map<String, Double> before = aggregator.cpuByThread();
    double cpu = aggregator.cpuSeconds();
    double own = Child.cpuSeconds(ProcessHandle.current().pid());
    long beats = stat(aggregator.ask("count", "count "), "accepted");
    long start = System.nanoTime();
    TimeUnit.SECONDS.sleep(seconds);
    double wall = (System.nanoTime() - start) / 1e9;
    Map<String, Double> after = aggregator.cpuByThread();
    double handing = used(WireLink.THREAD, before, after);
    cpu = aggregator.cpuSeconds() - cpu - handing;
    own = Child.cpuSeconds(ProcessHandle.current().pid()) - own;
    long rss = aggregator.rssKib();
    String counted = aggregator.ask("count", "count ");
    beats = stat(counted, "accepted") - beats;
    System.out.printf(
        "in memory: nodes=%d seconds=%.0f cpu=%.2f %% of a core, beats=%d, cpu a beat=%.1f us,"
            + " rss=%d KiB; not counted: handing out %.2f %%, load %.2f %%%s%n",
        nodes,
        wall,
        100 * cpu / wall,
        beats,
        1e6 * cpu / beats,
        rss,
        100 * handing / wall,
        100 * own / wall,
        busy);
    StringBuilder shares = new StringBuilder();
    for (String name : after.keySet()) {
      double used = used(name, before, after);
      if (!name.equals(WireLink.THREAD) && used / cpu > 0.005) {
        shares.append(String.format(" %s %.1f", name, 1e6 * used / beats));
      }
    }
    System.out.println("in memory: us a beat by thread:" + shares);
    String stats = aggregator.ask("stats", "stats ");
    System.out.printf(
        "in memory: collected: nodes=%d connections=%d ok=%d heap=%.1f MB, %.1f KiB a node;"
            + " rss=%d KiB %s%n",
        nodes,
        stat(stats, "connections"),
        stat(stats, "ok"),
        stat(stats, "heap") / 1e6,
        stat(stats, "heap") / 1024.0 / nodes,
        aggregator.rssKib(),
        stats.substring(stats.indexOf("dropped=")));
  }

  private static double used(String thread, Map<String, Double> before, Map<String, Double> after) {
    return after.getOrDefault(thread, 0.0) - before.getOrDefault(thread, 0.0);
  }

  private static Socket connect(String line) throws Exception {
    int port = Integer.parseInt(line.substring(line.indexOf("wires ") + "wires ".length()));
    return new Socket(InetAddress.getLoopbackAddress(), port);
  }

  private static long stat(String line, String name) {
    return ListenerProcess.stat(line, name);
  }

  private int number(String name, int otherwise) {
    return Integer.parseInt(options.getOrDefault(name, Integer.toString(otherwise)));
  }
}
