package fil.heartbeat.alert;

import fil.heartbeat.config.Severity;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the engine holds of one alert. Mutable; others see {@link #alert()}. */
final class Incident {
  final Key key;
  final String id;
  final String fingerprint;
  final @Nullable String network;
  Life life;
  Severity severity;
  Map<String, String> labels = Map.of();
  Words words;
  @Nullable Acknowledgement acknowledgement;
  @Nullable String heldBy;
  final Map<String, Alert.Told> told = new HashMap<>();

  /** Sinks that may know that it fires though they did not say so. */
  final Set<String> tried = new HashSet<>();

  /** Sinks it goes to. */
  Set<String> sinks = Set.of();

  /** Silences and windows that select it, whether they hold now or not. */
  List<Silence> silences = new ArrayList<>(0);

  List<MaintenanceWindow> windows = List.of();
  private @Nullable Alert view;

  Incident(Key key, @Nullable String network, Life life, Severity severity, Words words) {
    this(key, key.id(life.activeAt()), network, life, severity, words);
  }

  Incident(
      Key key, String id, @Nullable String network, Life life, Severity severity, Words words) {
    this.key = key;
    this.id = id;
    this.fingerprint = key.fingerprint();
    this.network = network;
    this.life = life;
    this.severity = severity;
    this.words = words;
  }

  AlertStatus status() {
    return life.status();
  }

  boolean isFiring() {
    return life.status().isFiring();
  }

  boolean isOver() {
    return life.status() == AlertStatus.RESOLVED;
  }

  /** Of rule and network. */
  String groupKey() {
    return network == null ? key.rule().word() : key.rule().word() + "/" + network;
  }

  Map<String, String> groupLabels() {
    Map<String, String> group = new LinkedHashMap<>();
    group.put("alertname", key.rule().word());
    if (network != null) {
      group.put("network", network);
    }
    return group;
  }

  /** It is another than when it was last asked for. */
  void changed() {
    view = null;
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
              life.status(),
              severity,
              key.peerId(),
              labels,
              words.summary(),
              words.detail(),
              life.activeAt(),
              life.startsAt(),
              life.endsAt(),
              acknowledgement,
              heldBy,
              told);
      view = known;
    }
    return known;
  }
}
