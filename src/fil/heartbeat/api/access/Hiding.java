package fil.heartbeat.api.access;

import fil.heartbeat.aggregator.Claims;
import fil.heartbeat.aggregator.Contact;
import fil.heartbeat.aggregator.Node;
import fil.heartbeat.alert.AlertView;
import fil.heartbeat.alert.model.Acknowledgement;
import fil.heartbeat.alert.model.Alert;
import fil.heartbeat.alert.model.AlertLabels;
import fil.heartbeat.alert.model.AlertRule;
import fil.heartbeat.alert.model.AlertStats;
import fil.heartbeat.alert.model.AlertText;
import fil.heartbeat.alert.model.ResolvedAlert;
import fil.heartbeat.alert.model.Selector;
import fil.heartbeat.alert.model.Silence;
import fil.heartbeat.config.HttpConfig.Hidden;
import fil.heartbeat.fleet.Expected;
import fil.heartbeat.fleet.NetworkReport;
import fil.heartbeat.fleet.Verdict;
import fil.heartbeat.history.ConnectionEvent;
import fil.heartbeat.history.HistoryPoint;
import fil.heartbeat.history.HistoryStats;
import fil.heartbeat.history.StateChange;
import fil.heartbeat.sender.SenderStatus;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The one place through which all data passes that the HTTP server shows: routes, feed, metrics,
 * health and badges get nodes, alerts, silences, events and senders only from here. It removes what
 * {@code http.hide} names, by structure where there is one (the member, the label, the rule), and
 * by {@link HiddenText} in texts that people and nodes wrote. Each record with such a text is
 * rebuilt from all of its components, so that a new component cannot be forgotten here. Identifiers
 * stay: peer ids, CIDs, ids of alerts and silences.
 */
public final class Hiding {
  /** As many as there may be nodes, now and in history. */
  private static final int MAX_NUMBERS = 200_000;

  private static final String MINER_CONFLICT = "miner address ";
  private static final String CLAIMED = " is also claimed by ";
  private static final Set<String> IDENTIFIERS =
      Set.of(AlertLabels.PEER_ID, AlertLabels.ALERTNAME, AlertLabels.SEVERITY);

  private final Set<Hidden> hidden;
  private final HiddenText texts;
  private final HiddenExtras extras;

  /** Numbers of the miners that nodes claim; read on any loop. */
  private final Set<String> numbers = ConcurrentHashMap.newKeySet();

  public Hiding(Set<Hidden> hidden) {
    this.hidden = Set.copyOf(hidden);
    texts = HiddenText.of(hidden, numbers::contains);
    extras = new HiddenExtras(this.hidden);
  }

  /** Returns the aggregator as the routes may read it. */
  public FleetReads fleet(AggregatorReads reads) {
    return new FleetReads(
        hidden.isEmpty() ? reads.view() : new RedactingView(reads.view(), this),
        new HidingPast(reads.view(), reads.history(), this),
        hides(Hidden.ADDRESSES) ? List::of : reads.addresses(),
        version -> reads.view().changesSince(version).map(HealthChanges::of));
  }

  /**
   * Takes note of the miners of nodes before any of the nodes is shown, since one may name the
   * miner of another.
   */
  void learn(List<Node> nodes) {
    if (!hides(Hidden.MINERS)) {
      return;
    }
    for (Node node : nodes) {
      Stream.concat(
              Stream.ofNullable(node.claims().minerAddress()),
              node.extras().minerAddresses().stream())
          .flatMap(miner -> HiddenText.number(miner).stream())
          .filter(number -> numbers.size() < MAX_NUMBERS)
          .forEach(numbers::add);
    }
  }

  /** Returns the alerts as the routes may read them. */
  public AlertView alerts(AlertView view) {
    return hidden.isEmpty() ? view : new RedactingAlerts(view, this);
  }

  /** Returns the senders as the routes may read them. */
  public Supplier<List<SenderStatus>> senders(Supplier<List<SenderStatus>> senders) {
    return hidden.isEmpty() ? senders : () -> masked(senders.get());
  }

  /** Whether redaction depends on the claims of nodes. */
  boolean hidesMiners() {
    return hides(Hidden.MINERS);
  }

  private boolean hides(Hidden what) {
    return hidden.contains(what);
  }

  /** Redacts a text; {@code miner} is the claim of the node that it is about. */
  private @Nullable String text(@Nullable String text, @Nullable String miner) {
    return text == null ? null : texts.masked(text, miner);
  }

