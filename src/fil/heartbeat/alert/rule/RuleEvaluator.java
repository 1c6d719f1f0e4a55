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
import fil.heartbeat.fleet.NetworkReport;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
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
          .toList();

  private final AlertTable table;
  private final NodeTracker nodes;
  private final FlapRule flaps;
  private final IsolationRule isolation;
  private final Map<String, BlockTracker> blocks = new HashMap<>();
  private final MinerChanges miners = new MinerChanges();
  private AlertsConfig config;
  private RuleBook book;
  private String canary = "0";
  private boolean anew = true;
  private long round;
  private boolean warming;
  private Instant now = Instant.MIN;

  public RuleEvaluator(
      AlertsConfig config,
      AlertTable table,
      NodeTracker nodes,
      FlapRule flaps,
      IsolationRule isolation) {
    this.config = config;
    this.book = new RuleBook(config);
    this.table = table;
    this.nodes = nodes;
    this.flaps = flaps;
    this.isolation = isolation;
  }

  public void config(AlertsConfig next) {
    config = next;
    book = new RuleBook(next);
    nodes.monitorAfter(next.rules().monitorAfter());
    nodes.all().forEach(NodeTracking::forgetRules);
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
    canary(changes.canary());
    if (changes.overview().steps().holds()) {
      return;
    }
    round++;
    boolean judgedBefore = !warming;
    warming = changes.overview().warming();
    boolean isolated = table.isFiring(AlertRule.FLEET_ISOLATED, "");
    List<NodeTracking> changed = nodes.take(changes, isolated, now);
    nodes.takeForgotten().forEach(miners::forget);
    isolated(isolated);
    boolean all = anew || table.takeRoom() || judgedBefore == warming;
    anew = false;
    (all ? List.copyOf(nodes.all()) : changed).forEach(this::judge);
    for (AlertRecord each : List.copyOf(table.live())) {
      String peerId = each.key().peerId();
      if (peerId != null) {
        again(each, nodes.find(peerId));
      }
    }
    networks(changes.overview().networks());
    degraded(degraded);
    certificate(certificateExpires);
    peers(deadPeers);
    strangers();
    watchdog();
    flaps.sweep(config.rules().flapping(), now);
  }

  /** Adjusts stored times after the clock was set. */
  public void moved(Duration by) {
    now = Moved.moved(now, by);
    nodes.moved(by);
    blocks.values().forEach(tracker -> tracker.moved(by));
    flaps.moved(by);
    isolation.moved(by);
  }

  /** Each beat of the canary is an alert of its own; the next one resolves it. */
  private void canary(long beat) {
    String subject = String.valueOf(beat);
    Optional.ofNullable(table.live(new AlertKey(AlertRule.CANARY, canary)))
        .filter(last -> !canary.equals(subject))
        .ifPresent(last -> table.end(last, now));
    canary = subject;
    other(
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
      judge(node, rule, key == null ? null : table.live(key));
    }
  }

  private void again(AlertRecord record, @Nullable NodeTracking node) {
    if (node == null) {
      if (!warming) {
        table.end(record, now);
      }
    } else if (node.lookedAt != round) {
      judge(node, record.rule(), record);
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
    Optional<AlertsConfig.Rule> settings = book.of(rule, node);
    if (settings.isEmpty()) {
      if (live != null) {
        table.end(live, now);
      }
      return;
    }
    Instant since = own == null ? null : own.since().apply(node.node);
    table.step(
        live == null ? new AlertKey(rule, node.peerId()) : live.key(),
        new RuleResult(
            condition,
            node.network(),
            node.group(),
            node.labels(),
            since == null ? now : since,
            notBefore(node, rule),
            () -> text(node, rule, own)),
        settings.get(),
        config.rules().keepFiringFor(),
        warming,
        now);
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
    aggregator(AlertRule.FLEET_ISOLATED, condition, now, isolation.text(now));
    boolean firesNow = table.isFiring(AlertRule.FLEET_ISOLATED, "");
    if (firesNow && !fires) {
      Instant since = now.minus(IsolationRule.WINDOW);
      isolation.down().forEach(peerId -> flaps.retract(peerId, since));
    } else if (!table.isLive(AlertRule.FLEET_ISOLATED, "") && isolation.lost() > 0) {
      isolation.ended();
    }
  }

  private void networks(List<NetworkReport> reports) {
    Set<String> present = new HashSet<>();
    for (NetworkReport report : reports) {
      String network = NetworkRules.key(report);
      String subject = network == null ? "" : network;
      present.add(subject);
      BlockTracker tracker = blocks.computeIfAbsent(subject, ignored -> new BlockTracker());
      tracker.take(report, now);
      other(
          AlertRule.FLEET_FORKED,
          subject,
          config.hold(AlertRule.FLEET_FORKED),
          ofNetwork(
              report,
              warming ? Condition.UNKNOWN : NetworkRules.fleetForked(report),
              now,
              NetworkRules.forkedText(report)));
      other(
          AlertRule.CONSENSUS_LOST,
          subject,
          NetworkRules.consensusHold(config.rule(AlertRule.CONSENSUS_LOST).hold(), report),
          ofNetwork(
              report,
              warming
                  ? Condition.UNKNOWN
                  : NetworkRules.consensusLost(report, () -> nodes.voters(report)),
              now,
              NetworkRules.lostText(report)));
      Duration stalled = config.hold(AlertRule.NETWORK_STALLED);
      Instant since = tracker.since(report, now);
      other(
          AlertRule.NETWORK_STALLED,
          subject,
          stalled,
          ofNetwork(
              report,
              warming || !nodes.hears(report)
                  ? Condition.UNKNOWN
                  : tracker.stalled(report, stalled, now),
              since,
              NetworkRules.stalledText(report, since)));
    }
    blocks.keySet().retainAll(present);
    if (!warming) {
      table.live().stream()
          .filter(each -> each.rule().subject() == AlertRule.Subject.NETWORK)
          .filter(each -> !present.contains(each.key().subject()))
          .toList()
          .forEach(each -> table.end(each, now));
    }
  }

  private static RuleResult ofNetwork(
      NetworkReport report, Condition condition, Instant since, AlertText text) {
    String network = NetworkRules.key(report);
    String group = report.network() == null && network != null ? AlertRecord.OTHER : network;
    return new RuleResult(
        condition, network, group, RuleBook.labels(network), since, Instant.MIN, () -> text);
  }

  private void degraded(List<String> degraded) {
    aggregator(
        AlertRule.AGGREGATOR_DEGRADED,
        unlessWarming(!degraded.isEmpty()),
        now,
        new AlertText("The aggregator is not well", String.join("; ", degraded)));
  }

  private void certificate(Optional<Instant> expires) {
    CertificateRule certificate = new CertificateRule(expires, now);
    aggregator(
        AlertRule.CERTIFICATE_EXPIRES,
        unlessWarming(certificate.holds()),
        certificate.since(),
        certificate.text());
  }

  private void peers(List<String> dead) {
    Set<String> peers = new HashSet<>(dead);
    table.live().stream()
        .filter(each -> each.rule() == AlertRule.AGGREGATOR_DOWN)
        .forEach(each -> peers.add(each.key().subject()));
    for (String peer : peers) {
      other(
          AlertRule.AGGREGATOR_DOWN,
          peer,
          config.hold(AlertRule.AGGREGATOR_DOWN),
          RuleResult.of(
              unlessWarming(dead.contains(peer)),
              Map.of(AlertLabels.AGGREGATOR, peer),
              now,
              new AlertText("The aggregator " + peer + " does not answer", null)));
    }
  }

  private void strangers() {
    aggregator(
        AlertRule.UNKNOWN_NODES,
        unlessWarming(nodes.strangers() > 0),
        now,
        new AlertText(
            nodes.strangers() + " nodes beat that the configuration does not name",
            "They decide nothing, and no other alert is about them"));
  }

  private void watchdog() {
    aggregator(
        AlertRule.WATCHDOG,
        Condition.TRUE,
        now,
        new AlertText("Alerts are told: when this is missed, they are not", null));
  }

  /** A rule about this aggregator. */
  private void aggregator(AlertRule rule, Condition condition, Instant since, AlertText text) {
    other(rule, "", config.hold(rule), RuleResult.of(condition, Map.of(), since, text));
  }

  private Condition unlessWarming(boolean holds) {
    return !holds && warming ? Condition.UNKNOWN : Condition.of(holds);
  }

  /** A rule that is not about a node. */
  private void other(AlertRule rule, String subject, Duration hold, RuleResult result) {
    AlertKey key = new AlertKey(rule, subject);
    AlertRecord live = table.live(key);
    if (live == null && result.condition() != Condition.TRUE) {
      return;
    }
    Optional<AlertsConfig.Rule> settings = book.of(rule, result.labels());
    if (settings.isPresent()) {
      AlertsConfig.Rule own = RuleBook.held(settings.get(), hold);
      table.step(key, result, own, config.rules().keepFiringFor(), warming, now);
    } else if (live != null) {
      table.end(live, now);
    }
  }

  /** Marks all changes of miner addresses to be stored again. */
  public void saveMiners() {
    miners.saveAll();
  }

  /** The addresses known before a change, of nodes to be stored again; null deletes the entry. */
  public Map<String, @Nullable String> takeMiners() {
    return miners.take(nodes::knownMiner);
  }

  /** Restores a stored change of a miner address. */
  public void restoreMiner(String peerId, String known) {
    miners.restore(peerId);
    nodes.restoreMiner(peerId, known);
  }
}
