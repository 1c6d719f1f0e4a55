package fil.heartbeat.alert.rule;

import fil.heartbeat.aggregator.Changes;
import fil.heartbeat.alert.model.AlertLabels;
import fil.heartbeat.alert.model.AlertRule;
import fil.heartbeat.alert.model.AlertText;
import fil.heartbeat.alert.model.Condition;
import fil.heartbeat.alert.state.AlertKey;
import fil.heartbeat.alert.state.AlertRecord;
import fil.heartbeat.alert.state.AlertTable;
import fil.heartbeat.alert.state.RuleResult;
import fil.heartbeat.config.AlertsConfig;
import fil.heartbeat.fleet.Moved;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Evaluates all rules. The cost depends on changes and live alerts, not on the fleet's size. */
public final class RuleEvaluator {
  private static final List<AlertRule> OF_NODES =
      Arrays.stream(AlertRule.values())
          .filter(rule -> rule.subject() == AlertRule.Subject.NODE)
          .filter(rule -> !rule.isOfOptionalMember())
          .toList();

  private final AlertTable table;
  private final NodeTracker nodes;
  private final FlapRule flaps;
  private final IsolationRule isolation;
  private final AlertSteps steps;
  private final NetworkJudge networks;
  private final ExtendedNodes extended;
  private final Miners proving;
  private final MinerChanges miners = new MinerChanges();
  private AlertsConfig config;
  private String canary = "0";
  private boolean anew = true;
  private long round;
  private boolean warming;
  private Instant now = Instant.MIN;

  /** What failed in the last round, peer ids among them: their changes are not yet judged. */
  private Set<String> unjudged = Set.of();

  public RuleEvaluator(
      AlertsConfig config,
      AlertTable table,
      NodeTracker nodes,
      FlapRule flaps,
      IsolationRule isolation) {
    this.config = config;
    this.steps = new AlertSteps(config, table);
    this.networks = new NetworkJudge(steps, nodes);
    this.extended = new ExtendedNodes(steps);
    this.proving = new Miners(steps, nodes);
    this.table = table;
    this.nodes = nodes;
    this.flaps = flaps;
    this.isolation = isolation;
  }

  public void config(AlertsConfig next) {
    config = next;
    steps.config(next);
    nodes.monitorAfter(next.rules().monitorAfter());
    nodes.all().forEach(NodeTracking::forgetRules);
    extended.config();
    anew = true;
  }

  /**
   * Evaluates all rules; only the canary's while the clock was set and nodes are not judged.
   *
   * @param changes since the last evaluation
   * @param degraded why the aggregator is degraded, one line per reason; empty when it is not
   * @param deadPeers names of {@code alerts.peers} that do not answer
   * @param certificateExpires when the certificate of the HTTP server expires; empty without one
   */
  public void observe(
      Changes changes,
      List<String> degraded,
      List<String> deadPeers,
      Optional<Instant> certificateExpires,
      Instant at) {
    now = at;
    steps.at(at);
    RuleGuard guard = steps.guard();
    guard.begin(at);
    guarded(AlertRule.CANARY, () -> canary(changes.canary()));
    if (changes.overview().steps().holds()) {
      return;
    }
    round++;
    boolean judgedBefore = !warming;
    warming = changes.overview().warming();
    steps.warming(warming);
    boolean isolated = table.isFiring(AlertRule.FLEET_ISOLATED, "");
    List<NodeTracking> changed = nodes.with(nodes.take(changes, isolated, guard, now), unjudged);
    nodes.takeForgotten().forEach(each -> guard.run("forgotten", each, () -> forget(each)));
    extended.take(changed);
    guard.run("proofs", "", () -> proving.take(changed, changes.overview().networks()));
    guarded(AlertRule.FLEET_ISOLATED, () -> isolated(isolated));
    boolean all = anew || table.takeRoom() || judgedBefore == warming;
    anew = false;
    // Before any node is judged, which says when it is due again.
    List<String> due = extended.due();
    (all ? List.copyOf(nodes.all()) : changed).forEach(this::judge);
    for (String peerId : due) {
      NodeTracking node = nodes.find(peerId);
      if (node != null && node.lookedAt != round) {
        extended.judge(node, table.hasLive(peerId));
      }
    }
    for (AlertRecord each : List.copyOf(table.live())) {
      String peerId = each.key().peerId();
      if (peerId != null) {
        again(each, nodes.find(peerId));
      }
    }
    guard.run("networks", "", () -> networks.observe(changes.overview().networks()));
    guard.run("miners", "", () -> proving.observe(all));
    guard.run("ended", "", steps::sweep);
    guarded(AlertRule.AGGREGATOR_DEGRADED, () -> degraded(degraded));
    guarded(AlertRule.CERTIFICATE_EXPIRES, () -> certificate(certificateExpires));
    guarded(AlertRule.AGGREGATOR_DOWN, () -> peers(deadPeers));
    guarded(AlertRule.UNKNOWN_NODES, this::strangers);
    guarded(AlertRule.WATCHDOG, this::watchdog);
    guarded(AlertRule.NODE_FLAPPING, () -> flaps.sweep(config.rules().flapping(), now));
    unjudged = guard.subjects();
    guard.end();
  }

