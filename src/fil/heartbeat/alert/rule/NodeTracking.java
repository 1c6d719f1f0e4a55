package fil.heartbeat.alert.rule;

import fil.heartbeat.aggregator.Node;
import fil.heartbeat.alert.model.AlertLabels;
import fil.heartbeat.alert.model.AlertRule;
import fil.heartbeat.alert.state.AlertRecord;
import fil.heartbeat.config.AlertsConfig;
import fil.heartbeat.fleet.Liveness;
import fil.heartbeat.fleet.Moved;
import fil.heartbeat.fleet.State;
import fil.heartbeat.fleet.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The state of one node in the engine. Mutable. */
final class NodeTracking {

  /**
   * What a judgement of miners rests on of a node, beside what it reports.
   *
   * @param stopped since when it is stopped in good order, in epoch milliseconds, to be compared
   *     only; 0 when it is not
   */
  record Seen(boolean reliable, long stopped, @Nullable String network, @Nullable String nickname) {

    static Seen of(NodeTracking node) {
      Verdict verdict = node.node.verdict();
      return new Seen(
          verdict.isReliable(),
          node.node.state() == State.STOPPED ? verdict.since().toEpochMilli() : 0,
          node.network(),
          node.labels().get(AlertLabels.NICKNAME));
    }
  }

  public Node node;

  /** Whether it has beaten since the engine started, and still does. */
  public boolean beating;

  @Nullable Instant beatingSince;

  /** When it was first seen not beating; null while it beats. */
  @Nullable Instant leftBeating;

  boolean troubled;
  @Nullable String knownMiner;

  /** The number of the last observation that evaluated all of its rules. */
  long lookedAt;

  /** What the rules about miners saw of it last; null before. */
  @Nullable Seen seenOfMiners;

  /** What is known of the miners that it reports; null when it is to be looked for. */
  @Nullable FoundMemories found;

  /** What its earlier beats said; null when it is to be looked for, or there is nothing. */
  ExtendedNodes.@Nullable Memory memory;

  private @Nullable Map<String, String> labels;
  private @Nullable Map<AlertRule, AlertsConfig.Rule> rules;

  NodeTracking(Node node) {
    this.node = node;
  }

  /** Takes the current state. */
  public void take(Node next) {
    if (!Objects.equals(next.claims().nickname(), node.claims().nickname())
        || !Objects.equals(next.claims().minerAddress(), node.claims().minerAddress())
        || !Objects.equals(networkOf(next), networkOf(node))
        || !Objects.equals(next.expected(), node.expected())) {
      forgetRules();
    }
    node = next;
  }

  /**
   * Adjusts stored times after the clock was set; the node's own times come with the next state.
   */
  public void moved(Duration by) {
    beatingSince = Moved.movedOrNull(beatingSince, by);
    leftBeating = Moved.movedOrNull(leftBeating, by);
  }

  void forgetRules() {
    labels = null;
    rules = null;
  }

  public String peerId() {
    return node.peerId();
  }

  public boolean isBeating() {
    return node.verdict().liveness() == Liveness.BEATING;
  }

  /** The name of its network, or the genesis that it claims; null without either. */
  static @Nullable String networkOf(Node node) {
    return node.network() == null ? node.claims().genesisCid() : node.network();
  }

  public @Nullable String network() {
    return networkOf(node);
  }

  /** Its network as in group keys. */
  public @Nullable String group() {
    return node.network() != null || node.claims().genesisCid() == null
        ? node.network()
        : AlertRecord.OTHER;
  }

  /** The rules for this node, with those of its group. */
  public Map<AlertRule, AlertsConfig.Rule> rules(RuleBook book) {
    Map<AlertRule, AlertsConfig.Rule> known = rules;
    if (known == null) {
      known = book.of(this);
      rules = known;
    }
    return known;
  }

  /** Its labels for selectors. Claims of the node never replace known values. */
  public Map<String, String> labels() {
    Map<String, String> known = labels;
    if (known == null) {
      known = new LinkedHashMap<>();
      if (node.expected() != null) {
        known.putAll(node.expected().labels());
      }
      put(known, AlertLabels.NICKNAME, nickname());
      put(known, AlertLabels.MINER, node.claims().minerAddress());
      put(known, AlertLabels.NETWORK, network());
      known.put(AlertLabels.PEER_ID, node.peerId());
      labels = known;
    }
    return known;
  }

  private @Nullable String nickname() {
    String claimed = node.claims().nickname();
    return claimed == null || claimed.isEmpty() ? node.expectedName().orElse(null) : claimed;
  }

  private static void put(Map<String, String> labels, String name, @Nullable String value) {
    if (value == null || value.isEmpty()) {
      labels.remove(name);
    } else {
      labels.put(name, value);
    }
  }
}
