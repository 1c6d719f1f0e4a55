package fil.heartbeat.bench;

import fil.heartbeat.libp2p.DialOptions;
import fil.heartbeat.libp2p.Host;
import fil.heartbeat.libp2p.Multiaddr;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * CPU of a listener for each inbound upgrade: its process CPU divided by the upgrades, so that the
 * dialer, this process, does not count. The listeners take turns, round by round, and beside them
 * stands the bare arithmetic of an upgrade by the same curves. Arguments, each of them one: {@code
 * name=command} for a foreign listener, which prints a JSON line with its address, and {@code
 * java:name=options} for another of ours. {@code -Dbench.rounds} sets the number of rounds, {@code
 * -Dbench.warmUp} the upgrades before them, {@code -Dbench.listener} the options of our JVM, and
 * {@code -Dbench.parallel} how many are dialled at a time.
 */
public final class UpgradeBench {
  private static final int WARM_UP = Integer.getInteger("bench.warmUp", 3000);
  private static final int ROUND = 2000;
  private static final int ROUNDS = Integer.getInteger("bench.rounds", 3);
  private static final int PARALLEL = Integer.getInteger("bench.parallel", 1);
  private static final String OPTIONS = System.getProperty("bench.listener", "-Xmx512m");

  private static final ExecutorService PARALLEL_DIALS = Executors.newFixedThreadPool(PARALLEL);

  private UpgradeBench() {}

  /** A listener and its results. */
  private record Side(String name, Child process, Multiaddr address, List<Double> millis) {}

  public static void main(String[] args) throws Exception {
    Vertx vertx = Vertx.vertx();
    List<Side> sides = new ArrayList<>();
    List<Double> arithmetic = new ArrayList<>();
    try {
      sides.add(ours("ours", OPTIONS));
      for (String arg : args) {
        int cut = arg.indexOf('=');
        String name = arg.substring(0, cut);
        String command = arg.substring(cut + 1);
        sides.add(
            name.startsWith("java:") ? ours(name.substring(5), command) : foreign(name, command));
      }
      for (Side side : sides) {
        dial(vertx, side.address(), WARM_UP);
      }
      System.out.println("curves: " + Hosts.loadCurves());
      for (int round = 1; round <= ROUNDS; round++) {
        for (Side side : sides) {
          measure(vertx, side, round);
        }
        arithmetic.add(UpgradeArithmetic.micros());
        System.out.printf("bare round=%d cpu-us=%.0f%n", round, last(arithmetic));
      }
      summary(sides, median(arithmetic) / 1000);
    } finally {
      sides.forEach(side -> side.process().close());
      PARALLEL_DIALS.shutdown();
    }
    vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  private static Side ours(String name, String options) {
    Child process = Child.java(List.of(options.split(" ")), ListenerProcess.class);
    return side(name, process, process.await("listening").substring("listening ".length()));
  }

  private static Side foreign(String name, String command) {
    Child process = new Child(List.of(command.split(" ")));
    String line = process.await("\"listening\"");
    return side(name, process, line.replaceAll(".*\"address\":\"([^\"]+)\".*", "$1"));
  }

  private static Side side(String name, Child process, String address) {
    return new Side(name, process, Multiaddr.parse(address), new ArrayList<>());
  }

  private static void measure(Vertx vertx, Side side, int round) {
    double before = side.process().cpuSeconds();
    long start = System.nanoTime();
    dial(vertx, side.address(), ROUND);
    double wall = (System.nanoTime() - start) / 1e9;
    double millis = 1000 * (side.process().cpuSeconds() - before) / ROUND;
    side.millis().add(millis);
    System.out.printf(
        "%s round=%d upgrades=%d upgrades/s=%.0f listener-cpu-ms-per-upgrade=%.3f%n",
        side.name(), round, ROUND, ROUND / wall, millis);
  }

  private static double last(List<Double> values) {
    return values.get(values.size() - 1);
  }

  private static void summary(List<Side> sides, double bare) {
    double ours = median(sides.get(0).millis());
    System.out.printf(
        "ours median-ms=%.3f bare-ms=%.3f beside-it-ms=%.3f%n", ours, bare, ours - bare);
    for (Side other : sides.subList(1, sides.size())) {
      double theirs = median(other.millis());
      System.out.printf(
          "%s median-ms=%.3f ours/%s=%.2f%n", other.name(), theirs, other.name(), ours / theirs);
    }
  }

  private static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    return sorted.get(sorted.size() / 2);
  }

  /** One host, that is one identity, for each of those dialled at a time. */
  private static void dial(Vertx vertx, Multiaddr target, int times) {
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (int i = 0; i < PARALLEL; i++) {
      all.add(
          CompletableFuture.runAsync(
              () -> dialInTurn(vertx, target, times / PARALLEL), PARALLEL_DIALS));
    }
    all.forEach(CompletableFuture::join);
  }

  /** Each is closed before the next is dialled. */
  private static void dialInTurn(Vertx vertx, Multiaddr target, int times) {
    Host host = Hosts.create(vertx);
    for (int i = 0; i < times; i++) {
      Hosts.await(host.open(target, List.of("/ipfs/ping/1.0.0"), DialOptions.DEFAULT))
          .closeConnection();
    }
    Hosts.await(host.close());
  }
}
