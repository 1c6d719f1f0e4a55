package fil.heartbeat.alert.rule;

import fil.heartbeat.aggregator.Node;
import fil.heartbeat.alert.model.AlertRule;
import fil.heartbeat.alert.model.Condition;
import fil.heartbeat.alert.state.AlertKey;
import fil.heartbeat.alert.state.AlertRecord;
import fil.heartbeat.config.AlertsConfig;
import fil.heartbeat.fleet.ChainState;
import fil.heartbeat.fleet.Findings;
import fil.heartbeat.fleet.Moved;
import fil.heartbeat.wire.Extras;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The rules about optional members of one node's beats. Nodes without any cost nothing but a
 * comparison. What a node that does not beat reported last is neither a fault nor its end.
 */
final class ExtendedNodes {
  private static final List<AlertRule> RULES =
      Arrays.stream(AlertRule.values())
          .filter(AlertRule::isOfOptionalMember)
          .filter(rule -> rule.subject() == AlertRule.Subject.NODE)
          .toList();

  /** How often it is looked for what is too old to be kept. */
  private static final Duration SWEEP = Duration.ofSeconds(10);

  /** What earlier beats of one node said. */
  static final class Memory {
    private final BurnMemory burns;

    /**
     * The present balances, when none of them was low as they were judged; null otherwise. None of
     * the same will be: with the time only what was spent gets less.
     */
    private @Nullable List<Extras.Balance> enough;

    private final MessageMemory messages = new MessageMemory();
    private final RestartMemory restarts;

    private Memory(@Nullable BurnMemory before, Instant now) {
      burns = before == null ? new BurnMemory() : before;
      burns.begin(now);
      restarts = new RestartMemory(now);
    }
  }

  private final AlertSteps steps;
  private final Map<String, Memory> memories = new HashMap<>();

  /** When a condition may begin to hold although nothing changes, by peer id. */
  private final DueSubjects due = new DueSubjects();

  private Instant sweptAt = Instant.MIN;

  /** From before a restart, of nodes that have not reported since. */
  private final Map<String, BurnMemory> restored = new HashMap<>();

  /** Nodes to be stored again beside those that changed. */
  private final Set<String> unsaved = new HashSet<>();

  /** Nodes whose present members could not be taken. */
  private final Set<String> failed = new HashSet<>();

  ExtendedNodes(AlertSteps steps) {
    this.steps = steps;
  }

  /** Takes the present state of changed nodes. */
  void take(List<NodeTracking> changed) {
    failed.clear();
    for (NodeTracking each : changed) {
      try {
        take(each, steps.now());
      } catch (RuntimeException e) {
        failed.add(each.peerId());
        steps.guard().failed("members", each.peerId(), e);
      }
    }
  }

  private void take(NodeTracking node, Instant now) {
    Extras extras = node.node.extras();
    Memory memory = memory(node);
    if (extras.isNone() || !node.isBeating()) {
      if (memory != null) {
        memory.enough = null;
      }
      return;
    }
    if (memory == null) {
      memory = new Memory(restored.remove(node.peerId()), now);
      memories.put(node.peerId(), memory);
      node.memory = memory;
    }
    try {
      memory.restarts.take(extras.startTime(), now);
      if (followsChain(node.node)) {
        balances(memory, extras.balances(), now);
        memory.messages.take(extras.pendingMessages(), now);
      } else {
        memory.enough = null;
        memory.messages.pause();
      }
    } finally {
      save(node.peerId(), memory);
    }
  }

  private static void balances(Memory memory, List<Extras.Balance> balances, Instant now) {
    List<Extras.Balance> before = memory.enough;
    if (before != null && memory.burns.knows(now) && BalanceRule.isSame(before, balances)) {
      memory.enough = balances;
    } else {
      memory.enough = null;
      memory.burns.take(balances, now);
    }
  }

  private @Nullable Memory memory(NodeTracking node) {
    if (node.memory == null) {
      node.memory = memories.get(node.peerId());
    }
    return node.memory;
  }

  /** The limits are others: all balances are to be judged again. */
  void config() {
    memories.values().forEach(each -> each.enough = null);
  }

  private void save(String peerId, Memory memory) {
    if (memory.burns.takeChanged()) {
      unsaved.add(peerId);
    }
  }

  void forget(String peerId) {
    due.forget(peerId);
    if (memories.remove(peerId) != null || restored.remove(peerId) != null) {
      unsaved.add(peerId);
    }
  }

  /** Restores what a node's addresses spent; fails when it cannot be read. */
  void restore(String peerId, List<String> texts) {
    restored.put(peerId, BurnMemory.restored(texts));
  }

  /** Marks all to be stored again. */
  void saveAll() {
    unsaved.addAll(memories.keySet());
    unsaved.addAll(restored.keySet());
  }

  /** Takes what is to be stored again of each node's addresses; nothing deletes the entry. */
  Map<String, List<String>> takeChanges() {
    Map<String, List<String>> taken = new HashMap<>();
    for (String peerId : unsaved) {
      Memory memory = memories.get(peerId);
      BurnMemory burns = memory == null ? restored.get(peerId) : memory.burns;
      taken.put(peerId, burns == null ? List.of() : burns.stored());
    }
    unsaved.clear();
    return taken;
  }

  /** Returns the nodes to be evaluated although they did not change; none most of the time. */
  List<String> due() {
    Instant now = steps.now();
    if (!restored.isEmpty() && !(sweptAt.plus(SWEEP).isAfter(now) && !sweptAt.isAfter(now))) {
      sweptAt = now;
      restored
          .entrySet()
          .removeIf(each -> each.getValue().isOld(now) && unsaved.add(each.getKey()));
    }
    return due.take(memories.keySet(), now);
  }