  Node masked(Node node) {
    Claims claims = node.claims();
    Verdict verdict = node.verdict();
    String miner = claims.minerAddress();
    return new Node(
        node.peerId(),
        masked(node.expected(), miner),
        node.standing(),
        text(node.network(), miner),
        new Claims(
            text(claims.nickname(), miner),
            hides(Hidden.MINERS) ? null : miner,
            claims.genesisCid(),
            claims.head(),
            claims.height(),
            claims.syncing()),
        node.conflicts().stream().map(each -> conflict(each, miner)).toList(),
        new Verdict(
            verdict.liveness(),
            verdict.chain(),
            verdict.agreement(),
            verdict.lagEpochs(),
            verdict.voter(),
            text(verdict.reason(), miner),
            verdict.since()),
        node.lastState(),
        hides(Hidden.ADDRESSES) ? withoutAddress(node.contact()) : node.contact(),
        node.twinSince(),
        extras.masked(node, each -> text(each, miner)),
        extras.masked(node.findings()));
  }

  NetworkReport masked(NetworkReport report) {
    return extras.masked(report);
  }

  private @Nullable Expected masked(@Nullable Expected expected, @Nullable String miner) {
    return expected == null
        ? null
        : new Expected(texts.masked(expected.name(), miner), labels(expected.labels(), miner));
  }

  private Map<String, String> labels(Map<String, String> labels, @Nullable String miner) {
    Map<String, String> masked = new LinkedHashMap<>();
    labels.forEach((label, value) -> masked.put(label, label(label, value, miner)));
    return masked;
  }

  private String label(String label, String value, @Nullable String miner) {
    if (label.equals(AlertLabels.MINER) && hides(Hidden.MINERS)) {
      return HiddenText.MASK;
    }
    return IDENTIFIERS.contains(label) ? value : texts.masked(value, miner);
  }

  /**
   * Redacts a line about two nodes' claims; a miner address is removed as a whole, whatever its
   * form.
   */
  private String conflict(String line, @Nullable String miner) {
    int end = line.lastIndexOf(CLAIMED);
    boolean ofMiner = hides(Hidden.MINERS) && line.startsWith(MINER_CONFLICT) && end >= 0;
    return texts.masked(
        ofMiner ? MINER_CONFLICT + HiddenText.MASK + line.substring(end) : line, miner);
  }

  private static Contact withoutAddress(Contact contact) {
    return new Contact(
        new Contact.Connection(
            contact.connection().open(),
            null,
            contact.connection().since(),
            contact.connection().lostSince()),
        contact.uptime(),
        contact.firstSeen(),
        contact.lastBeat(),
        contact.headSince(),
        contact.beats());
  }

  HistoryPoint masked(HistoryPoint point) {
    return new HistoryPoint(
        point.t(),
        point.height(),
        point.lagEpochs(),
        point.state(),
        point.shares(),
        point.beats(),
        point.longestGapMillis(),
        extras.masked(point.reported()));
  }

  StateChange masked(StateChange change, @Nullable String miner) {
    return new StateChange(
        change.peerId(), change.at(), change.from(), change.to(), text(change.reason(), miner));
  }

  ConnectionEvent masked(ConnectionEvent event, @Nullable String miner) {
    return new ConnectionEvent(
        event.peerId(),
        event.at(),
        event.opened(),
        hides(Hidden.ADDRESSES) ? null : event.address(),
        text(event.reason(), miner));
  }

  List<String> maskedLines(List<String> lines) {
    return lines.stream().map(texts::masked).toList();
  }

  HistoryStats masked(HistoryStats stats) {
    return new HistoryStats(
        stats.waiting(),
        stats.written(),
        stats.dropped(),
        stats.fault().map(texts::masked),
        stats.bytes());
  }

  Alert masked(Alert alert) {
    String miner = alert.labels().get(AlertLabels.MINER);
    return new Alert(
        alert.origin(),
        alert.status(),
        alert.severity(),
        labels(alert.labels(), miner),
        masked(alert.text(), alert.rule().label(), miner),
        alert.times(),
        masked(alert.handling(), miner));
  }

  private AlertText masked(AlertText text, String rule, @Nullable String miner) {
    if (AlertRule.named(rule).filter(extras::hides).isPresent()) {
      return new AlertText(HiddenText.MASK, null);
    }
    return new AlertText(texts.masked(text.summary(), miner), detail(rule, text.detail(), miner));
  }

