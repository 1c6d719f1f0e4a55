package fil.heartbeat.alert;

import fil.heartbeat.history.AlertStore;
import fil.heartbeat.history.EndedAlert;
import java.util.List;

/** What changed and is to be kept. */
record Unsaved(List<AlertStore.Entry> entries, List<EndedAlert> resolved) {
  Unsaved {
    entries = List.copyOf(entries);
    resolved = List.copyOf(resolved);
  }

  boolean isEmpty() {
    return entries.isEmpty() && resolved.isEmpty();
  }
}
