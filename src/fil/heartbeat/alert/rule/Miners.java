package fil.heartbeat.alert.rule;

import fil.heartbeat.aggregator.Node;
import fil.heartbeat.alert.model.AlertLabels;
import fil.heartbeat.alert.model.AlertRule;
import fil.heartbeat.alert.model.AlertText;
import fil.heartbeat.alert.state.AlertKey;
import fil.heartbeat.alert.state.AlertRecord;
import fil.heartbeat.fleet.ChainState;
import fil.heartbeat.fleet.NetworkReport;
import fil.heartbeat.fleet.State;
import fil.heartbeat.wire.Extras;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The rules about miners, whose nodes report what they must prove. */
final class Miners {

  /** Epochs late from which a node cannot be relied on to prove in time. */
  static final long LATE = 5;

  /** Epochs before the end of a deadline that are left to act. */
  static final long LAST_EPOCHS = 15;

  private static final Set<ChainState> USELESS =
      EnumSet.of(
          ChainState.WRONG_NETWORK,
          ChainState.NO_HEAD,
          ChainState.FORKED,
          ChainState.STALLED,
          ChainState.BEHIND);

  /** Miners kept of one node; a beat has at most half as many. */
  private static final int MAX_MINERS = 2 * Extras.MAX_PROVING;

  /** A sender that stopped in good order says nothing about its node for this long. */
  private static final Duration STOPPED = Duration.ofMinutes(15);

  private final AlertSteps steps;
  private final NodeTracker nodes;
  private final Map<String, MinerMemory> memories = new HashMap<>();

  /** The epochs of each network, as far as it has a clock. */
  private Map<String, EpochTimes> times = Map.of();

  /** Miners to be stored again. */
  private final Set<String> unsaved = new TreeSet<>();

  /** The miners that a node reported proofs of, now or lately. */
  private final Map<String, Set<String>> byNode = new HashMap<>();

  /** The nodes of each miner in this round; null until it is asked for. */
  private @Nullable Map<String, List<NodeTracking>> claimed;

  Miners(AlertSteps steps, NodeTracker nodes) {
    this.steps = steps;
    this.nodes = nodes;
  }

  /** Takes the present state of changed nodes, and of their networks. */
  void take(List<NodeTracking> changed, List<NetworkReport> reports) {
    times(reports);
    for (NodeTracking each : changed) {
      steps.guard().run("proofs", each.peerId(), () -> take(each));
    }
  }

  private void take(NodeTracking node) {
    List<Extras.Proving> proving = proving(node);
    if (!proving.isEmpty() && node.isBeating()) {
      take(node, proving);
    } else if (!steps.warming() && node.beating && isWell(node.node)) {
      // What a node said that is not heard now, as after a restart, is all that is known.
      byNode.getOrDefault(node.peerId(), Set.of()).forEach(miner -> drop(node.peerId(), miner));
    }
  }

  /** The deadlines that a node reports, without those that are not of these days. */
  private List<Extras.Proving> proving(NodeTracking node) {
    List<Extras.Proving> all = node.node.extras().proving();
    EpochTimes time = all.isEmpty() ? null : time(node);
    return time == null
        ? all
        : all.stream().filter(each -> time.isNear(each.open(), each.close())).toList();
  }

  private @Nullable EpochTimes time(NodeTracking node) {
    String network = node.network();
    return network == null ? null : times.get(network);
  }

  private void take(NodeTracking node, List<Extras.Proving> proving) {
    boolean well = isWell(node.node);
    Set<String> told = proving.stream().map(Extras.Proving::miner).collect(Collectors.toSet());
    Set<String> kept = new HashSet<>(told);
    for (String miner : byNode.getOrDefault(node.peerId(), Set.of())) {
      if (!told.contains(miner)) {
        if (kept.size() >= MAX_MINERS) {
          forget(node.peerId(), miner);
          continue;
        }
        kept.add(miner);
        if (well) {
          drop(node.peerId(), miner);
        }
      }
    }
    byNode.put(node.peerId(), Set.copyOf(kept));
    for (Extras.Proving each : proving) {
      memories
          .computeIfAbsent(each.miner(), ignored -> new MinerMemory())
          .take(node.peerId(), each, well, steps.now());
    }
  }

