package fil.heartbeat.alert.rule;

import fil.heartbeat.aggregator.Node;
import fil.heartbeat.alert.model.AlertText;
import fil.heartbeat.text.Moments;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What is said of a proof at risk.
 *
 * @param reporter the node whose report counts by itself; null when those of several do together
 * @param deadline the present one
 */
record ProofText(
    String miner,
    @Nullable Node reporter,
    MinerMemory.Deadline deadline,
    EpochTimes time,
    Instant now) {
  private static final int MAX_NAMED = 3;

  /** Deadlines that are counted; two days have as many. */
  private static final int MAX_PASSED = 96;

  /** A node that is well reports what is unproven near the end. */
  AlertText inTheLastEpochs() {
    return new AlertText(
        what() + ", " + left() + as(reporter),
        "Look at the miner's log and at its pending messages, and whether its worker and control"
            + " addresses can pay"
            + alone(reporter));
  }

  /**
   * None of the miner's chain nodes is well.
   *
   * @param nodes of the miner
   * @param since when the alert's condition began to hold
   */
  AlertText withoutNodes(List<NodeTracking> nodes, Instant since) {
    String who =
        reporter != null
            ? reporter.shownName() + ", which reports it, " + state(reporter)
            : nodes.size() == 1
                ? "its only node " + words(nodes.get(0).node)
                : "none of its "
                    + nodes.size()
                    + " nodes is well: "
                    + nodes.stream()
                        .limit(MAX_NAMED)
                        .map(each -> words(each.node))
                        .collect(Collectors.joining(", "));
    return new AlertText(
        what() + "; " + who,
        "That is "
            + left()
            + ". Bring a chain node of the miner back, or let it use another one"
            + " (FULLNODE_API_INFO)"
            + source()
            + passed(since)
            + alone(reporter));
  }

  private String left() {
    return Moments.span(Duration.between(now, time.startOf(deadline.close()))) + " from now";
  }

  private String what() {
    String partitions =
        deadline.basis() == MinerMemory.Basis.UNKNOWN
            ? "partitions not known"
            : deadline.unproven()
                + " of "
                + deadline.partitions()
                + (deadline.partitions() == 1 ? " partition" : " partitions");
    return miner
        + (deadline.basis() == MinerMemory.Basis.UNKNOWN ? " may have to prove" : " must prove")
        + " deadline "
        + deadline.index()
        + " ("
        + partitions
        + ") by "
        + Moments.utc(time.startOf(deadline.close())).substring(11, 16)
        + " UTC";
  }

  private String source() {
    return switch (deadline.basis()) {
      case REPORTED -> "";
      case OLD -> ". No node has answered about it for 10 min";
      case ASSUMED -> ". The deadline is worked out from an earlier report";
      case UNKNOWN ->
          ". The deadline is worked out from a report of another one: look at what it holds"
              + " (lotus-miner proving deadlines)";
    };
  }

  /** The deadlines that closed since. */
  private String passed(Instant since) {
    long length = deadline.close() - deadline.open();
    long closed = 0;
    while (closed <= MAX_PASSED && time.startOf(deadline.open() - closed * length).isAfter(since)) {
      closed++;
    }
    return closed == 0
        ? ""
        : ". Since "
            + Moments.utc(since)
            + " "
            + (closed > MAX_PASSED ? "more than " + MAX_PASSED : "" + closed)
            + (closed == 1 ? " deadline has" : " deadlines have")
            + " passed, perhaps without proof";
  }

  /** Names the node whose report counts by itself. */
  static String as(@Nullable Node reporter) {
    return reporter == null ? "" : ", as " + reporter.shownName() + " reports";
  }

  /** In a fleet that names no nodes it may be anybody who says so. */
  static String alone(@Nullable Node reporter) {
    return reporter == null
        ? ""
        : ". Only "
            + reporter.peerId()
            + " says so: each node counts by itself unless aggregator.expected or"
            + " aggregator.allow names them";
  }

  private static String words(Node node) {
    return node.shownName() + " " + state(node);
  }

  private static String state(Node node) {
    Long lag = node.verdict().lagEpochs();
    return switch (node.state()) {
      case MISSING, DISCONNECTED, SILENT, STOPPED -> "is " + node.state().label();
      case NO_HEAD -> "has no head";
      case FORKED -> "is on another chain";
      case WRONG_NETWORK -> "is on another network";
      default -> "is " + (lag == null ? "some" : lag) + " epochs late";
    };
  }
}
