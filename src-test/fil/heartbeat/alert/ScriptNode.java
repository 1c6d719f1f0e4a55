package fil.heartbeat.alert;

import fil.heartbeat.aggregator.Claims;
import fil.heartbeat.aggregator.Contact;
import fil.heartbeat.aggregator.Node;
import fil.heartbeat.fleet.Agreement;
import fil.heartbeat.fleet.ChainState;
import fil.heartbeat.fleet.Expected;
import fil.heartbeat.fleet.Findings;
import fil.heartbeat.fleet.Liveness;
import fil.heartbeat.fleet.Moved;
import fil.heartbeat.fleet.Standing;
import fil.heartbeat.fleet.State;
import fil.heartbeat.fleet.Verdict;
import fil.heartbeat.wire.Extras;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One node of a script, as a registry would report it. Its sender asks each five minutes for the
 * members that have an age, and sends a full beat each 30 s.
 */
final class ScriptNode {
  private static final Duration ASKED_EACH = Duration.ofMinutes(5);
  private static final Duration FULL_EACH = Duration.ofSeconds(30);

  final String name;
  Liveness liveness = Liveness.BEATING;
  ChainState chain = ChainState.OK;
  boolean connected = true;
  boolean voter;
  Standing standing = Standing.VOTER;
  @Nullable Expected expected;
  @Nullable String network = "mainnet";
  @Nullable String genesis;
  @Nullable String miner;
  List<String> conflicts = List.of();
  @Nullable Instant twinSince;
  Extras extras = Extras.NONE;
  Findings findings = Findings.NONE;

  /** Whether the node answers its sender's questions about wallets and proofs. */
  boolean answers = true;

  /** When it answered last. */
  Instant answeredAt;

  @Nullable Instant disconnectedSince;
  @Nullable Instant lastBeat;
  Instant firstSeen;
  Instant since;
  @Nullable Instant backAt;
  boolean changed = true;

  /** What a defect makes of the node before it is reported. */
  UnaryOperator<Node> defect = UnaryOperator.identity();

  private State last = State.UNKNOWN;
  private Instant fullAt;

  ScriptNode(String name, Instant now) {
    this.name = name;
    this.firstSeen = now;
    this.since = now;
    this.lastBeat = now;
    this.answeredAt = now;
    this.fullAt = now;
  }

  /** Reports other members from now on, as its node answers them now. */
  void tell(Extras next, Instant now) {
    extras = next;
    answeredAt = now;
    fullAt = now;
    changed = true;
  }

  void beat(Instant now) {
    connected = true;
    disconnectedSince = null;
    lastBeat = now;
    live(Liveness.BEATING, now);
  }

  void silent(Instant now) {
    live(Liveness.SILENT, now);
  }

  /** Its last beat says so; the connection is gone a moment later. */
  void stop(Instant now) {
    lastBeat = now;
    connected = false;
    disconnectedSince = now;
    live(Liveness.STOPPED, now);
  }

  void disconnect(Instant now) {
    connected = false;
    disconnectedSince = now;
    changed = true;
  }

  void chain(ChainState next, Instant now) {
    if (chain != next) {
      since = now;
    }
    chain = next;
    changed = true;
  }

  private void live(Liveness next, Instant now) {
    if (liveness != next) {
      since = now;
    }
    liveness = next;
    changed = true;
  }

  /** The clock of the aggregator was set: it reports all of its times moved. */
  void moved(Duration by) {
    disconnectedSince = Moved.movedOrNull(disconnectedSince, by);
    lastBeat = Moved.movedOrNull(lastBeat, by);
    backAt = Moved.movedOrNull(backAt, by);
    firstSeen = firstSeen.plus(by);
    since = since.plus(by);
    answeredAt = answeredAt.plus(by);
    fullAt = fullAt.plus(by);
    changed = true;
  }

  /** The effect of a second: a registry waits 30 s before it reports a node as disconnected. */
  void tick(Instant now, boolean warming) {
    Instant gone = disconnectedSince;
    if (gone != null
        && liveness != Liveness.DISCONNECTED
        && liveness != Liveness.MISSING
        && liveness != Liveness.STOPPED
        && !warming
        && !gone.plusSeconds(30).isAfter(now)) {
      live(Liveness.DISCONNECTED, now);
    }
    if (backAt != null && !backAt.isAfter(now)) {
      backAt = null;
      beat(now);
    }
    if (liveness == Liveness.BEATING && connected) {
      if (answers && !answeredAt.plus(ASKED_EACH).isAfter(now)) {
        answeredAt = now;
      }
      if (!fullAt.plus(FULL_EACH).isAfter(now)) {
        fullAt = now;
        changed |= hasAges();
      }
    }
  }

  /** The aggregator restarts: connections are closed, states of nodes are restored. */
  void restart(Instant now) {
    backAt = connected && liveness == Liveness.BEATING ? now.plusSeconds(3) : null;
    if (liveness != Liveness.MISSING) {
      connected = false;
      boolean gone = liveness == Liveness.DISCONNECTED || liveness == Liveness.STOPPED;
      disconnectedSince = gone ? lastBeat : now;
    }
    since = liveness == Liveness.STOPPED ? since : now;
    changed = true;
  }

  private boolean hasAges() {
    return !(extras.balances().isEmpty()
        && extras.proving().isEmpty()
        && extras.pendingMessages().isEmpty());
  }

  /** The members with the ages that they have now, beside those that a test gave them. */
  private Extras aged(Instant now) {
    int age = (int) Duration.between(answeredAt, now).toSeconds();
    return extras.toBuilder()
        .balances(extras.balances().stream().map(each -> each.withAge(age + each.age())).toList())
        .proving(extras.proving().stream().map(each -> each.withAge(age + each.age())).toList())
        .pendingMessages(
            extras.pendingMessages().stream().map(each -> each.withAge(age + each.age())).toList())
        .build();
  }

  Node node(boolean warming, Instant now) {
    boolean judged = !warming || chain == ChainState.WRONG_NETWORK || chain == ChainState.NO_HEAD;
    State state = State.of(liveness, judged ? chain : ChainState.UNKNOWN);
    last = state == State.UNKNOWN ? last : state;
    return defect.apply(whole(judged, now));
  }

  private Node whole(boolean judged, Instant now) {
    return new Node(
        name,
        expected,
        standing,
        network,
        new Claims(name, miner, genesis, List.of("bafy"), 100L, null),
        conflicts,
        new Verdict(
            liveness,
            judged ? chain : ChainState.UNKNOWN,
            Agreement.UNKNOWN,
            chain == ChainState.BEHIND ? 7L : 0L,
            voter,
            null,
            since),
        last,
        new Contact(
            new Contact.Connection(connected, null, null, disconnectedSince),
            new Contact.Uptime(null, ""),
            firstSeen,
            lastBeat,
            since,
            1),
        twinSince,
        aged(now),
        findings);
  }
}