  /** The node reports a miner no more, for a moment or for good: what was learned is kept. */
  private void drop(String peerId, String miner) {
    MinerMemory memory = memories.get(miner);
    if (memory != null) {
      memory.forget(peerId, steps.now());
    }
  }

  void forget(String peerId) {
    Set<String> told = byNode.remove(peerId);
    if (told != null) {
      told.forEach(miner -> forget(peerId, miner));
    }
  }

  private void forget(String peerId, String miner) {
    MinerMemory memory = memories.get(miner);
    if (memory != null) {
      memory.forget(peerId, steps.now());
      if (memory.isUnreported()) {
        memories.remove(miner);
        unsaved.add(miner);
      }
    }
  }

  private void sweep() {
    for (Map.Entry<String, MinerMemory> each : List.copyOf(memories.entrySet())) {
      if (each.getValue().isStale(steps.now())) {
        memories.remove(each.getKey());
        unsaved.add(each.getKey());
      }
    }
  }

  /** Restores a stored part of what was known of a miner. */
  void restore(String miner, String text) {
    MinerMemory memory = memories.getOrDefault(miner, new MinerMemory());
    String peerId = memory.restore(miner, text);
    memories.put(miner, memory);
    if (peerId != null) {
      Set<String> all = new HashSet<>(byNode.getOrDefault(peerId, Set.of()));
      all.add(miner);
      byNode.put(peerId, Set.copyOf(all));
    }
  }

  /** Marks all to be stored again. */
  void saveAll() {
    unsaved.addAll(memories.keySet());
  }

  /** Takes what is to be stored again of each miner; nothing deletes the entry. */
  Map<String, List<String>> takeChanges() {
    memories.forEach(
        (miner, memory) -> {
          if (memory.takeChanged()) {
            unsaved.add(miner);
          }
        });
    Map<String, List<String>> taken = new HashMap<>();
    for (String miner : unsaved) {
      MinerMemory memory = memories.get(miner);
      taken.put(miner, memory == null ? List.of() : memory.stored());
    }
    unsaved.clear();
    return taken;
  }

  /** Adjusts stored times after the clock was set. */
  void moved(Duration by) {
    memories.values().forEach(each -> each.moved(by));
  }

  private void times(List<NetworkReport> reports) {
    Map<String, EpochTimes> present = new HashMap<>();
    for (NetworkReport each : reports) {
      String network = NetworkRules.key(each);
      if (network != null) {
        EpochTimes own = EpochTimes.of(each, times.get(network));
        if (own != null) {
          present.put(network, own);
        }
      }
    }
    times = present;
  }

  void observe() {
    claimed = null;
    List<AlertRecord> live = new ArrayList<>();
    for (AlertRecord each : steps.table().live()) {
      if (each.rule().subject() == AlertRule.Subject.MINER) {
        live.add(each);
      }
    }
    if (steps.warming() || (memories.isEmpty() && live.isEmpty())) {
      return;
    }
    sweep();
    for (String miner : List.copyOf(memories.keySet())) {
      steps.guard().run("miners", miner, () -> judge(miner));
    }
    live.stream()
        .filter(each -> isUnreported(each.key().subject()))
        .forEach(each -> steps.guard().run("miners", each.key().subject(), () -> untold(each)));
    claimed = null;
  }

  /** Nothing is known of the miner any more, or not yet after a restart. */
  private void untold(AlertRecord live) {
    List<NodeTracking> own = of(live.key().subject());
    boolean gone = !own.isEmpty() && own.stream().noneMatch(each -> isWell(each.node));
    if (!steps.endsUntold(live, !gone)) {
      apply(live.rule(), live.key().subject(), Outcome.UNKNOWN, null);
    }
  }

  private boolean isUnreported(String miner) {
    MinerMemory memory = memories.get(miner);
    return memory == null || memory.isUnreported();
  }

