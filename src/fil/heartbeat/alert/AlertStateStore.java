package fil.heartbeat.alert;

import fil.heartbeat.history.AlertStore.Piece;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What survives a restart, as named pieces of text. */
final class AlertStateStore {
  static final String UNREADABLE = "unreadable";

  private static final String ALERT = "alert";
  private static final String SILENCE = "silence";
  private static final String FLAPS = "flaps";
  private static final String MINER = "miner";
  private static final String ISOLATION = "isolation";
  private static final String FLEET = "fleet";

  private final Incidents incidents;
  private final Silences silences;
  private final FlapRule flaps;
  private final IsolationRule isolation;
  private final RuleEvaluator evaluator;
  private final List<Piece> useless = new ArrayList<>();

  AlertStateStore(
      Incidents incidents,
      Silences silences,
      FlapRule flaps,
      IsolationRule isolation,
      RuleEvaluator evaluator) {
    this.incidents = incidents;
    this.silences = silences;
    this.flaps = flaps;
    this.isolation = isolation;
    this.evaluator = evaluator;
  }

  /** Takes what was kept. A piece that cannot be used is counted and taken away. */
  void restore(List<Piece> pieces) {
    for (Piece piece : pieces) {
      String body = piece.body();
      String reason = body == null ? null : restore(piece, body);
      if (reason != null) {
        incidents.drop(reason);
        useless.add(new Piece(piece.kind(), piece.id(), null));
      }
    }
  }

  private @Nullable String restore(Piece piece, String body) {
    try {
      switch (piece.kind()) {
        case ALERT -> {
          return incidents.restore(AlertJson.alert(body)) ? null : Incidents.TOO_MANY;
        }
        case SILENCE -> {
          return silences.restore(AlertJson.silence(body)) ? null : Incidents.TOO_MANY;
        }
        case FLAPS ->
            flaps.restore(piece.id(), AlertJson.texts(body).stream().map(Instant::parse).toList());
        case MINER ->
            AlertJson.texts(body).forEach(each -> evaluator.restoreMiner(piece.id(), each));
        case ISOLATION -> isolation.restore(AlertJson.texts(body));
        default -> {
          // Of a later version, to be found there again.
        }
      }
      return null;
    } catch (RuntimeException e) {
      // Jackson, dates and casts each have their own way to say that it is not what was written.
      return UNREADABLE;
    }
  }

  /** The store lost what was kept: the next {@link #takeUnsaved} has all of it. */
  void saveAll() {
    incidents.saveAll();
    silences.saveAll();
    flaps.saveAll();
    isolation.saveAll();
    evaluator.saveMiners();
  }

  /** What changed since the last call. */
  Unsaved takeUnsaved() {
    List<Piece> pieces = new ArrayList<>(useless);
    useless.clear();
    incidents
        .takeUnsaved()
        .forEach(
            (id, each) ->
                pieces.add(new Piece(ALERT, id, each == null ? null : AlertJson.alert(each))));
    silences
        .takeUnsaved()
        .forEach(
            (id, each) ->
                pieces.add(new Piece(SILENCE, id, each == null ? null : AlertJson.silence(each))));
    Map<String, List<String>> texts = new LinkedHashMap<>();
    flaps
        .takeUnsaved()
        .forEach((id, times) -> texts.put(id, times.stream().map(Instant::toString).toList()));
    texts.forEach((id, all) -> pieces.add(new Piece(FLAPS, id, body(all))));
    evaluator
        .takeMiners()
        .forEach(
            (id, known) ->
                pieces.add(new Piece(MINER, id, body(known == null ? List.of() : List.of(known)))));
    if (isolation.takeUnsaved()) {
      pieces.add(new Piece(ISOLATION, FLEET, body(isolation.kept())));
    }
    return new Unsaved(pieces, incidents.takeEnded());
  }

  private static @Nullable String body(List<String> texts) {
    return texts.isEmpty() ? null : AlertJson.texts(texts);
  }
}