  private void guarded(AlertRule rule, Runnable part) {
    steps.guard().run(rule.label(), "", part);
  }

  /** Why the aggregator is degraded by rules that fail; empty when none does. */
  public List<String> faults() {
    return steps.guard().faults(now);
  }

  /** Adjusts stored times after the clock was set. */
  public void moved(Duration by) {
    now = Moved.moved(now, by);
    nodes.moved(by);
    steps.moved(by);
    networks.moved(by);
    extended.moved(by);
    proving.moved(by);
    flaps.moved(by);
    isolation.moved(by);
  }

  private void forget(String peerId) {
    miners.forget(peerId);
    extended.forget(peerId);
    proving.forget(peerId);
  }

  /** Each beat of the canary is an alert of its own; the next one resolves it. */
  private void canary(long beat) {
    String subject = String.valueOf(beat);
    Optional.ofNullable(table.live(new AlertKey(AlertRule.CANARY, canary)))
        .filter(last -> !canary.equals(subject))
        .ifPresent(last -> table.end(last, now));
    canary = subject;
    steps.other(
        AlertRule.CANARY,
        subject,
        Duration.ZERO,
        RuleResult.of(
            Condition.of(beat > 0),
            Map.of(AlertLabels.BEAT, subject),
            now,
            new AlertText("Beat " + beat + " of the canary was seen", null)));
  }

  private void judge(NodeTracking node) {
    node.lookedAt = round;
    boolean live = table.hasLive(node.peerId());
    for (AlertRule rule : OF_NODES) {
      AlertKey key = live ? new AlertKey(rule, node.peerId()) : null;
      tryJudge(node, rule, key == null ? null : table.live(key));
    }
    extended.judge(node, live);
  }

  private void again(AlertRecord record, @Nullable NodeTracking node) {
    if (node == null) {
      if (!warming) {
        table.end(record, now);
      }
    } else if (node.lookedAt != round) {
      if (record.rule().isOfOptionalMember()) {
        extended.judge(node, record.rule(), record);
      } else {
        tryJudge(node, record.rule(), record);
      }
    }
  }

  private void tryJudge(NodeTracking node, AlertRule rule, @Nullable AlertRecord live) {
    try {
      judge(node, rule, live);
    } catch (RuntimeException e) {
      steps.guard().failed(rule.label(), node.peerId(), e);
    }
  }

  private void judge(NodeTracking node, AlertRule rule, @Nullable AlertRecord live) {
    NodeRule own = NodeRules.of(rule);
    Condition condition = condition(node, rule, own, live);
    if (rule == AlertRule.MINER_ADDRESS_CHANGED) {
      miners.judged(node.peerId(), condition);
    }
    if (live == null && condition != Condition.TRUE) {
      return;
    }
    Instant since = own == null ? null : own.since().apply(node.node);
    steps.node(
        node,
        live,
        rule,
        new RuleResult(
            condition,
            node.network(),
            node.group(),
            node.labels(),
            since == null ? now : since,
            notBefore(node, rule),
            () -> text(node, rule, own)));
  }

  private Condition condition(
      NodeTracking node, AlertRule rule, @Nullable NodeRule own, @Nullable AlertRecord live) {
    boolean fires = live != null && live.isFiring();
    if (rule == AlertRule.NODE_FLAPPING) {
      return flaps.holds(node.peerId(), fires, config.rules().flapping(), now);
    }
    if (rule == AlertRule.MINER_ADDRESS_CHANGED) {
      return MinerRule.holds(node, live == null ? null : live.lifecycle().startsAt(), now);
    }
    if (own == null) {
      return Condition.UNKNOWN;
    }
    boolean early = warming || (rule == AlertRule.IDENTITY_CONFLICT && nodes.learnsPlaces(now));
    return own.check()
        .of(node.node, early, fires && live != null ? live.lifecycle().activeAt() : null);
  }

