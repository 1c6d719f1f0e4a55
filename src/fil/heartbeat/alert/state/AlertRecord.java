package fil.heartbeat.alert.state;

import fil.heartbeat.alert.model.Acknowledgement;
import fil.heartbeat.alert.model.Alert;
import fil.heartbeat.alert.model.AlertLabels;
import fil.heartbeat.alert.model.AlertRule;
import fil.heartbeat.alert.model.AlertStatus;
import fil.heartbeat.alert.model.AlertText;
import fil.heartbeat.alert.model.Severity;
import fil.heartbeat.alert.model.Silence;
import fil.heartbeat.fleet.Moved;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The state of one alert in the engine. Mutable; others see {@link #alert()}. */
public final class AlertRecord {

  /** The group of every network without a name in the configuration. */
  public static final String OTHER = "(other)";

  private AlertKey key;
  private String id;
  private String fingerprint;
  private final @Nullable String network;
  private final @Nullable String group;
  private final Deliveries deliveries = new Deliveries(this::changed);
  private Lifecycle lifecycle;
  private Severity severity;
  private Map<String, String> labels = Map.of();
  private AlertText text;

  /** When the text was last compared with the present one. */
  private Instant readAt;

  private @Nullable Acknowledgement acknowledgement;
  private @Nullable String suppressedBy;

  /** The number of node alerts that it inhibits, or would once they fire. */
  private int inhibits;

  private List<Silence> silences = List.of();
  private List<MaintenanceWindow> windows = List.of();
  private @Nullable Alert view;

  /** Creates an alert that begins now. */
  public AlertRecord(
      AlertKey key,
      @Nullable String network,
      @Nullable String group,
      Lifecycle lifecycle,
      Severity severity,
      AlertText text) {
    this(
        key,
        key.id(lifecycle.activeAt()),
        key.fingerprint(),
        network,
        group,
        lifecycle,
        severity,
        text);
  }

  /** Creates an alert that is known already, perhaps from the time when it had another key. */
  public AlertRecord(
      AlertKey key,
      String id,
      String fingerprint,
      @Nullable String network,
      @Nullable String group,
      Lifecycle lifecycle,
      Severity severity,
      AlertText text) {
    this.key = key;
    this.id = id;
    this.fingerprint = fingerprint;
    this.network = network;
    this.group = group;
    this.lifecycle = lifecycle;
    this.severity = severity;
    this.text = text;
    this.readAt = lifecycle.activeAt();
  }

  public AlertKey key() {
    return key;
  }

  public AlertRule rule() {
    return key.rule();
  }

  public String id() {
    return id;
  }

  public String fingerprint() {
    return fingerprint;
  }

  /** The network of its subject, as nodes call it; null without one. */
  public @Nullable String network() {
    return network;
  }

  /**
   * The network in group keys: its configured name or {@link #OTHER}, so that peers cannot create
   * groups by inventing networks; null when it is about none.
   */
  public @Nullable String group() {
    return group;
  }

  public Lifecycle lifecycle() {
    return lifecycle;
  }

  public AlertStatus status() {
    return lifecycle.status();
  }

  public boolean isFiring() {
    return lifecycle.status().isFiring();
  }

  public boolean isResolved() {
    return lifecycle.status() == AlertStatus.RESOLVED;
  }

  public Severity severity() {
    return severity;
  }

  public Map<String, String> labels() {
    return labels;
  }

  public AlertText text() {
    return text;
  }

  public @Nullable Acknowledgement acknowledgement() {
    return acknowledgement;
  }

  /** What suppresses the alert; null when nothing does. */
  public @Nullable String suppressedBy() {
    return suppressedBy;
  }

  /** The state of the alert that each sink was notified of. */
  public Deliveries deliveries() {
    return deliveries;
  }

  /** Silences that select it, whether active or not. */
  public List<Silence> silences() {
    return silences;
  }

  /** Maintenance windows that select it, whether open or not. */
  public List<MaintenanceWindow> windows() {
    return windows;
  }

  public void lifecycle(Lifecycle next) {
    if (!next.equals(lifecycle)) {
      lifecycle = next;
      changed();
    }
  }

  public void text(AlertText next) {
    text = next;
    changed();
  }

  /**
   * Whether the text is to be compared with the present one; at most once within {@code each}, so
   * that a text with a time or a count does not change each second.
   */
  boolean readsAgain(Duration each, Instant now) {
    if (readAt.plus(each).isAfter(now) && !readAt.isAfter(now)) {
      return false;
    }
    readAt = now;
    return true;
  }

  public void severity(Severity next, Map<String, String> withIt) {
    severity = next;
    labels(withIt);
  }

  public void labels(Map<String, String> next) {
    labels = next;
    changed();
  }

  /**
   * Changes what it is about. One that fires keeps its id, fingerprint and labels, by which
   * receivers know it; of one that is pending nobody knows.
   */
  void about(AlertKey next, Map<String, String> whilePending) {
    key = next;
    if (!isFiring()) {
      id = next.id(lifecycle.activeAt());
      fingerprint = next.fingerprint();
      labels = whilePending;
    }
    changed();
  }

  /** Records an acknowledgement. */
  public void acknowledge(Acknowledgement by) {
    lifecycle = lifecycle.acknowledged();
    acknowledgement = by;
    changed();
  }

  /** Restores stored values. */
  public void restore(@Nullable Acknowledgement by, @Nullable String suppressed) {
    acknowledgement = by;
    suppressedBy = suppressed;
    changed();
  }

  /** Adds a silence that selects it; the newest comes last. */
  void selectedBy(Silence silence) {
    silences = Stream.concat(silences.stream(), Stream.of(silence)).toList();
  }

  /** Removes a silence. */
  void released(Silence silence) {
    silences = silences.stream().filter(each -> !each.id().equals(silence.id())).toList();
  }

  void selectedBy(List<Silence> silencing, List<MaintenanceWindow> maintaining) {
    silences = silencing;
    windows = maintaining;
  }

  /** Sets what suppresses it; whether that changed. */
  public boolean suppressedBy(@Nullable String reason) {
    boolean other = !Objects.equals(reason, suppressedBy);
    if (other) {
      suppressedBy = reason;
      changed();
    }
    return other;
  }

  /** The key of rule and network. */
  public String groupKey() {
    return group == null ? key.rule().label() : key.rule().label() + "/" + group;
  }

  public Map<String, String> groupLabels() {
    Map<String, String> labels = new LinkedHashMap<>();
    labels.put(AlertLabels.ALERTNAME, key.rule().label());
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

  /** Adjusts stored times after the clock was set; the id stays, as receivers know it. */
  public void moved(Duration by) {
    lifecycle = lifecycle.moved(by);
    readAt = Moved.moved(readAt, by);
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

  private AlertText shown() {
    if (inhibits == 0 || isResolved()) {
      return text;
    }
    String holds = "Holds back " + inhibits + (inhibits == 1 ? " alert" : " alerts");
    return new AlertText(
        text.summary(), text.detail() == null ? holds : text.detail() + ". " + holds);
  }

  /** The immutable view for others. */
  public Alert alert() {
    Alert known = view;
    if (known == null) {
      known =
          new Alert(
              new Alert.Origin(id, fingerprint, key.rule(), key.peerId()),
              lifecycle.status(),
              severity,
              labels,
              shown(),
              new Alert.Times(lifecycle.activeAt(), lifecycle.startsAt(), lifecycle.endsAt()),
              new Alert.Handling(acknowledgement, suppressedBy, deliveries.delivered()));
      view = known;
    }
    return known;
  }
}
