package fil.heartbeat.alert;

import fil.heartbeat.config.AlertRule;
import fil.heartbeat.config.Severity;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What the engine holds of one alert. Mutable; others see {@link #alert()}. */
final class AlertRecord {

  /** Every network that has no name in the configuration. */
  static final String OTHER = "(other)";

  private final AlertKey key;
  private final String id;
  private final String fingerprint;
  private final @Nullable String network;
  private final @Nullable String group;
  private final Deliveries deliveries = new Deliveries(this::changed);
  private Lifecycle lifecycle;
  private Severity severity;
  private Map<String, String> labels = Map.of();
  private AlertText text;
  private @Nullable Acknowledgement acknowledgement;
  private @Nullable String suppressedBy;

  /** Alerts of nodes that it suppresses, or would when they fire. */
  private int inhibits;

  private List<Silence> silences = List.of();
  private List<MaintenanceWindow> windows = List.of();
  private @Nullable Alert view;

  /** One that begins now. */
  AlertRecord(
      AlertKey key,
      @Nullable String network,
      @Nullable String group,
      Lifecycle lifecycle,
      Severity severity,
      AlertText text) {
    this(key, key.id(lifecycle.activeAt()), network, group, lifecycle, severity, text);
  }

  AlertRecord(
      AlertKey key,
      String id,
      @Nullable String network,
      @Nullable String group,
      Lifecycle lifecycle,
      Severity severity,
      AlertText text) {
    this.key = key;
    this.id = id;
    this.fingerprint = key.fingerprint();
    this.network = network;
    this.group = group;
    this.lifecycle = lifecycle;
    this.severity = severity;
    this.text = text;
  }

  AlertKey key() {
    return key;
  }

  AlertRule rule() {
    return key.rule();
  }

  String id() {
    return id;
  }

  String fingerprint() {
    return fingerprint;
  }

  /** The network that it is about, as nodes name it; null when it is about none. */
  @Nullable String network() {
    return network;
  }

  /**
   * The network as groups name it: as the configuration does, else {@link #OTHER}, so that nobody
   * makes groups by making up networks; null when it is about none.
   */
  @Nullable String group() {
    return group;
  }

  Lifecycle lifecycle() {
    return lifecycle;
  }

  AlertStatus status() {
    return lifecycle.status();
  }

  boolean isFiring() {
    return lifecycle.status().isFiring();
  }

  boolean isResolved() {
    return lifecycle.status() == AlertStatus.RESOLVED;
  }

  Severity severity() {
    return severity;
  }

  Map<String, String> labels() {
    return labels;
  }

  AlertText text() {
    return text;
  }

  @Nullable Acknowledgement acknowledgement() {
    return acknowledgement;
  }

  /** Why no sink is notified that it fires; null when they are. */
  @Nullable String suppressedBy() {
    return suppressedBy;
  }

  /** What sinks know of it. */
  Deliveries deliveries() {
    return deliveries;
  }

  /** Silences that select it, whether they hold now or not. */
  List<Silence> silences() {
    return silences;
  }

  /** Maintenance windows that select it, whether they are open now or not. */
  List<MaintenanceWindow> windows() {
    return windows;
  }

  void lifecycle(Lifecycle next) {
    if (!next.equals(lifecycle)) {
      lifecycle = next;
      changed();
    }
  }

  void text(AlertText next) {
    text = next;
    changed();
  }

  void severity(Severity next, Map<String, String> withIt) {
    severity = next;
    labels(withIt);
  }

  void labels(Map<String, String> next) {
    labels = next;
    changed();
  }

  /** Somebody took it. */
  void acknowledge(Acknowledgement by) {
    lifecycle = lifecycle.acknowledged();
    acknowledgement = by;
    changed();
  }

  /** As it was stored. */
  void restore(@Nullable Acknowledgement by, @Nullable String suppressed) {
    acknowledgement = by;
    suppressedBy = suppressed;
    changed();
  }

  void selectedBy(List<Silence> silencing, List<MaintenanceWindow> maintaining) {
    silences = silencing;
    windows = maintaining;
  }

  /** Whether that is another reason than before. */
  boolean suppressedBy(@Nullable String reason) {
    boolean other = !Objects.equals(reason, suppressedBy);
    if (other) {
      suppressedBy = reason;
      changed();
    }
    return other;
  }

  /** Of rule and network. */
  String groupKey() {
    return group == null ? key.rule().word() : key.rule().word() + "/" + group;
  }

  Map<String, String> groupLabels() {
    Map<String, String> labels = new LinkedHashMap<>();
    labels.put(AlertLabels.ALERTNAME, key.rule().word());
    if (group != null) {
      labels.put(AlertLabels.NETWORK, group);
    }
    return labels;
  }

  void inhibits(int now) {
    if (now != inhibits) {
      inhibits = now;
      changed();
    }
  }

  /** The clock was set; the id stays, as receivers know it. */
  void moved(Duration by) {
    lifecycle = lifecycle.moved(by);
    Acknowledgement known = acknowledgement;
    if (known != null) {
      acknowledgement = new Acknowledgement(known.by(), known.at().plus(by), known.comment());
    }
    deliveries.moved(by);
    changed();
  }

  /** Drops the cached view. */
  private void changed() {
    view = null;
  }

  private @Nullable String detail() {
    if (inhibits == 0 || isResolved()) {
      return text.detail();
    }
    String holds = "Holds back " + inhibits + (inhibits == 1 ? " alert" : " alerts");
    return text.detail() == null ? holds : text.detail() + ". " + holds;
  }

  /** As others see it. */
  Alert alert() {
    Alert known = view;
    if (known == null) {
      known =
          new Alert(
              id,
              fingerprint,
              key.rule(),
              lifecycle.status(),
              severity,
              key.peerId(),
              labels,
              text.summary(),
              detail(),
              lifecycle.activeAt(),
              lifecycle.startsAt(),
              lifecycle.endsAt(),
              acknowledgement,
              suppressedBy,
              deliveries.delivered());
      view = known;
    }
    return known;
  }
}
