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
import fil.heartbeat.text.Moments;
import fil.heartbeat.wire.Extras;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
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

  private static final int MAX_NAMED = 3;

  /** Miners kept of one node; a beat has at most half as many. */
  private static final int MAX_MINERS = 2 * Extras.MAX_PROVING;

  /** A sender that stopped in good order says nothing about its node for this long. */
  private static final Duration STOPPED = Duration.ofMinutes(15);

  private final AlertSteps steps;
  private final NodeTracker nodes;
  private final Map<String, MinerMemory> memories = new HashMap<>();

  /** The epochs of each network, as far as it has a clock. */
  private Map<String, EpochTimes> times = Map.of();

  /** The miners that a node reported proofs of. */
  private final Map<String, Set<String>> byNode = new HashMap<>();

  /** The nodes of each miner in this round; null until it is asked for. */
  private @Nullable Map<String, List<NodeTracking>> claimed;

  Miners(AlertSteps steps, NodeTracker nodes) {
    this.steps = steps;
    this.nodes = nodes;
  }

  /** Takes the present state of changed nodes. */
  void take(List<NodeTracking> changed) {
    for (NodeTracking each : changed) {
      List<Extras.Proving> proving = each.node.extras().proving();
      if (!proving.isEmpty() && each.isBeating()) {
        take(each, proving);
      } else if (byNode.containsKey(each.peerId()) && isWell(each.node)) {
        forget(each.peerId());
      }
    }
  }

  private void take(NodeTracking node, List<Extras.Proving> proving) {
    boolean well = isWell(node.node);
    Set<String> kept = proving.stream().map(Extras.Proving::miner).collect(Collectors.toSet());
    for (String miner : byNode.getOrDefault(node.peerId(), Set.of())) {
      if (!kept.contains(miner)) {
        if (well || kept.size() >= MAX_MINERS) {
          forget(node.peerId(), miner);
        } else {
          kept.add(miner);
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

  void forget(String peerId) {
    Set<String> told = byNode.remove(peerId);
    if (told != null) {
      told.forEach(miner -> forget(peerId, miner));
    }
  }

  private void forget(String peerId, String miner) {
    MinerMemory memory = memories.get(miner);
    if (memory != null) {
      memory.forget(peerId);
      if (memory.isEmpty()) {
        memories.remove(miner);
      }
    }
  }

  /** Adjusts stored times after the clock was set. */
  void moved(Duration by) {
    memories.values().forEach(each -> each.moved(by));
  }

  void observe(List<NetworkReport> reports) {
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
    memories.forEach(this::judge);
    live.stream().filter(each -> !memories.containsKey(each.key().subject())).forEach(this::untold);
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

  private void judge(String miner, MinerMemory memory) {
    NodeTracking first = first(memory);
    if (first == null) {
      return;
    }
    String network = first.network();
    EpochTimes time = network == null ? null : times.get(network);
    apply(
        AlertRule.POST_AT_RISK,
        miner,
        time == null ? Outcome.UNKNOWN : risk(miner, memory, time),
        first);
    AlertRecord live = steps.table().live(new AlertKey(AlertRule.SECTOR_FAULTS, miner));
    boolean well = memory.nodes().stream().anyMatch(this::isWell);
    apply(
        AlertRule.SECTOR_FAULTS,
        miner,
        well ? memory.faults.outcome(miner, live != null && live.isFiring()) : Outcome.UNKNOWN,
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
    Instant end = time.startOf(deadline.close());
    String left = Moments.span(Duration.between(steps.now(), end)) + " from now";
    String what = miner + what(deadline) + " by " + Moments.utc(end).substring(11, 16) + " UTC";
    if (!none) {
      return new AlertText(
          what + ", " + left,
          "Look at the miner's log and at its pending messages, and whether its worker and control"
              + " addresses can pay");
    }
    List<NodeTracking> own = of(miner);
    String who =
        own.size() == 1
            ? "its only node " + words(own.get(0).node)
            : "none of its "
                + own.size()
                + " nodes is well: "
                + own.stream()
                    .limit(MAX_NAMED)
                    .map(each -> words(each.node))
                    .collect(Collectors.joining(", "));
    return new AlertText(
        what + "; " + who,
        "That is "
            + left
            + ". Bring a chain node of the miner back, or let it use another one"
            + " (FULLNODE_API_INFO)"
            + source(deadline.basis()));
  }

  private static String what(MinerMemory.Deadline deadline) {
    return deadline.basis() == MinerMemory.Basis.UNKNOWN
        ? " may have to prove deadline " + deadline.index() + " (partitions not known)"
        : " must prove deadline "
            + deadline.index()
            + " ("
            + deadline.unproven()
            + " of "
            + deadline.partitions()
            + (deadline.partitions() == 1 ? " partition)" : " partitions)");
  }

  private static String source(MinerMemory.Basis basis) {
    return switch (basis) {
      case REPORTED -> "";
      case OLD -> ". No node has answered about it for 10 min";
      case ASSUMED -> ". The deadline is worked out from an earlier report";
      case UNKNOWN ->
          ". The deadline is worked out from a report of another one: look at what it holds"
              + " (lotus-miner proving deadlines)";
    };
  }

  private static String words(Node node) {
    String name = node.shownName();
    State state = node.state();
    Long lag = node.verdict().lagEpochs();
    return switch (state) {
      case MISSING, DISCONNECTED, SILENT, STOPPED -> name + " is " + state.label();
      case NO_HEAD -> name + " has no head";
      case FORKED -> name + " is on another chain";
      case WRONG_NETWORK -> name + " is on another network";
      default -> name + " is " + (lag == null ? "some" : lag) + " epochs late";
    };
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
      all = new HashMap<>();
      for (NodeTracking each : nodes.all()) {
        for (String own : minersOf(each)) {
          all.computeIfAbsent(own, ignored -> new ArrayList<>(1)).add(each);
        }
      }
      claimed = all;
    }
    return all.getOrDefault(miner, List.of());
  }

  private Set<String> minersOf(NodeTracking node) {
    Set<String> all = new TreeSet<>(byNode.getOrDefault(node.peerId(), Set.of()));
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
