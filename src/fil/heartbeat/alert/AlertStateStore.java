package fil.heartbeat.alert;

import fil.heartbeat.alert.rule.FlapRule;
import fil.heartbeat.alert.rule.IsolationRule;
import fil.heartbeat.alert.rule.RuleEvaluator;
import fil.heartbeat.alert.state.AlertCodec;
import fil.heartbeat.alert.state.AlertTable;
import fil.heartbeat.alert.state.Silences;
import fil.heartbeat.history.AlertStore.Entry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The state that survives a restart, as named entries of text. */
final class AlertStateStore {
  static final String UNREADABLE = "unreadable";

  private static final String ALERT = "alert";
  private static final String SILENCE = "silence";
  private static final String FLAPS = "flaps";
  private static final String MINER = "miner";
  private static final String PROOFS = "proofs";
  private static final String BURNS = "burns";
  private static final String ISOLATION = "isolation";
  private static final String FLEET = "fleet";

  private final AlertTable table;
  private final Silences silences;
  private final FlapRule flaps;
  private final IsolationRule isolation;
  private final RuleEvaluator evaluator;
  private final List<Entry> useless = new ArrayList<>();

  AlertStateStore(
      AlertTable table,
      Silences silences,
      FlapRule flaps,
      IsolationRule isolation,
      RuleEvaluator evaluator) {
    this.table = table;
    this.silences = silences;
    this.flaps = flaps;
    this.isolation = isolation;
    this.evaluator = evaluator;
  }

  /** Restores stored entries. An unusable entry is counted and deleted. */
  void restore(List<Entry> entries) {
    for (Entry entry : entries) {
      String body = entry.body();
      String reason = body == null ? null : restore(entry, body);
      if (reason != null) {
        table.drop(reason);
        useless.add(new Entry(entry.kind(), entry.id(), null));
      }
    }
  }

  private @Nullable String restore(Entry entry, String body) {
    try {
      switch (entry.kind()) {
        case ALERT -> {
          return table.restore(AlertCodec.alert(body)) ? null : AlertTable.TOO_MANY;
        }
        case SILENCE -> {
          return silences.restore(AlertCodec.silence(body)) ? null : AlertTable.TOO_MANY;
        }
        case FLAPS ->
            flaps.restore(entry.id(), AlertCodec.texts(body).stream().map(Instant::parse).toList());
        case MINER ->
            AlertCodec.texts(body).forEach(each -> evaluator.restoreMiner(entry.id(), each));
        case PROOFS ->
            AlertCodec.texts(body).forEach(each -> evaluator.restoreProofs(entry.id(), each));
        case BURNS -> evaluator.restoreBurns(entry.id(), AlertCodec.texts(body));
        case ISOLATION -> isolation.restore(AlertCodec.texts(body));
        default -> {
          // Written by a later version, which may need it again.
        }
      }
      return null;
    } catch (RuntimeException e) {
      // Jackson, dates and casts each throw their own exceptions for unexpected content.
      return UNREADABLE;
    }
  }

  /**
   * Makes the next {@link #takeChanges} return everything, after the store has lost its content.
   */
  void saveAll() {
    table.saveAll();
    silences.saveAll();
    flaps.saveAll();
    isolation.saveAll();
    evaluator.saveAll();
  }

  /** The entries that changed since the last call. */
  List<Entry> takeChanges() {
    List<Entry> entries = new ArrayList<>(useless);
    useless.clear();
    table
        .takeChanges()
        .forEach(
            (id, each) ->
                entries.add(new Entry(ALERT, id, each == null ? null : AlertCodec.alert(each))));
    silences
        .takeChanges()
        .forEach(
            (id, each) ->
                entries.add(
                    new Entry(SILENCE, id, each == null ? null : AlertCodec.silence(each))));
    flaps
        .takeChanges()
        .forEach(
            (id, times) ->
                entries.add(
                    new Entry(FLAPS, id, body(times.stream().map(Instant::toString).toList()))));
    evaluator
        .takeMiners()
        .forEach(
            (id, known) ->
                entries.add(
                    new Entry(MINER, id, body(known == null ? List.of() : List.of(known)))));
    evaluator.takeProofs().forEach((id, texts) -> entries.add(new Entry(PROOFS, id, body(texts))));
    evaluator.takeBurns().forEach((id, texts) -> entries.add(new Entry(BURNS, id, body(texts))));
    if (isolation.takeChanges()) {
      entries.add(new Entry(ISOLATION, FLEET, body(isolation.lostNodes())));
    }
    return entries;
  }

  private static @Nullable String body(List<String> texts) {
    return texts.isEmpty() ? null : AlertCodec.texts(texts);
  }
}
