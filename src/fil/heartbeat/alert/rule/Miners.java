package fil.heartbeat.alert.rule;

import fil.heartbeat.aggregator.Node;
import fil.heartbeat.alert.model.AlertLabels;
import fil.heartbeat.alert.model.AlertRule;
import fil.heartbeat.alert.model.AlertText;
import fil.heartbeat.alert.model.Condition;
import fil.heartbeat.alert.state.AlertKey;
import fil.heartbeat.alert.state.AlertRecord;
import fil.heartbeat.fleet.NetworkReport;
import fil.heartbeat.fleet.State;
import fil.heartbeat.wire.Extras;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The rules about miners, whose nodes report what they must prove. */
final class Miners {

  /** Epochs before the end of a deadline that are left to act. */
  static final long LAST_EPOCHS = 15;

  /** A sender that stopped in good order says nothing about its node for this long. */
  private static final Duration STOPPED = Duration.ofMinutes(15);

  private final AlertSteps steps;
  private final NodeTracker nodes;
  private final NetworkTimes times = new NetworkTimes();
  private final MinerClaims claims = new MinerClaims();
  private final MovedAlerts moved;

  /** Whether the fleet was isolated in the last round. */
  private boolean isolated;

  /** The nodes of each miner in this round; null until it is asked for. */
  private @Nullable Map<String, List<NodeTracking>> claimed;

  Miners(AlertSteps steps, NodeTracker nodes) {
    this.steps = steps;
    this.nodes = nodes;
    this.moved = new MovedAlerts(steps, nodes, claims, this::condition);
  }

  /** Takes the present state of changed nodes, and of their networks. */
  void take(List<NodeTracking> changed, List<NetworkReport> reports) {
    if (times.take(reports)) {
      claims.all();
    }
    for (NetworkReport each : reports) {
      // All of them say the same.
      steps
          .guard()
          .run(
              "proofs",
              Objects.requireNonNullElse(NetworkRules.key(each), ""),
              () ->
                  claims.open(each.votes().basis().isOpen(), peerId -> nodes.find(peerId) != null));
    }
    for (NodeTracking each : changed) {
      try {
        take(each);
      } catch (RuntimeException e) {
        steps.guard().failed("proofs", each.peerId(), e);
      }
    }
  }

  private void take(NodeTracking node) {
    List<Extras.Proving> proving = times.proving(node);
    if (!proving.isEmpty() && node.isBeating()) {
      claims.take(node, proving, isWell(node.node), steps.now());
    } else if (!steps.warming() && node.beating && isWell(node.node)) {
      // What a node said that is not heard now, as after a restart, is all that is known.
      claims.drop(node.peerId(), steps.now());
    }
    NodeTracking.Seen seen = NodeTracking.Seen.of(node);
    if (!seen.equals(node.seenOfMiners)) {
      node.seenOfMiners = seen;
      claims.changed(node.peerId());
    }
  }

  void forget(String peerId) {
    claims.forget(peerId, steps.now());
  }

  /** Restores a stored part of what was known of a miner. */
  void restore(String subject, String text) {
    claims.restore(subject, text);
  }

  /** Marks all to be stored again. */
  void saveAll() {
    claims.saveAll();
  }

  /** Takes what is to be stored again of each subject; nothing deletes the entry. */
  Map<String, List<String>> takeChanges() {
    return claims.takeChanges();
  }

  /** Adjusts stored times after the clock was set. */
  void moved(Duration by) {
    claims.moved(by);
  }

  /**
   * Judges what changed, what is due, and what has an alert.
   *
   * @param all whether to judge the others too, as settings changed
   */
  void observe(boolean all) {
    claimed = null;
    boolean isIsolated = steps.table().isFiring(AlertRule.FLEET_ISOLATED, "");
    if (all || isIsolated != isolated) {
      claims.all();
    }
    isolated = isIsolated;
    moved.move(live());
    List<AlertRecord> live = live();
    if (steps.warming() || (claims.isEmpty() && live.isEmpty())) {
      return;
    }
    if (live.stream().noneMatch(each -> claims.isOther(MinerClaim.of(each.key().subject())))) {
      claims.settle();
    }
    claims.sweep(steps.now());
    Set<String> due = new LinkedHashSet<>(claims.takeDue(steps.now()));
    live.forEach(each -> due.add(each.key().subject()));
    for (String subject : due) {
      guarded(subject, claim -> judge(claim, subject));
    }
    for (AlertRecord each : live) {
      guarded(each.key().subject(), claim -> unreported(claim, each));
    }
    claimed = null;
  }

