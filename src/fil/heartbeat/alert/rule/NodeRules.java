package fil.heartbeat.alert.rule;

import fil.heartbeat.aggregator.Node;
import fil.heartbeat.alert.model.AlertRule;
import fil.heartbeat.alert.model.AlertText;
import fil.heartbeat.alert.model.Condition;
import fil.heartbeat.fleet.ChainState;
import fil.heartbeat.fleet.Liveness;
import fil.heartbeat.text.Moments;
import java.time.Instant;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The rules evaluated from one node's state. */
final class NodeRules {

  /** All of them. */
  public static final List<NodeRule> ALL =
      List.of(
          new NodeRule(
              AlertRule.NODE_SILENT,
              NodeRules::isSilent,
              NodeRules::stateSince,
              node ->
                  new AlertText(
                      name(node) + " is silent: last beat at " + lastBeat(node),
                      reason(node, "Its connection is open, but beats are overdue"))),
          new NodeRule(
              AlertRule.NODE_DISCONNECTED,
              (node, warming, fires) -> Condition.of(isGone(node)),
              node -> node.contact().connection().lostSince(),
              node ->
                  new AlertText(
                      name(node)
                          + " is disconnected since "
                          + Moments.orUnknown(node.contact().connection().lostSince()),
                      "Last beat at " + lastBeat(node) + address(node))),
          new NodeRule(
              AlertRule.NODE_STOPPED,
              (node, warming, fires) -> Condition.of(node.verdict().liveness() == Liveness.STOPPED),
              NodeRules::stateSince,
              node ->
                  new AlertText(
                      name(node) + " is stopped since " + Moments.orUnknown(stateSince(node)),
                      "It stopped in good order and has not come back. Last beat at "
                          + lastBeat(node)
                          + address(node))),
          new NodeRule(
              AlertRule.EXPECTED_NODE_MISSING,
              (node, warming, fires) ->
                  Condition.of(
                      node.expected() != null && node.verdict().liveness() == Liveness.MISSING),
              NodeRules::stateSince,
              node ->
                  new AlertText(
                      name(node) + " is expected and was never seen", "Peer id " + node.peerId())),
          chain(
              AlertRule.NODE_NO_HEAD,
              ChainState.NO_HEAD,
              EnumSet.noneOf(ChainState.class),
              node ->
                  new AlertText(
                      name(node)
                          + " beats, but its Filecoin node tells no head since "
                          + Moments.orUnknown(node.verdict().since()),
                      "The host and its heartbeat are up; lotus, forest or venus does not answer")),
          chain(
              AlertRule.NODE_SLOW,
              ChainState.SLOW,
              EnumSet.of(
                  ChainState.NO_HEAD, ChainState.FORKED, ChainState.STALLED, ChainState.BEHIND),
              node -> new AlertText(name(node) + " is slow: " + lag(node), at(node))),
          chain(
              AlertRule.NODE_BEHIND,
              ChainState.BEHIND,
              EnumSet.of(ChainState.NO_HEAD, ChainState.FORKED, ChainState.STALLED),
              node ->
                  new AlertText(
                      name(node) + " is behind: " + lag(node),
                      at(node) + "; after about 10 minutes WindowPoSt is at risk")),
          chain(
              AlertRule.NODE_STALLED,
              ChainState.STALLED,
              EnumSet.of(ChainState.NO_HEAD, ChainState.FORKED),
              node ->
                  new AlertText(
                      name(node)
                          + " is stalled since "
                          + Moments.orUnknown(node.contact().headSince()),
                      at(node) + ", while its network goes on")),
          chain(
              AlertRule.NODE_AHEAD,
              ChainState.AHEAD,
              EnumSet.of(ChainState.NO_HEAD),
              node ->
                  new AlertText(
                      name(node) + " tells a height that cannot be yet",
                      reason(node, at(node)) + ". Its clock or ours is wrong, or it lies")),
          chain(
              AlertRule.NODE_FORKED,
              ChainState.FORKED,
              EnumSet.of(ChainState.NO_HEAD, ChainState.AHEAD),
              node -> new AlertText(name(node) + " is on another chain", reason(node, at(node)))),
          chain(
              AlertRule.WRONG_NETWORK,
              ChainState.WRONG_NETWORK,
              EnumSet.noneOf(ChainState.class),
              node ->
                  new AlertText(
                      name(node) + " is on another network",
                      "It claims the genesis " + node.claims().genesisCid())),
          new NodeRule(
              AlertRule.IDENTITY_CONFLICT,
              NodeRules::isInConflict,
              Node::twinSince,
              NodeRules::conflict));

