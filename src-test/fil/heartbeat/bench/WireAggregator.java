package fil.heartbeat.bench;

import fil.heartbeat.aggregator.AggregatorSettings;
import fil.heartbeat.aggregator.AggregatorVerticle;
import fil.heartbeat.aggregator.Membership;
import fil.heartbeat.aggregator.Snapshot;
import fil.heartbeat.chain.Network;
import fil.heartbeat.fleet.FleetLimits;
import fil.heartbeat.fleet.FleetSettings;
import fil.heartbeat.fleet.State;
import fil.heartbeat.history.SqliteHistory;
import fil.heartbeat.libp2p.Host;
import fil.heartbeat.libp2p.HostConfig;
import fil.heartbeat.libp2p.Identity;
import fil.heartbeat.libp2p.KeyType;
import fil.heartbeat.libp2p.Multiaddr;
import fil.heartbeat.libp2p.net.WireHosts;
import fil.heartbeat.libp2p.net.WireLink;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * An aggregator of the simulated network with a history, whose connections are the wires of {@link
 * WireBench}. Argument: the most nodes. Answers {@code count}, and {@code stats} after a full
 * collection, with one line each.
 */
public final class WireAggregator {
  private static final int SPARE = 1_000;

  private WireAggregator() {}

  public static void main(String[] args) throws Exception {
    int nodes = Integer.parseInt(args[0]);
    String curves = Hosts.loadCurves();
    Vertx vertx = Vertx.vertx();
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      System.out.println("wires " + server.getLocalPort());
      WireLink link = new WireLink(vertx, server.accept());
      HostConfig config =
          HostConfig.DEFAULT.withSockets(sockets -> sockets.withMaxConnections(nodes + SPARE));
      Host host = WireHosts.listener(link, Identity.generate(KeyType.ED25519), config);
      AggregatorVerticle aggregator =
          new AggregatorVerticle(
              host,
              Multiaddr.parse("/ip4/127.0.0.1/tcp/0"),
              new AggregatorSettings(
                  Optional.of(Network.SIMULATED),
                  FleetLimits.DEFAULT.withMaxNodes(nodes + SPARE),
                  FleetSettings.DEFAULT),
              Membership.OPEN,
              SqliteHistory.open(Files.createTempDirectory("wires"), InstantSource.system()),
              InstantSource.system(),
              System::nanoTime);
      String ignored = done(vertx.deployVerticle(aggregator));
      link.start();
      System.out.println("listening " + aggregator.address() + " curves " + curves);
      answer(aggregator);
    }
    Void unused = done(vertx.close());
  }

  private static void answer(AggregatorVerticle aggregator) throws Exception {
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    String line;
    while ((line = in.readLine()) != null) {
      boolean collect = line.equals("stats");
      for (int i = 0; collect && i < 3; i++) {
        System.gc();
      }
      Snapshot now = collect ? done(aggregator.snapshot()) : null;
      var overview = now == null ? done(aggregator.overview()) : now.overview();
      long ok =
          now == null ? 0 : now.nodes().stream().filter(node -> node.state() == State.OK).count();
      System.out.printf(
          "%s accepted=%d connections=%d ok=%d heap=%d dropped=%s%n",
          line,
          overview.accounts().beats().accepted(),
          overview.accounts().host().connections(),
          ok,
          ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
          overview.accounts().beats().dropped());
    }
  }

  private static <T> T done(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
  }
}