  private List<AlertRecord> live() {
    List<AlertRecord> live = new ArrayList<>();
    for (AlertRecord each : steps.table().live()) {
      if (each.rule().subject() == AlertRule.Subject.MINER) {
        live.add(each);
      }
    }
    return live;
  }

  /** Nothing is known of the miner any more, or not yet after a restart. */
  private void unreported(MinerClaim claim, AlertRecord live) {
    if (claims.find(claim.subject()) != null) {
      return;
    }
    List<NodeTracking> own = claims.isOther(claim) ? List.of() : of(claim);
    boolean gone = !own.isEmpty() && own.stream().noneMatch(each -> isWell(each.node));
    if (!steps.endsUntold(live, !gone)) {
      apply(live.rule(), claim, Outcome.UNKNOWN, null);
    }
  }

  private void guarded(String subject, Consumer<MinerClaim> part) {
    MinerClaim claim = MinerClaim.of(subject);
    steps.guard().run("miners", claim.text(), () -> part.accept(claim));
  }

  private void judge(MinerClaim claim, String subject) {
    MinerMemory memory = claims.find(subject);
    if (memory == null) {
      return;
    }
    // Again, unless it is judged.
    claims.due().changed(subject);
    for (String peerId : List.copyOf(memory.nodes())) {
      if (nodes.find(peerId) == null) {
        // Stored before a restart, of a node that is no longer monitored.
        forget(peerId);
      }
    }
    NodeTracking first = first(memory);
    if (first == null) {
      claims.due().forget(subject);
      return;
    }
    Outcome risk = risk(claim, memory, first);
    apply(AlertRule.POST_AT_RISK, claim, risk, first);
    AlertRecord live = steps.table().live(new AlertKey(AlertRule.SECTOR_FAULTS, subject));
    boolean well = memory.nodes().stream().anyMatch(this::isWell);
    if (live == null || !steps.endsUntold(live, well && !memory.tellsFaults(this::isWell))) {
      apply(AlertRule.SECTOR_FAULTS, claim, faults(claim, memory, live), first);
    }
    claims.due().file(subject, again(claim, memory, first, risk.condition()));
  }

  /** Returns when the risk may be another one although nothing changes. */
  private Instant again(
      MinerClaim claim, MinerMemory memory, NodeTracking first, Condition condition) {
    Instant again = Instant.MAX;
    boolean well = false;
    for (String peerId : memory.nodes()) {
      NodeTracking node = nodes.find(peerId);
      if (node == null || !isWell(node.node)) {
        continue;
      }
      well = true;
      Instant until = node.node.verdict().since().plus(STOPPED);
      if (node.node.state() == State.STOPPED && until.isBefore(again)) {
        again = until;
      }
    }
    EpochTimes time = times.of(first);
    MinerMemory.Deadline deadline =
        time == null ? null : memory.at(time, steps.now(), this::isWell);
    if (time == null || deadline == null) {
      return again;
    }
    if (!well && claim.peerId() == null && deadline.unproven() > 0 && condition != Condition.TRUE) {
      // Another node that only claims the miner is well, or may be.
      return Instant.MIN;
    }
    long last = deadline.close() - LAST_EPOCHS;
    Instant next = time.startOf(time.epoch() < last ? last : deadline.close());
    return next.isBefore(again) ? next : again;
  }

  /** Returns the condition that an alert would have if it were about a claim. */
  private Condition condition(MinerClaim claim, AlertRecord live) {
    MinerMemory memory = claims.find(claim.subject());
    NodeTracking first = memory == null ? null : first(memory);
    if (memory == null || first == null) {
      return Condition.UNKNOWN;
    }
    Outcome outcome =
        live.rule() == AlertRule.POST_AT_RISK
            ? risk(claim, memory, first)
            : faults(claim, memory, live);
    return outcome.condition();
  }

  private Outcome faults(MinerClaim claim, MinerMemory memory, @Nullable AlertRecord live) {
    Instant fires = live != null && live.isFiring() ? live.lifecycle().activeAt() : null;
    return memory.tellsFaults(this::isWell)
        ? memory.faults.outcome(claim.miner(), reporter(claim), fires)
        : Outcome.UNKNOWN;
  }

  /** The node whose report counts by itself; null when those of several count together. */
  private @Nullable Node reporter(MinerClaim claim) {
    NodeTracking node = claim.peerId() == null ? null : nodes.find(claim.peerId());
    return node == null ? null : node.node;
  }