  /** Adjusts stored times after the clock was set. */
  void moved(Duration by) {
    sweptAt = Moved.moved(sweptAt, by);
    restored.values().forEach(each -> each.moved(by));
    unsaved.addAll(restored.keySet());
    memories.forEach(
        (peerId, each) -> {
          each.enough = null;
          each.burns.moved(by);
          each.messages.moved(by);
          each.restarts.moved(by);
          save(peerId, each);
        });
    // What nodes say of their own clocks did not move.
    due.all();
  }

  /**
   * @param live whether the node has any live alert
   */
  void judge(NodeTracking node, boolean live) {
    if (failed.contains(node.peerId()) || (!live && node.node.extras().isNone())) {
      return;
    }
    for (AlertRule rule : RULES) {
      judge(node, rule, live ? steps.table().live(new AlertKey(rule, node.peerId())) : null);
    }
    try {
      file(node);
    } catch (RuntimeException e) {
      steps.guard().failed(AlertRule.NODE_ISOLATED.label(), node.peerId(), e);
    }
  }

  private void file(NodeTracking node) {
    Instant again =
        PeersRule.again(node.node, steps.config().rules().limits().peers(), steps.now());
    if (again == null) {
      due.forget(node.peerId());
    } else {
      due.file(node.peerId(), again);
    }
  }

  void judge(NodeTracking node, AlertRule rule, @Nullable AlertRecord live) {
    if (failed.contains(node.peerId())) {
      return;
    }
    try {
      apply(node, rule, live);
    } catch (RuntimeException e) {
      steps.guard().failed(rule.label(), node.peerId(), e);
    }
  }

  private void apply(NodeTracking node, AlertRule rule, @Nullable AlertRecord live) {
    boolean judged = node.isBeating() && !steps.warming();
    Outcome outcome = judged ? outcome(node, rule, live) : Outcome.UNKNOWN;
    if (live != null) {
      boolean missing = judged && outcome.condition() == Condition.UNKNOWN && !isTold(node, rule);
      if (steps.endsUntold(live, missing)) {
        return;
      }
    } else if (outcome.condition() != Condition.TRUE) {
      return;
    }
    steps.node(
        node, live, rule, steps.result(outcome, node.network(), node.group(), node.labels()));
  }

  private Outcome outcome(NodeTracking node, AlertRule rule, @Nullable AlertRecord live) {
    Instant now = steps.now();
    Node its = node.node;
    AlertsConfig.Limits limits = steps.config().rules().limits();
    Instant fires = fires(live);
    Memory memory = memory(node);
    return switch (rule) {
      case NODE_FINALITY_LAG -> FinalityRules.behind(its);
      case UPGRADE_NOT_READY -> UpgradeRule.of(its, now);
      case NODE_ISOLATED -> PeersRule.of(its, limits.peers(), now);
      case BALANCE_LOW -> memory == null ? Outcome.UNKNOWN : low(its, memory, limits, live);
      case NODE_RESTARTING ->
          memory == null ? Outcome.UNKNOWN : memory.restarts.outcome(its, fires, now);
      case MESSAGES_STUCK ->
          memory == null || !followsChain(its)
              ? Outcome.UNKNOWN
              : memory.messages.outcome(
                  its,
                  fires != null,
                  memory.messages.isWaiting() ? hold(node, rule) : Duration.ZERO,
                  now);
      default -> Outcome.UNKNOWN;
    };
  }

  /** Returns since when the condition of a firing alert has held; null when none fires. */
  private static @Nullable Instant fires(@Nullable AlertRecord live) {
    return live != null && live.isFiring() ? live.lifecycle().activeAt() : null;
  }

  private Outcome low(
      Node node, Memory memory, AlertsConfig.Limits limits, @Nullable AlertRecord live) {
    if (live == null && memory.enough != null) {
      return Outcome.FALSE;
    }
    memory.enough = null;
    try {
      Outcome outcome = BalanceRule.of(node, memory.burns, limits, fires(live), steps.now());
      if (live == null && outcome.condition() != Condition.TRUE && followsChain(node)) {
        memory.enough = node.extras().balances();
      }
      return outcome;
    } finally {
      save(node.peerId(), memory);
    }
  }

  /** A nonce cannot move at a node that does not follow the chain. */
  private static boolean followsChain(Node node) {
    ChainState chain = node.verdict().chain();
    return chain == ChainState.OK || chain == ChainState.SLOW;
  }

  private Duration hold(NodeTracking node, AlertRule rule) {
    return steps.of(rule, node).flatMap(AlertsConfig.Rule::hold).orElse(rule.hold());
  }

  private boolean isTold(NodeTracking node, AlertRule rule) {
    Extras extras = node.node.extras();
    return switch (rule) {
      case NODE_FINALITY_LAG -> extras.finalized() != null;
      case UPGRADE_NOT_READY ->
          !extras.upgrades().isEmpty()
              && node.node.findings().compared() != Findings.Compared.TOO_FEW;
      case NODE_ISOLATED -> extras.peers() != null;
      case BALANCE_LOW -> {
        Memory memory = memory(node);
        yield (memory == null || memory.burns.tellsLow(extras.balances()))
            && BalanceRule.isTold(extras, steps.config().rules().limits());
      }
      case NODE_RESTARTING -> extras.startTime() != null;
      case MESSAGES_STUCK -> extras.pendingMessages().stream().anyMatch(MessageMemory::isFresh);
      default -> true;
    };
  }
}
