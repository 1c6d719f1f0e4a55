package fil.heartbeat.swarm;

import fil.heartbeat.chain.Network;
import fil.heartbeat.chain.source.SimulatedChain;
import fil.heartbeat.wire.Heartbeat;
import fil.heartbeat.wire.HeartbeatEncoder;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;

/** What nodes of each role see of the simulated chain. Heads are looked up once in a while. */
final class Heads {
  /** The chain that {@code chain.source} simulated shows by default; a swarm's seed is not its. */
  static final long CHAIN_SEED = 1;

  /** The branch of the forked. */
  static final String FORK = "swarm-fork";

  /** How late the lagging are, in epochs. */
  static final int LAG_EPOCHS = 8;

  private static final Duration LAG =
      Duration.ofSeconds((long) LAG_EPOCHS * Network.SIMULATED.epochSeconds());
  private static final String GENESIS = Network.SIMULATED.genesisCid().toString();

  /** Blocks arrive at any millisecond; nobody sees a head to the millisecond. */
  private static final long LOOK_MILLIS = 100;

  private record Seen(long slot, String head, long height) {}

  private final SimulatedChain main = new SimulatedChain(CHAIN_SEED, "");
  private final SimulatedChain fork = new SimulatedChain(CHAIN_SEED, FORK);
  private final Map<Behaviour, Seen> seen = new EnumMap<>(Behaviour.class);

  /** The node's beat at an instant. */
  byte[] frame(VirtualNode node, Instant now) {
    Seen head = seen(node.role(), now);
    return HeartbeatEncoder.encode(
        new Heartbeat(
            head.head(), head.height(), node.nickname(), node.minerAddress(), GENESIS, false));
  }

  private Seen seen(Behaviour role, Instant now) {
    long slot = Math.floorDiv(now.toEpochMilli(), LOOK_MILLIS);
    Seen last = seen.get(role);
    if (last != null && last.slot() == slot) {
      return last;
    }
    Instant seenAt = Instant.ofEpochMilli(slot * LOOK_MILLIS);
    SimulatedChain.Head head =
        switch (role) {
          case HEALTHY, CHURNING, SILENT -> main.headAt(seenAt);
          case LAGGING -> main.headAt(seenAt.minus(LAG));
          case FORKED -> fork.headAt(seenAt);
        };
    Seen next = new Seen(slot, head.key().toString(), head.height());
    seen.put(role, next);
    return next;
  }
}