  private AlertText text(NodeTracking node, AlertRule rule, @Nullable NodeRule own) {
    if (own != null) {
      return own.text().apply(node.node);
    }
    return rule == AlertRule.NODE_FLAPPING
        ? flaps.text(node, config.rules().flapping())
        : MinerRule.text(node);
  }

  /** Leaves time for the loss of one node to turn out to be the loss of half of the fleet. */
  private Instant notBefore(NodeTracking node, AlertRule rule) {
    boolean waits = rule == AlertRule.NODE_SILENT || rule == AlertRule.NODE_DISCONNECTED;
    if (!waits || !config.rule(AlertRule.FLEET_ISOLATED).enabled()) {
      return Instant.MIN;
    }
    Instant left = node.leftBeating;
    return left == null ? Instant.MAX : left.plus(IsolationRule.WINDOW);
  }

  private void isolated(boolean fires) {
    boolean live = table.isLive(AlertRule.FLEET_ISOLATED, "");
    Condition condition = Condition.UNKNOWN;
    if (warming) {
      isolation.pause();
    } else {
      condition = isolation.holds(live, now);
    }
    steps.aggregator(AlertRule.FLEET_ISOLATED, condition, now, isolation.text(now));
    boolean firesNow = table.isFiring(AlertRule.FLEET_ISOLATED, "");
    if (firesNow && !fires) {
      Instant since = now.minus(IsolationRule.WINDOW);
      isolation.down().forEach(peerId -> flaps.retract(peerId, since));
    } else if (!table.isLive(AlertRule.FLEET_ISOLATED, "") && isolation.lost() > 0) {
      isolation.ended();
    }
  }

  private void degraded(List<String> others) {
    List<String> degraded = new ArrayList<>(others);
    degraded.addAll(faults());
    steps.aggregator(
        AlertRule.AGGREGATOR_DEGRADED,
        steps.unlessWarming(!degraded.isEmpty()),
        now,
        new AlertText("The aggregator is not well", String.join("; ", degraded)));
  }

  private void certificate(Optional<Instant> expires) {
    CertificateRule certificate = new CertificateRule(expires, now);
    steps.aggregator(
        AlertRule.CERTIFICATE_EXPIRES,
        steps.unlessWarming(certificate.holds()),
        certificate.since(),
        certificate.text());
  }

  private void peers(List<String> dead) {
    Set<String> peers = new HashSet<>(dead);
    table.live().stream()
        .filter(each -> each.rule() == AlertRule.AGGREGATOR_DOWN)
        .forEach(each -> peers.add(each.key().subject()));
    for (String peer : peers) {
      steps.other(
          AlertRule.AGGREGATOR_DOWN,
          peer,
          config.hold(AlertRule.AGGREGATOR_DOWN),
          RuleResult.of(
              steps.unlessWarming(dead.contains(peer)),
              Map.of(AlertLabels.AGGREGATOR, peer),
              now,
              new AlertText("The aggregator " + peer + " does not answer", null)));
    }
  }

  private void strangers() {
    steps.aggregator(
        AlertRule.UNKNOWN_NODES,
        steps.unlessWarming(nodes.strangers() > 0),
        now,
        new AlertText(
            nodes.strangers() + " nodes beat that the configuration does not name",
            "They decide nothing, and no other alert is about them"));
  }

  private void watchdog() {
    steps.aggregator(
        AlertRule.WATCHDOG,
        Condition.TRUE,
        now,
        new AlertText("Alerts are told: when this is missed, they are not", null));
  }

  /** Marks all that is known beside alerts to be stored again. */
  public void saveAll() {
    miners.saveAll();
    proving.saveAll();
    extended.saveAll();
  }

  /** What is to be stored again of what each node's addresses spent; nothing deletes the entry. */
  public Map<String, List<String>> takeBurns() {
    return extended.takeChanges();
  }

  /** Restores what a node's addresses spent. */
  public void restoreBurns(String peerId, List<String> texts) {
    extended.restore(peerId, texts);
  }

  /** The addresses known before a change, of nodes to be stored again; null deletes the entry. */
  public Map<String, @Nullable String> takeMiners() {
    return miners.take(nodes::knownMiner);
  }

  /** What is to be stored again of the proofs of each miner; nothing deletes the entry. */
  public Map<String, List<String>> takeProofs() {
    return proving.takeChanges();
  }

  /** Restores a stored part of what is known of a miner's proofs. */
  public void restoreProofs(String miner, String text) {
    proving.restore(miner, text);
  }

  /** Restores a stored change of a miner address. */
  public void restoreMiner(String peerId, String known) {
    miners.restore(peerId);
    nodes.restoreMiner(peerId, known);
  }
}