  private static final Map<AlertRule, NodeRule> BY_RULE = new EnumMap<>(AlertRule.class);

  static {
    ALL.forEach(each -> BY_RULE.put(each.rule(), each));
  }

  private NodeRules() {}

  /** The rule for a node; null when another class evaluates it. */
  public static @Nullable NodeRule of(AlertRule rule) {
    return BY_RULE.get(rule);
  }

  /**
   * @param masking states that hide this one, so that it is unknown
   */
  private static NodeRule chain(
      AlertRule rule, ChainState is, Set<ChainState> masking, Function<Node, AlertText> text) {
    return new NodeRule(
        rule,
        (node, warming, fires) -> {
          ChainState chain = node.verdict().chain();
          if (node.verdict().liveness() != Liveness.BEATING || chain == ChainState.UNKNOWN) {
            return Condition.UNKNOWN;
          }
          return masking.contains(chain) ? Condition.UNKNOWN : Condition.of(chain == is);
        },
        NodeRules::stateSince,
        text);
  }

  /**
   * Only a node with an open connection becomes silent. Once firing, the alert lasts until a beat
   * arrives after its begin, or until the node stops on purpose; after a restart the restored state
   * of the node is not enough.
   */
  private static Condition isSilent(Node node, boolean warming, @Nullable Instant fires) {
    Liveness liveness = node.verdict().liveness();
    if (fires == null) {
      return Condition.of(liveness == Liveness.SILENT && node.connected());
    }
    Instant beat = node.contact().lastBeat();
    boolean heard = liveness == Liveness.BEATING && beat != null && beat.isAfter(fires);
    return Condition.of(!heard && liveness != Liveness.MISSING && liveness != Liveness.STOPPED);
  }

  private static boolean isGone(Node node) {
    Liveness liveness = node.verdict().liveness();
    return liveness != Liveness.MISSING
        && liveness != Liveness.STOPPED
        && !node.connected()
        && node.contact().connection().lostSince() != null;
  }

  /**
   * While nodes reconnect one by one, the absence of a second claim, or of a second sender with its
   * key, proves nothing yet.
   */
  private static Condition isInConflict(Node node, boolean warming, @Nullable Instant fires) {
    return node.conflicts().isEmpty() && warming
        ? Condition.UNKNOWN
        : Condition.of(!node.conflicts().isEmpty());
  }

  private static AlertText conflict(Node node) {
    String conflicts = String.join("; ", node.conflicts());
    return node.twinSince() == null
        ? new AlertText(name(node) + " claims what another node claims too", conflicts)
        : new AlertText(
            name(node) + " beats from two places: its key is in use twice",
            conflicts + ". Stop one of the two, and make it a key of its own (keygen)");
  }

  private static Instant stateSince(Node node) {
    return node.verdict().since();
  }

  private static String name(Node node) {
    return node.shownName();
  }

  private static String lastBeat(Node node) {
    return Moments.orUnknown(node.contact().lastBeat());
  }

  private static String address(Node node) {
    return node.contact().connection().address() == null
        ? ""
        : " from " + node.contact().connection().address();
  }

  private static String reason(Node node, String otherwise) {
    String reason = node.verdict().reason();
    return reason == null ? otherwise : reason;
  }

  private static String lag(Node node) {
    Long lag = node.verdict().lagEpochs();
    return (lag == null ? "some" : lag)
        + " epochs late since "
        + Moments.orUnknown(stateSince(node));
  }

  private static String at(Node node) {
    return "Its head is at height "
        + node.claims().height()
        + " since "
        + Moments.orUnknown(node.contact().headSince());
  }
}
