package fil.heartbeat.swarm;

import fil.heartbeat.chain.Network;
import fil.heartbeat.chain.source.SimulatedChain;
import fil.heartbeat.wire.Heartbeat;
import fil.heartbeat.wire.HeartbeatEncoder;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;

/** The simulated chain as nodes of each role see it. Heads are stored for a short time. */
final class Heads {
  /** The default chain of the simulated {@code chain.source}; a swarm's seed does not change it. */
  static final long CHAIN_SEED = 1;

  /** The branch of the forked nodes. */
  static final String FORK = "swarm-fork";

  /** Epochs by which lagging nodes are late. */
  static final int LAG_EPOCHS = 8;

  private static final Duration LAG =
      Duration.ofSeconds((long) LAG_EPOCHS * Network.SIMULATED.epochSeconds());
  private static final String GENESIS = Network.SIMULATED.genesisCid().toString();

  /** Blocks arrive at any millisecond; the slot of a look is exact enough. */
  private static final long LOOK_MILLIS = 100;

  private record Seen(long slot, String head, long height) {}

  private final SimulatedChain main = new SimulatedChain(CHAIN_SEED, "");
  private final SimulatedChain fork = new SimulatedChain(CHAIN_SEED, FORK);
  private final Map<Behaviour, Seen> seen = new EnumMap<>(Behaviour.class);

  /** Returns the node's beat at an instant. */
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
