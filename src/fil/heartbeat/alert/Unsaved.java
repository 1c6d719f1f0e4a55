package fil.heartbeat.alert;

import fil.heartbeat.history.AlertStore;
import fil.heartbeat.history.EndedAlert;
import java.util.List;

/** What changed and is to be kept. */
record Unsaved(List<AlertStore.Piece> pieces, List<EndedAlert> ended) {
  Unsaved {
    pieces = List.copyOf(pieces);
    ended = List.copyOf(ended);
  }

  boolean isEmpty() {
    return pieces.isEmpty() && ended.isEmpty();
  }
}
