package fil.heartbeat.alert.rule;

import fil.heartbeat.aggregator.Node;
import fil.heartbeat.alert.model.AlertText;
import fil.heartbeat.text.Moments;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What is said of a proof at risk.
 *
 * @param deadline the present one
 */
record ProofText(String miner, MinerMemory.Deadline deadline, EpochTimes time, Instant now) {
  private static final int MAX_NAMED = 3;

  /** Deadlines that are counted; two days have as many. */
  private static final int MAX_PASSED = 96;

  /** A node that is well reports what is unproven near the end. */
  AlertText inTheLastEpochs() {
    return new AlertText(
        what() + ", " + left(),
        "Look at the miner's log and at its pending messages, and whether its worker and control"
            + " addresses can pay");
  }

  /**
   * None of the miner's chain nodes is well.
   *
   * @param nodes of the miner
   * @param since when the alert's condition began to hold
   */
  AlertText withoutNodes(List<NodeTracking> nodes, Instant since) {
    String who =
        nodes.size() == 1
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
            + passed(since));
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

  private static String words(Node node) {
    String name = node.shownName();
    Long lag = node.verdict().lagEpochs();
    return switch (node.state()) {
      case MISSING, DISCONNECTED, SILENT, STOPPED -> name + " is " + node.state().label();
      case NO_HEAD -> name + " has no head";
      case FORKED -> name + " is on another chain";
      case WRONG_NETWORK -> name + " is on another network";
      default -> name + " is " + (lag == null ? "some" : lag) + " epochs late";
    };
  }
}