  private void judge(String miner) {
    MinerMemory memory = memories.get(miner);
    if (memory == null || memory.isUnreported()) {
      return;
    }
    NodeTracking first = first(memory);
    if (first == null) {
      // Stored before a restart, of nodes that are no longer monitored.
      List.copyOf(memory.nodes()).forEach(this::forget);
      return;
    }
    EpochTimes time = time(first);
    apply(
        AlertRule.POST_AT_RISK,
        miner,
        time == null ? Outcome.UNKNOWN : risk(miner, memory, time),
        first);
    AlertRecord live = steps.table().live(new AlertKey(AlertRule.SECTOR_FAULTS, miner));
    boolean well = memory.nodes().stream().anyMatch(this::isWell);
    boolean told = memory.tellsFaults(this::isWell);
    if (live != null && steps.endsUntold(live, well && !told)) {
      return;
    }
    apply(
        AlertRule.SECTOR_FAULTS,
        miner,
        told ? memory.faults.outcome(miner, live != null && live.isFiring()) : Outcome.UNKNOWN,
        first);
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
  private Outcome risk(String miner, MinerMemory memory, EpochTimes time) {
    MinerMemory.Deadline deadline = memory.at(time, steps.now(), this::isWell);
    if (deadline == null) {
      return Outcome.UNKNOWN;
    }
    if (deadline.unproven() == 0) {
      return Outcome.FALSE;
    }
    boolean none =
        memory.nodes().stream().noneMatch(this::isWell)
            && of(miner).stream().noneMatch(each -> isWell(each.node));
    if (none) {
      return steps.table().isFiring(AlertRule.FLEET_ISOLATED, "")
          ? Outcome.UNKNOWN
          : Outcome.holds(() -> text(miner, deadline, true, time));
    }
    if (deadline.close() - time.epoch() > LAST_EPOCHS) {
      return Outcome.FALSE;
    }
    return switch (deadline.basis()) {
      case REPORTED -> Outcome.holds(() -> text(miner, deadline, false, time));
      case OLD -> Outcome.UNKNOWN;
      case ASSUMED, UNKNOWN -> Outcome.FALSE;
    };
  }

  private AlertText text(
      String miner, MinerMemory.Deadline deadline, boolean none, EpochTimes time) {
    AlertRecord live = steps.table().live(new AlertKey(AlertRule.POST_AT_RISK, miner));
    ProofText text = new ProofText(miner, deadline, time, steps.now());
    return none
        ? text.withoutNodes(of(miner), live == null ? steps.now() : live.lifecycle().activeAt())
        : text.inTheLastEpochs();
  }

  private void apply(AlertRule rule, String miner, Outcome outcome, @Nullable NodeTracking node) {
    Map<String, String> labels = new LinkedHashMap<>();
    labels.put(AlertLabels.MINER, miner);
    String network = node == null ? null : node.network();
    labels.putAll(RuleBook.labels(network));
    steps.other(
        rule,
        miner,
        steps.config().hold(rule),
        steps.result(outcome, network, node == null ? null : node.group(), labels));
  }

  /** Returns the nodes that claim a miner. */
  private List<NodeTracking> of(String miner) {
    Map<String, List<NodeTracking>> all = claimed;
    if (all == null) {
      Map<String, List<NodeTracking>> found = new HashMap<>();
      for (NodeTracking each : nodes.all()) {
        steps.guard().run("claims", each.peerId(), () -> claims(each, found));
      }
      all = found;
      claimed = all;
    }
    return all.getOrDefault(miner, List.of());
  }

  private void claims(NodeTracking node, Map<String, List<NodeTracking>> all) {
    for (String own : minersOf(node)) {
      all.computeIfAbsent(own, ignored -> new ArrayList<>(1)).add(node);
    }
  }

  private Set<String> minersOf(NodeTracking node) {
    Set<String> all = new TreeSet<>();
    for (String miner : byNode.getOrDefault(node.peerId(), Set.of())) {
      MinerMemory memory = memories.get(miner);
      if (memory != null && memory.nodes().contains(node.peerId())) {
        all.add(miner);
      }
    }
    all.addAll(node.node.extras().minerAddresses());
    String claims = node.node.claims().minerAddress();
    if (claims != null && !claims.isEmpty()) {
      all.add(claims);
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
    Long lag = node.verdict().lagEpochs();
    return node.state().isBeating()
        && !USELESS.contains(node.verdict().chain())
        && (lag == null || lag < LATE);
  }
}
