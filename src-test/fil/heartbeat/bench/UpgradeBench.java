package fil.heartbeat.bench;

import fil.heartbeat.libp2p.DialOptions;
import fil.heartbeat.libp2p.Host;
import fil.heartbeat.libp2p.Multiaddr;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * CPU of a listener for each inbound upgrade: its process CPU divided by the upgrades, so that the
 * dialer, this process, does not count. Arguments: a name and the command line of each foreign
 * listener (it prints a JSON line with its address), or none for ours alone; each as one argument
 * {@code name=command}.
 */
public final class UpgradeBench {
  private static final int WARM_UP = 3000;
  private static final int ROUND = 2000;
  private static final int ROUNDS = 3;

  private UpgradeBench() {}

  public static void main(String[] args) throws Exception {
    Vertx vertx = Vertx.vertx();
    try (Child ours = Child.java(List.of("-Xmx512m"), ListenerProcess.class)) {
      measure(vertx, "ours", ours, ours.await("listening").substring("listening ".length()));
    }
    for (String arg : args) {
      int cut = arg.indexOf('=');
      try (Child other = new Child(List.of(arg.substring(cut + 1).split(" ")))) {
        String line = other.await("\"listening\"");
        String address = line.replaceAll(".*\"address\":\"([^\"]+)\".*", "$1");
        measure(vertx, arg.substring(0, cut), other, address);
      }
    }
    vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  private static void measure(Vertx vertx, String name, Child listener, String address) {
    Multiaddr target = Multiaddr.parse(address);
    dial(vertx, target, WARM_UP);
    for (int round = 1; round <= ROUNDS; round++) {
      double before = listener.cpuSeconds();
      long start = System.nanoTime();
      dial(vertx, target, ROUND);
      double wall = (System.nanoTime() - start) / 1e9;
      double cpu = listener.cpuSeconds() - before;
      System.out.printf(
          "%s round=%d upgrades=%d upgrades/s=%.0f listener-cpu-ms-per-upgrade=%.3f%n",
          name, round, ROUND, ROUND / wall, 1000 * cpu / ROUND);
    }
  }

  /** One host, that is one identity, per connection; closed before the next is dialled. */
  private static void dial(Vertx vertx, Multiaddr target, int times) {
    Host host = Hosts.create(vertx);
    for (int i = 0; i < times; i++) {
      Hosts.await(host.open(target, List.of("/ipfs/ping/1.0.0"), DialOptions.DEFAULT))
          .closeConnection();
    }
    Hosts.await(host.close());
  }
}