  private @Nullable NodeTracking first(MinerMemory memory) {
    NodeTracking first = null;
    for (String peerId : memory.nodes()) {
      NodeTracking node = nodes.find(peerId);
      if (node != null && (first == null || peerId.compareTo(first.peerId()) < 0)) {
        first = node;
      }
    }
    return first;
  }

  /**
   * Two things put a proof at risk. All chain nodes of the miner are late, forked, silent or
   * without a head: then it is enough that the deadline is assumed to have something to prove. Or
   * the deadline ends soon, and a node that is well has answered lately that partitions are
   * unproven: what is only assumed of it is no reason, since a node that answers too slowly would
   * seem to miss each deadline.
   */
  private Outcome risk(MinerClaim claim, MinerMemory memory, NodeTracking first) {
    EpochTimes time = times.of(first);
    MinerMemory.Deadline deadline =
        time == null ? null : memory.at(time, steps.now(), this::isWell);
    if (time == null || deadline == null) {
      return Outcome.UNKNOWN;
    }
    if (deadline.unproven() == 0) {
      return Outcome.FALSE;
    }
    boolean none =
        memory.nodes().stream().noneMatch(this::isWell)
            && of(claim).stream().noneMatch(each -> isWell(each.node));
    if (none) {
      return steps.table().isFiring(AlertRule.FLEET_ISOLATED, "")
          ? Outcome.UNKNOWN
          : Outcome.holds(() -> text(claim, deadline, true, time));
    }
    if (deadline.close() - time.epoch() > LAST_EPOCHS) {
      return Outcome.FALSE;
    }
    return switch (deadline.basis()) {
      case REPORTED -> Outcome.holds(() -> text(claim, deadline, false, time));
      case OLD -> Outcome.UNKNOWN;
      case ASSUMED, UNKNOWN -> Outcome.FALSE;
    };
  }

  private AlertText text(
      MinerClaim claim, MinerMemory.Deadline deadline, boolean none, EpochTimes time) {
    AlertRecord live = steps.table().live(new AlertKey(AlertRule.POST_AT_RISK, claim.subject()));
    ProofText text = new ProofText(claim.miner(), reporter(claim), deadline, time, steps.now());
    return none
        ? text.withoutNodes(of(claim), live == null ? steps.now() : live.lifecycle().activeAt())
        : text.inTheLastEpochs();
  }

  private void apply(
      AlertRule rule, MinerClaim claim, Outcome outcome, @Nullable NodeTracking node) {
    String subject = claim.subject();
    if (outcome.condition() != Condition.TRUE && !steps.table().isLive(rule, subject)) {
      return;
    }
    Map<String, String> labels = new LinkedHashMap<>();
    labels.put(AlertLabels.MINER, claim.miner());
    String network = node == null ? null : node.network();
    labels.putAll(RuleBook.labels(network));
    labels.putAll(MovedAlerts.of(claim, node));
    steps.other(
        rule,
        subject,
        steps.config().hold(rule),
        steps.result(outcome, network, node == null ? null : node.group(), labels));
  }

  /**
   * Returns the nodes that claim a miner; of an open fleet only the one that reports it, as a claim
   * proves nothing there.
   */
  private List<NodeTracking> of(MinerClaim claim) {
    if (claim.peerId() != null) {
      NodeTracking only = nodes.find(claim.peerId());
      return only == null ? List.of() : List.of(only);
    }
    Map<String, List<NodeTracking>> all = claimed;
    if (all == null) {
      Map<String, List<NodeTracking>> found = new HashMap<>();
      for (NodeTracking each : nodes.all()) {
        steps.guard().run("claims", each.peerId(), () -> claimed(each, found));
      }
      all = found;
      claimed = all;
    }
    return all.getOrDefault(claim.miner(), List.of());
  }

  private void claimed(NodeTracking node, Map<String, List<NodeTracking>> all) {
    for (String own : minersOf(node)) {
      all.computeIfAbsent(own, ignored -> new ArrayList<>(1)).add(node);
    }
  }

  private Set<String> minersOf(NodeTracking node) {
    Set<String> all = claims.of(node.peerId());
    all.addAll(node.node.extras().minerAddresses());
    String miner = node.node.claims().minerAddress();
    if (miner != null && !miner.isEmpty()) {
      all.add(miner);
    }
    return all;
  }

  private boolean isWell(String peerId) {
    NodeTracking node = nodes.find(peerId);
    return node != null && isWell(node.node);
  }

  private boolean isWell(Node node) {
    if (node.state() == State.STOPPED
        && node.verdict().since().plus(STOPPED).isAfter(steps.now())) {
      return true;
    }
    return node.verdict().isReliable();
  }
}
