package fil.heartbeat.alert.rule;

import fil.heartbeat.alert.model.AlertLabels;
import fil.heartbeat.alert.model.Condition;
import fil.heartbeat.alert.state.AlertKey;
import fil.heartbeat.alert.state.AlertRecord;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Lets the alerts about a miner go on when the configuration names the nodes of a fleet that was
 * open, or names none any more. Nobody is notified of the change, and one that fires keeps its
 * labels and its fingerprint, by which receivers know it.
 */
final class MovedAlerts {
  private static final List<Condition> WORST_FIRST =
      List.of(Condition.TRUE, Condition.UNKNOWN, Condition.FALSE);

  private final AlertSteps steps;
  private final NodeTracker nodes;
  private final MinerClaims claims;
  private final BiFunction<MinerClaim, AlertRecord, Condition> condition;

  /**
   * @param condition returns that of an alert, if it were about another claim
   */
  MovedAlerts(
      AlertSteps steps,
      NodeTracker nodes,
      MinerClaims claims,
      BiFunction<MinerClaim, AlertRecord, Condition> condition) {
    this.steps = steps;
    this.nodes = nodes;
    this.claims = claims;
    this.condition = condition;
  }

  /**
   * Moves alerts to the claims that count now. Of several that would become one the first goes on:
   * one that fires, the longest of these.
   *
   * @param live all about miners
   */
  void move(List<AlertRecord> live) {
    live.stream()
        .filter(each -> claims.isOther(MinerClaim.of(each.key().subject())))
        .sorted(
            Comparator.comparing((AlertRecord each) -> !each.isFiring())
                .thenComparing(each -> each.lifecycle().activeAt()))
        .forEach(
            each -> {
              MinerClaim claim = MinerClaim.of(each.key().subject());
              steps.guard().run("miners", claim.text(), () -> move(each, claim));
            });
  }

  private void move(AlertRecord live, MinerClaim from) {
    List<MinerClaim> reporters = claims.reporters(from);
    boolean ofOne = isOfOneNode(live, from);
    List<MinerClaim> next =
        reporters.stream()
            .filter(each -> isOfFleet(from) && isOfFleet(each))
            .filter(each -> !ofOne || key(live, each).fingerprint().equals(live.fingerprint()))
            .toList();
    if (next.size() > 1 && steps.warming()) {
      // Of which of them it holds is known later.
      return;
    }
    MinerClaim to =
        next.stream()
            .min(
                Comparator.comparing(
                        (MinerClaim each) -> WORST_FIRST.indexOf(condition.apply(each, live)))
                    .thenComparing(MinerClaim::subject))
            .orElse(null);
    if (to != null && !steps.table().isLive(live.rule(), to.subject())) {
      steps.table().move(live, key(live, to), labels(live, to));
    } else if (to != null || ofOne || !reporters.isEmpty()) {
      // The other one goes on, or it was about what a node reported that is not of this fleet.
      steps.table().end(live, steps.now());
    }
  }

  /**
   * Whether receivers know an alert about all nodes of a miner as that of one node, as it began
   * while the fleet was open before: it can only become that again, since that node may have
   * another one.
   */
  private static boolean isOfOneNode(AlertRecord live, MinerClaim from) {
    return from.peerId() == null
        && live.isFiring()
        && !live.key().fingerprint().equals(live.fingerprint());
  }

  private static AlertKey key(AlertRecord live, MinerClaim claim) {
    return new AlertKey(live.rule(), claim.subject());
  }

  private boolean isOfFleet(MinerClaim claim) {
    return claim.peerId() == null || nodes.find(claim.peerId()) != null;
  }

  /** Returns the labels of one that is pending. */
  private Map<String, String> labels(AlertRecord live, MinerClaim to) {
    Map<String, String> labels = new LinkedHashMap<>(live.labels());
    labels.remove(AlertLabels.PEER_ID);
    labels.remove(AlertLabels.NICKNAME);
    labels.putAll(of(to, to.peerId() == null ? null : nodes.find(to.peerId())));
    return labels;
  }

  /** Returns the labels of the node that a claim is of; none when it is of all nodes. */
  static Map<String, String> of(MinerClaim claim, @Nullable NodeTracking node) {
    Map<String, String> labels = new LinkedHashMap<>();
    if (claim.peerId() != null) {
      labels.put(AlertLabels.PEER_ID, claim.peerId());
      String nickname = node == null ? null : node.labels().get(AlertLabels.NICKNAME);
      if (nickname != null) {
        labels.put(AlertLabels.NICKNAME, nickname);
      }
    }
    return labels;
  }
}
