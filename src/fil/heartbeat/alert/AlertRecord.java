package fil.heartbeat.alert;

import fil.heartbeat.config.Severity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the engine holds of one alert. Mutable; others see {@link #alert()}. */
final class AlertRecord {

  /** Every network that has no name in the configuration. */
  static final String OTHER = "(other)";

  final AlertKey key;
  final String id;
  final String fingerprint;
  final @Nullable String network;

  /**
   * The network as groups name it: as the configuration does, else {@link #OTHER}, so that nobody
   * makes groups by making up networks; null when it is about none.
   */
  final @Nullable String group;

  Lifecycle lifecycle;
  Severity severity;
  Map<String, String> labels = Map.of();
  AlertText text;
  @Nullable Acknowledgement acknowledgement;
  @Nullable String suppressedBy;

  /** Alerts of nodes that it holds back, or would when they fire. */
  private int inhibits;

  final Map<String, Alert.Delivery> delivered = new HashMap<>();

  /** Sinks that may know that it fires though they did not say so. */
  final Set<String> attempted = new HashSet<>();

  /** Sinks it goes to. */
  Set<String> sinks = Set.of();

  /** Silences and windows that select it, whether they hold now or not. */
  List<Silence> silences = new ArrayList<>(0);

  List<MaintenanceWindow> windows = List.of();
  private @Nullable Alert view;

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

  AlertStatus status() {
    return lifecycle.status();
  }

  boolean isFiring() {
    return lifecycle.status().isFiring();
  }

  boolean isResolved() {
    return lifecycle.status() == AlertStatus.RESOLVED;
  }

  /** Of rule and network. */
  String groupKey() {
    return group == null ? key.rule().word() : key.rule().word() + "/" + group;
  }

  Map<String, String> groupLabels() {
    Map<String, String> labels = new LinkedHashMap<>();
    labels.put("alertname", key.rule().word());
    if (group != null) {
      labels.put("network", group);
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
    delivered.replaceAll(
        (sink, each) -> new Alert.Delivery(each.status(), each.severity(), each.at().plus(by)));
  }

  /** It is another than when it was last asked for. */
  void changed() {
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
              delivered);
      view = known;
    }
    return known;
  }
}
