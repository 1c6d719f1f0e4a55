package fil.heartbeat.alert.rule;

import fil.heartbeat.aggregator.Node;
import fil.heartbeat.alert.model.AlertLabels;
import fil.heartbeat.alert.model.AlertRule;
import fil.heartbeat.alert.state.AlertRecord;
import fil.heartbeat.config.AlertsConfig;
import fil.heartbeat.fleet.Liveness;
import fil.heartbeat.fleet.Moved;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What the engine holds of one node. Mutable. */
final class NodeTracking {
  public Node node;

  /** Whether it was heard since the engine started, and beats still. */
  public boolean beating;

  @Nullable Instant beatingSince;

  /** When it was first seen not to beat; null while it beats. */
  @Nullable Instant leftBeating;

  boolean troubled;
  @Nullable String knownMiner;

  /** The number of the last observation that looked at all of its rules. */
  long lookedAt;

  private @Nullable Map<String, String> labels;
  private @Nullable Map<AlertRule, AlertsConfig.Rule> rules;

  NodeTracking(Node node) {
    this.node = node;
  }

  /** Takes what is known of it now. */
  public void take(Node next) {
    if (!Objects.equals(next.claims().nickname(), node.claims().nickname())
        || !Objects.equals(next.claims().minerAddress(), node.claims().minerAddress())
        || !Objects.equals(networkOf(next), networkOf(node))
        || !Objects.equals(next.expected(), node.expected())) {
      forgetRules();
    }
    node = next;
  }

  /** The clock was set; what is known of the node itself comes anew. */
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

  /** Name of its network, or the genesis that it claims; null when it says neither. */
  static @Nullable String networkOf(Node node) {
    return node.network() == null ? node.claims().genesisCid() : node.network();
  }

  public @Nullable String network() {
    return networkOf(node);
  }

  /** Its network as groups name it. */
  public @Nullable String group() {
    return node.network() != null || node.claims().genesisCid() == null
        ? node.network()
        : AlertRecord.OTHER;
  }

  /** The rules as they are for this node: those of its group. */
  public Map<AlertRule, AlertsConfig.Rule> rules(RuleBook book) {
    Map<AlertRule, AlertsConfig.Rule> known = rules;
    if (known == null) {
      known = book.of(this);
      rules = known;
    }
    return known;
  }

  /** What selectors see of it. What it claims of itself never replaces what is known. */
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
