package fil.heartbeat.swarm;

import fil.heartbeat.chain.Network;
import fil.heartbeat.chain.source.SimulatedChain;
import fil.heartbeat.wire.Heartbeat;
import fil.heartbeat.wire.HeartbeatEncoder;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumMap;
import java.util.Map;

/** The beats of virtual nodes on the simulated chain. Heads are stored for a short time. */
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

  private record Seen(long slot, Instant at, String head, long height) {}

  private final SimulatedChain main = new SimulatedChain(CHAIN_SEED, "");
  private final SimulatedChain fork = new SimulatedChain(CHAIN_SEED, FORK);
  private final Map<Behaviour, Seen> seen = new EnumMap<>(Behaviour.class);
  private final Instant recovers;
  private final NodeReport report;

  /**
   * @param start when the swarm begins
   * @param recovers when no node has a trouble any more
   */
  Heads(Instant start, Instant recovers) {
    this.recovers = recovers;
    this.report = new NodeReport(main, fork, start.truncatedTo(ChronoUnit.SECONDS), recovers);
  }

  /** Returns the height of the node's head at an instant. */
  long height(VirtualNode node, Instant now) {
    return seen(node.role(), now).height();
  }

  /**
   * Returns the node's beat at an instant.
   *
   * @param full whether with the optional members
   */
  byte[] frame(VirtualNode node, Instant now, boolean full) {
    Seen head = seen(node.role(), now);
    Heartbeat beat =
        new Heartbeat(
            head.head(), head.height(), node.nickname(), node.minerAddress(), GENESIS, false);
    return HeartbeatEncoder.encode(
        full ? beat.with(report.of(node, now, head.at(), head.height())) : beat);
  }

  private Seen seen(Behaviour had, Instant now) {
    Behaviour role = now.isBefore(recovers) ? had : Behaviour.HEALTHY;
    long slot = Math.floorDiv(now.toEpochMilli(), LOOK_MILLIS);
    Seen last = seen.get(role);
    if (last != null && last.slot() == slot) {
      return last;
    }
    Instant seenAt = Instant.ofEpochMilli(slot * LOOK_MILLIS);
    Instant at = role == Behaviour.LAGGING ? seenAt.minus(LAG) : seenAt;
    SimulatedChain.Head head = (role == Behaviour.FORKED ? fork : main).headAt(at);
    Seen next = new Seen(slot, at, head.key().toString(), head.height());
    seen.put(role, next);
    return next;
  }
}
