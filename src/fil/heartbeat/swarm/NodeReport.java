package fil.heartbeat.swarm;

import fil.heartbeat.chain.EpochClock;
import fil.heartbeat.chain.Network;
import fil.heartbeat.chain.source.SimulatedChain;
import fil.heartbeat.chain.source.SimulatedUpgrades;
import fil.heartbeat.wire.Extras;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * What virtual nodes report beside their head: healthy values, but for the traits of a node. Pure
 * in node and time.
 */
final class NodeReport {
  private static final BigInteger MILLI_FIL = BigInteger.TEN.pow(15);
  private static final int DEADLINES = 48;
  private static final int DEADLINE_EPOCHS = 60;
  private static final int PARTITIONS = 3;

  /** Epochs that the deadline of an unproven node has left at the start. */
  private static final int LEFT_AT_START = 14;

  private static final int STUCK_BELOW_HEAD = 45;
  private static final int AGE_SECONDS = 300;
  private static final Duration UP_AT_START = Duration.ofDays(3);
  private static final Duration FAULTS_AFTER = Duration.ofMinutes(2);
  private static final Duration RESTARTS = Duration.ofMinutes(1);
  private static final List<String> OLD_VERSIONS = List.of("1.35.1+simulated", "1.34.2+simulated");

  private final SimulatedChain main;
  private final SimulatedChain fork;
  private final Instant start;
  private final long startEpoch;
  private final Instant recovers;
  private final SimulatedChain.Head stuck;

  /**
   * @param start when the swarm began, in whole seconds
   * @param recovers when no node has a trouble any more
   */
  NodeReport(SimulatedChain main, SimulatedChain fork, Instant start, Instant recovers) {
    this.main = main;
    this.fork = fork;
    this.start = start;
    this.recovers = recovers;
    EpochClock clock = Network.SIMULATED.clock();
    this.startEpoch = clock.epochAt(start);
    this.stuck = main.finalizedAt(start.minus(epochs(STUCK_BELOW_HEAD - 10)));
  }

  /**
   * Returns what the node reports.
   *
   * @param seenAt the instant whose head the node has; some epochs ago for a lagging one
   * @param height of that head
   */
  Extras of(VirtualNode node, Instant now, Instant seenAt, long height) {
    int number = node.number();
    List<SimulatedUpgrades.Upgrade> upgrades = SimulatedUpgrades.knownAt(height);
    int known = upgrades.size() - (suffers(node, Trait.UNREADY, now) ? 1 : 0);
    SimulatedChain.Head finalized = finalized(node, now, seenAt);
    return new Extras.Builder()
        .client("lotus")
        .version(
            suffers(node, Trait.OLD_VERSION, now)
                ? OLD_VERSIONS.get(number % OLD_VERSIONS.size())
                : "1.36.0+simulated")
        .startTime(startTime(node, now))
        .networkVersion(SimulatedUpgrades.networkVersionAt(height))
        .upgrades(
            upgrades.stream()
                .limit(known)
                .map(each -> new Extras.Upgrade(each.name(), each.height()))
                .toList())
        .finalized(
            (node.role() == Behaviour.FORKED && now.isBefore(recovers))
                    || finalized.height() > height
                ? null
                : new Extras.Finalized(finalized.height(), finalized.key().toString()))
        .peers(suffers(node, Trait.ISOLATED, now) ? 1 + number % 3 : 40 + number % 50)
        .baseFee(BigInteger.valueOf(main.baseFeeAt(height)))
        .rpcMillis(2 + number % 9)
        .balances(balances(node, now, height))
        .proving(List.of(proving(node, now, height)))
        .pendingMessages(List.of(pending(node, now, height)))
        .build();
  }

  /** Whether it has the trait and has not recovered. */
  private boolean suffers(VirtualNode node, Trait trait, Instant now) {
    return node.has(trait) && now.isBefore(recovers);
  }

  private Instant startTime(VirtualNode node, Instant now) {
    if (!node.has(Trait.RESTARTING)) {
      return start.minus(UP_AT_START).minusSeconds(node.number() % 3600);
    }
    Instant last = now.isBefore(recovers) ? now : recovers;
    long restarts = Duration.between(start, last).dividedBy(RESTARTS);
    return start.plus(RESTARTS.multipliedBy(Math.max(0, restarts)));
  }

  private SimulatedChain.Head finalized(VirtualNode node, Instant now, Instant seenAt) {
    if (suffers(node, Trait.FINALITY_STUCK, now)) {
      return stuck;
    }
    if (suffers(node, Trait.FINALITY_CONFLICT, now)) {
      // At the same height as the others', where the other branch has a tipset there.
      return fork.finalizedAt(seenAt);
    }
    return main.finalizedAt(seenAt);
  }

  private List<Extras.Balance> balances(VirtualNode node, Instant now, long height) {
    long spent = 10 * Math.max(0, height - startEpoch);
    long worker = suffers(node, Trait.LOW_BALANCE, now) ? Math.max(0, 1_200 - spent) : 48_000;
    int age = age(node, now);
    return List.of(
        balance(node, 1, "owner", 12_000, age),
        balance(node, 2, "worker", worker, age),
        balance(node, 3, "control", 36_000, age),
        new Extras.Balance(
            node.minerAddress(), "miner", MILLI_FIL.multiply(BigInteger.valueOf(250_000)), age));
  }

  private static Extras.Balance balance(
      VirtualNode node, int wallet, String role, long milliFil, int age) {
    return new Extras.Balance(
        node.wallet(wallet), role, MILLI_FIL.multiply(BigInteger.valueOf(milliFil)), age);
  }

  private Extras.Proving proving(VirtualNode node, Instant now, long height) {
    boolean faulty = suffers(node, Trait.FAULTY, now) && !now.isBefore(start.plus(FAULTS_AFTER));
    boolean unproven = suffers(node, Trait.UNPROVEN, now);
    long offset = node.has(Trait.UNPROVEN) ? startEpoch + LEFT_AT_START : node.number() * 37L;
    long nth = Math.floorDiv(height - offset, DEADLINE_EPOCHS);
    long open = offset + nth * DEADLINE_EPOCHS;
    return new Extras.Proving(
        node.minerAddress(),
        Math.floorMod(nth, DEADLINES),
        Math.max(0, open),
        Math.max(0, open + DEADLINE_EPOCHS),
        PARTITIONS,
        unproven ? 1 : 0,
        faulty ? 3L : 0L,
        faulty ? 1 : 0,
        age(node, now));
  }

  private Extras.Pending pending(VirtualNode node, Instant now, long height) {
    boolean stuckThere = suffers(node, Trait.STUCK_MESSAGES, now);
    return new Extras.Pending(
        node.wallet(2), stuckThere ? 2 : 0, stuckThere ? startEpoch : height, age(node, now));
  }

  /** As if the node was asked each 5 minutes. */
  private static int age(VirtualNode node, Instant now) {
    return Math.floorMod(now.getEpochSecond() + node.number() * 7L, AGE_SECONDS);
  }

  private static Duration epochs(long epochs) {
    return Duration.ofSeconds(epochs * Network.SIMULATED.epochSeconds());
  }
}
