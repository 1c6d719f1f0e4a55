package fil.heartbeat.api;

import fil.heartbeat.alert.Alert;
import fil.heartbeat.alert.AlertStats;
import fil.heartbeat.alert.AlertView;
import fil.heartbeat.alert.Silence;
import fil.heartbeat.config.HttpConfig.Hidden;
import fil.heartbeat.config.Selector;
import fil.heartbeat.history.EndedAlert;
import io.vertx.core.Future;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Alerts in which nobody finds what the configuration hides. What is hidden is found by its form,
 * in labels and in sentences alike.
 */
record HidingAlerts(AlertView view, Set<Hidden> hidden) implements AlertView {
  private static final String MASK = "(hidden)";
  private static final String MINER_LABEL = "miner";
  private static final Pattern MINER =
      Pattern.compile("\\b[ft](?:0[0-9]+|[123][a-z2-7]{38,}|4[0-9]+f[a-z2-7]+)\\b");
  private static final Pattern ADDRESS =
      Pattern.compile("/(?:ip4|ip6|dns4?|dns6)/\\S+|\\b[0-9]{1,3}(?:\\.[0-9]{1,3}){3}(?::[0-9]+)?");

  /** The view itself when there is nothing to hide. */
  static AlertView of(AlertView view, Set<Hidden> hidden) {
    return hidden.isEmpty() ? view : new HidingAlerts(view, hidden);
  }

  @Override
  public Future<List<Alert>> alerts() {
    return view.alerts().map(found -> found.stream().map(this::masked).toList());
  }

  @Override
  public Future<List<EndedAlert>> ended(
      @Nullable String peerId, @Nullable Instant before, int limit) {
    return view.ended(peerId, before, limit)
        .map(found -> found.stream().map(this::masked).toList());
  }

  @Override
  public Future<Optional<Alert>> acknowledge(String id, String by, String comment) {
    return view.acknowledge(id, by, comment).map(found -> found.map(this::masked));
  }

  @Override
  public Future<List<Silence>> silences() {
    return view.silences().map(found -> found.stream().map(this::masked).toList());
  }

  @Override
  public Future<Silence> silence(
      Selector select, Instant startsAt, Instant endsAt, String author, String comment) {
    return view.silence(select, startsAt, endsAt, author, comment).map(this::masked);
  }

  @Override
  public Future<Boolean> unsilence(String id, String by) {
    return view.unsilence(id, by);
  }

  @Override
  public Future<AlertStats> stats() {
    return view.stats();
  }

  private Alert masked(Alert alert) {
    Map<String, String> labels = new TreeMap<>();
    alert.labels().forEach((label, value) -> labels.put(label, masked(label, value)));
    String detail = alert.detail();
    return new Alert(
        alert.id(),
        alert.fingerprint(),
        alert.rule(),
        alert.status(),
        alert.severity(),
        alert.peerId(),
        labels,
        masked(alert.summary()),
        detail == null ? null : masked(detail),
        alert.activeAt(),
        alert.startsAt(),
        alert.endsAt(),
        alert.acknowledgement(),
        alert.heldBy(),
        alert.told());
  }

  private EndedAlert masked(EndedAlert alert) {
    return new EndedAlert(
        alert.id(),
        alert.rule(),
        alert.severity(),
        alert.peerId(),
        alert.startsAt(),
        alert.endsAt(),
        masked(alert.summary()),
        maskedBody(alert.body()));
  }

  private String maskedBody(String body) {
    try {
      return masked(new JsonObject(body)).encode();
    } catch (DecodeException e) {
      return "{}";
    }
  }

  private JsonObject masked(JsonObject json) {
    JsonObject masked = new JsonObject();
    for (String name : json.fieldNames()) {
      masked.put(name, masked(name, json.getValue(name)));
    }
    return masked;
  }

  private @Nullable Object masked(String name, @Nullable Object value) {
    if (value instanceof String text) {
      return masked(name, text);
    }
    if (value instanceof JsonObject object) {
      return masked(object);
    }
    if (value instanceof JsonArray array) {
      JsonArray masked = new JsonArray();
      array.forEach(each -> masked.add(masked(name, each)));
      return masked;
    }
    return value;
  }

  private Silence masked(Silence silence) {
    Map<String, List<String>> labels = new TreeMap<>();
    silence
        .select()
        .labels()
        .forEach(
            (label, values) ->
                labels.put(label, values.stream().map(each -> masked(label, each)).toList()));
    return new Silence(
        silence.id(),
        new Selector(labels),
        silence.startsAt(),
        silence.endsAt(),
        silence.author(),
        silence.comment());
  }

  private String masked(String label, String value) {
    return label.equals(MINER_LABEL) && hidden.contains(Hidden.MINERS) ? MASK : masked(value);
  }

  private String masked(String text) {
    String masked = text;
    if (hidden.contains(Hidden.MINERS)) {
      masked = MINER.matcher(masked).replaceAll(MASK);
    }
    if (hidden.contains(Hidden.ADDRESSES)) {
      masked = ADDRESS.matcher(masked).replaceAll(MASK);
    }
    return masked;
  }
}
