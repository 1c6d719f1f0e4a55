package fil.heartbeat.alert.rule;

import fil.heartbeat.aggregator.Node;
import fil.heartbeat.alert.model.AlertText;
import fil.heartbeat.fleet.Finality;
import fil.heartbeat.fleet.NetworkReport;
import fil.heartbeat.fleet.Release;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** The rules about what the nodes of a network report together. */
final class FinalityRules {

  /** Epochs below the best finalized height of the network at which a node raises the alert. */
  static final long NODE_LAG = 30;

  /** Releases of one client that a fleet may run: the present one and the one before. */
  static final int RELEASES = 2;

  private static final int MAX_NAMED = 5;

  private FinalityRules() {}

  /** A network that never had fast finality lags always, which is not told. */
  static Outcome lag(NetworkReport report) {
    Finality finality = report.extended().finality();
    boolean lags = finality.lag() != null && finality.lag() > Finality.NORMAL_LAG;
    // After the loss of the history it is not known whether the lag was ever normal.
    if (finality.lag() == null || (lags && !finality.wasNormal())) {
      return Outcome.UNKNOWN;
    }
    return finality.stalls()
        ? Outcome.holds(
            () ->
                new AlertText(
                    "Finality on "
                        + NetworkRules.name(report)
                        + " is "
                        + finality.lag()
                        + " epochs behind the head",
                    "Heads go on, but nothing new is final: let what waits for finality wait,"
                        + " such as exchanges and bridges, and look for news of F3. "
                        + finality.nodes()
                        + " nodes report it; the best finalized height is "
                        + finality.best()))
        : Outcome.FALSE;
  }

  /**
   * @param names returns the name of a node by its peer id, or another text as it is
   */
  static Outcome conflict(NetworkReport report, UnaryOperator<String> names) {
    Finality finality = report.extended().finality();
    Finality.Conflict conflict = finality.conflict();
    if (conflict != null) {
      return Outcome.holds(
          () ->
              new AlertText(
                  "Two finalized tipsets on "
                      + NetworkRules.name(report)
                      + " at height "
                      + conflict.height()
                      + ": "
                      + named(conflict.smaller(), names)
                      + " against "
                      + named(conflict.larger(), names),
                  "One of the two is on a chain that cannot win. "
                      + (conflict.isDecided()
                          ? "Stop what relies on " + named(conflict.smaller(), names)
                          : "Which one is not known here: stop what relies on either")
                      + ", keep the data, and compare the certificates with an independent node"));
    }
    return finality.nodes() == 0 ? Outcome.UNKNOWN : Outcome.FALSE;
  }

  private static String named(List<String> nodes, UnaryOperator<String> names) {
    String first = nodes.stream().limit(MAX_NAMED).map(names).collect(Collectors.joining(", "));
    return nodes.size() <= MAX_NAMED
        ? first
        : first + " and " + (nodes.size() - MAX_NAMED) + " more";
  }

  static Outcome versions(NetworkReport report) {
    List<Release> releases = report.extended().releases();
    if (releases.isEmpty()) {
      return Outcome.UNKNOWN;
    }
    Map<String, List<Release>> byClient =
        releases.stream()
            .collect(Collectors.groupingBy(Release::client, TreeMap::new, Collectors.toList()));
    for (Map.Entry<String, List<Release>> each : byClient.entrySet()) {
      if (each.getValue().size() > RELEASES) {
        return Outcome.holds(() -> spread(report, each.getKey(), each.getValue()));
      }
    }
    return Outcome.FALSE;
  }

  private static AlertText spread(NetworkReport report, String client, List<Release> releases) {
    String counts =
        releases.stream()
            .limit(MAX_NAMED)
            .map(each -> each.release() + " on " + each.nodes())
            .collect(Collectors.joining(", "));
    return new AlertText(
        releases.size()
            + " releases of "
            + client
            + " run on "
            + NetworkRules.name(report)
            + ": "
            + counts,
        "Bring the nodes to one or two releases, so that they behave alike at the next upgrade");
  }

  /** Unknown while the network's own finality lags. */
  static Outcome behind(Node node) {
    Long behind = node.findings().finalityBehind();
    if (behind == null) {
      return Outcome.UNKNOWN;
    }
    return behind > NODE_LAG
        ? Outcome.holds(
            () ->
                new AlertText(
                    node.shownName()
                        + " finalizes "
                        + behind
                        + " epochs below the rest of its network",
                    "The finality of its network goes on. Look at the F3 of this node and at its"
                        + " peers; restart it if it does not catch up"))
        : Outcome.FALSE;
  }
}