  private Alert.Handling masked(Alert.Handling handling, @Nullable String miner) {
    Acknowledgement by = handling.acknowledgement();
    return new Alert.Handling(
        by == null
            ? null
            : new Acknowledgement(
                texts.masked(by.by(), miner), by.at(), texts.masked(by.comment(), miner)),
        suppressedBy(handling.suppressedBy(), miner),
        handling.deliveries());
  }

  /** Leaves silences as they are: they are named by their ids. */
  private @Nullable String suppressedBy(@Nullable String suppressedBy, @Nullable String miner) {
    return suppressedBy == null || suppressedBy.startsWith("silence ")
        ? suppressedBy
        : text(suppressedBy, miner);
  }

  /** Hides the whole sentence where it contains miner addresses of any form. */
  private @Nullable String detail(String rule, @Nullable String detail, @Nullable String miner) {
    if (detail == null || !hides(Hidden.MINERS)) {
      return text(detail, miner);
    }
    if (rule.equals(AlertRule.MINER_ADDRESS_CHANGED.label())) {
      return HiddenText.MASK;
    }
    String conflicts =
        detail.replaceAll(
            MINER_CONFLICT + ".*?" + CLAIMED, MINER_CONFLICT + HiddenText.MASK + CLAIMED);
    return texts.masked(conflicts, miner);
  }

  ResolvedAlert masked(ResolvedAlert alert) {
    return new ResolvedAlert(
        alert.id(),
        alert.rule(),
        alert.severity(),
        alert.peerId(),
        alert.startsAt(),
        alert.endsAt(),
        () -> masked(alert.details().get(), alert.rule()));
  }

  private ResolvedAlert.Details masked(ResolvedAlert.Details details, String rule) {
    String miner = details.labels().get(AlertLabels.MINER);
    ResolvedAlert.Acknowledged by = details.acknowledgement();
    return new ResolvedAlert.Details(
        details.activeAt(),
        labels(details.labels(), miner),
        masked(details.text(), rule, miner),
        by == null
            ? null
            : new ResolvedAlert.Acknowledged(
                text(by.by(), miner), by.at(), text(by.comment(), miner)),
        details.deliveries());
  }

  Silence masked(Silence silence) {
    Map<String, List<String>> labels = new TreeMap<>();
    silence
        .select()
        .labels()
        .forEach(
            (label, values) ->
                labels.put(label, values.stream().map(each -> label(label, each, null)).toList()));
    return new Silence(
        silence.id(),
        new Selector(labels),
        silence.startsAt(),
        silence.endsAt(),
        texts.masked(silence.author()),
        texts.masked(silence.comment()));
  }

  AlertStats masked(AlertStats stats) {
    return new AlertStats(
        stats.dropped(),
        stats.evaluationSeconds(),
        stats.roundsFailed(),
        stats.failingSince(),
        stats.sinks().stream()
            .map(
                sink ->
                    new AlertStats.SinkStats(
                        sink.name(),
                        sink.type(),
                        sink.delivered(),
                        sink.failed(),
                        sink.waiting(),
                        text(sink.lastError(), null),
                        sink.lastDelivery()))
            .toList(),
        stats.canary());
  }

  /** Reduces each target to its peer id; a number distinguishes those at several addresses. */
  private List<SenderStatus> masked(List<SenderStatus> senders) {
    List<SenderStatus> masked = new ArrayList<>();
    Set<List<Object>> names = new HashSet<>();
    for (SenderStatus sender : senders) {
      String target = hides(Hidden.ADDRESSES) ? "/p2p/" + sender.peerId() : sender.target();
      String name = target;
      Optional<String> from = sender.localPeerId();
      for (int i = 2; !names.add(List.of(name, from)); i++) {
        name = target + "#" + i;
      }
      masked.add(
          new SenderStatus(
              name,
              sender.peerId(),
              from,
              texts.masked(sender.nickname()),
              sender.connected(),
              sender.beatsSent(),
              sender.skipped(),
              sender.connects(),
              sender.failedConnects(),
              sender.lastBeatAt(),
              sender.headAsOf(),
              sender.lastError().map(texts::masked),
              sender.headFailures(),
              sender.minerFailures()));
    }
    return masked;
  }
}
