package fil.heartbeat.aggregator;

import static java.nio.charset.StandardCharsets.UTF_8;

import fil.heartbeat.chain.Cid;
import fil.heartbeat.chain.Network;
import fil.heartbeat.fleet.FleetLimits;
import fil.heartbeat.fleet.FleetSettings;
import fil.heartbeat.fleet.State;
import fil.heartbeat.history.NoHistory;
import fil.heartbeat.libp2p.PeerId;
import fil.heartbeat.wire.Extras;
import fil.heartbeat.wire.Heartbeat;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * A fleet in virtual time on one thread: how long the judging of a second takes, and a beat.
 * Arguments: nodes, seconds measured, and {@code extended} when the beats have optional members.
 *
 * <p>Each node beats every 3 s. Blocks arrive as on the simulated chain of the tests, 6 to 12
 * seconds into an epoch, so a third of the seconds bring new heads.
 */
public final class RegistryBench {
  private static final Instant START = Network.SIMULATED.genesisTime().plus(Duration.ofDays(30));
  private static final long START_MILLIS = Duration.ofDays(30).toMillis();
  private static final int PERIOD_SECONDS = 3;
  private static final int WARM_UP_SECONDS = 150;

  private RegistryBench() {}

  public static void main(String[] args) {
    int nodes = Integer.parseInt(args[0]);
    int seconds = Integer.parseInt(args[1]);
    boolean extended = args.length > 2 && args[2].equals("extended");
    SplittableRandom random = new SplittableRandom(1);
    PeerId[] peers =
        IntStream.range(0, nodes).mapToObj(i -> SimulatedFleet.peer(1, i)).toArray(PeerId[]::new);
    int[] late = random.ints(nodes, -500, 1500).toArray();
    SimulatedBlocks blocks = new SimulatedBlocks(1, "", 0);
    Registry registry =
        new Registry(
            new AggregatorSettings(
                Optional.of(Network.SIMULATED),
                FleetLimits.DEFAULT.withMaxNodes(2 * nodes),
                FleetSettings.DEFAULT),
            4L << 30,
            new NoHistory(),
            at(0));
    for (PeerId peer : peers) {
      registry.onOpen(peer, "/ip4/192.0.2.1/tcp/1", at(0));
    }
    long[] judging = new long[seconds];
    long beating = 0;
    long beats = 0;
    for (int second = 1; second <= WARM_UP_SECONDS + seconds; second++) {
      boolean measured = second > WARM_UP_SECONDS;
      for (int tick = 0; tick < 10; tick++) {
        registry.tick(at((second - 1) * 1000L + tick * 100L));
      }
      Heartbeat[] said = new Heartbeat[(nodes + PERIOD_SECONDS - 1) / PERIOD_SECONDS];
      int count = 0;
      for (int node = second % PERIOD_SECONDS; node < nodes; node += PERIOD_SECONDS) {
        SimulatedBlocks.Head head = blocks.headAt(START_MILLIS + second * 1000L, late[node]);
        Heartbeat beat =
            new Heartbeat(head.key(), head.height(), "node-" + node, "f0" + node, null, false);
        said[count++] =
            extended && (second / PERIOD_SECONDS + node) % 8 == 0
                ? beat.with(extras(head.height(), node))
                : beat;
      }
      Moment now = at(second * 1000L);
      long began = cpu();
      for (int i = 0, node = second % PERIOD_SECONDS; i < count; i++, node += PERIOD_SECONDS) {
        registry.onBeat(peers[node], "/ip4/192.0.2.1/tcp/1", said[i], now);
      }
      long beaten = cpu();
      registry.evaluate(now);
      long judged = cpu();
      if (measured) {
        beating += beaten - began;
        beats += count;
        judging[second - WARM_UP_SECONDS - 1] = judged - beaten;
      }
    }
    long well = registry.nodes().stream().filter(node -> node.state() == State.OK).count();
    System.out.printf("%d of %d nodes are ok%n", well, nodes);
    System.out.printf("a beat: %.2f us%n", beating / 1e3 / beats);
    System.out.printf(
        "judging a second: mean %.1f ms%n", Arrays.stream(judging).average().orElse(0) / 1e6);
    Arrays.sort(judging);
    System.out.printf(
        "judging a second: p50 %.1f ms, p90 %.1f ms, worst %.1f ms%n",
        judging[seconds / 2] / 1e6, judging[seconds * 9 / 10] / 1e6, judging[seconds - 1] / 1e6);
  }

  private static Extras extras(long height, int node) {
    long finalized = height - 20;
    return new Extras.Builder()
        .client("lotus")
        .version("1.36." + node % 3)
        .networkVersion(27)
        .upgrades(
            List.of(new Extras.Upgrade("one", 100), new Extras.Upgrade("two", height + 100_000)))
        .finalized(
            new Extras.Finalized(
                finalized, "{ " + Cid.ofBlock(("final " + finalized).getBytes(UTF_8)) + " }"))
        .peers(100 + node % 50)
        .build();
  }

  /** CPU time of this thread, so that what else runs on the machine costs nothing. */
  private static long cpu() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private static Moment at(long millis) {
    return new Moment(START.plusMillis(millis), millis * 1_000_000);
  }
}
