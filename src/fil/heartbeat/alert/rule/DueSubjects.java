package fil.heartbeat.alert.rule;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/**
 * What is to be judged, by subject: that about which something changed, and that of which a time
 * has come. So a second costs what is due in it, not what is known. Mutable.
 */
final class DueSubjects {
  private final Map<String, Instant> times = new HashMap<>();
  private final NavigableMap<Instant, Set<String>> byTime = new TreeMap<>();
  private boolean all = true;

  /** All are to be judged in the next round. */
  void all() {
    all = true;
  }

  /** Something about it changed: it is to be judged in the next round. */
  void changed(String subject) {
    file(subject, Instant.MIN);
  }

  /** It is to be judged at this time, instead of any other one. */
  void file(String subject, Instant at) {
    if (at.equals(times.get(subject))) {
      return;
    }
    forget(subject);
    times.put(subject, at);
    byTime.computeIfAbsent(at, ignored -> new HashSet<>()).add(subject);
  }

  void forget(String subject) {
    Instant at = times.remove(subject);
    Set<String> same = at == null ? null : byTime.get(at);
    if (at != null && same != null && same.remove(subject) && same.isEmpty()) {
      byTime.remove(at);
    }
  }

  /**
   * Takes out what is due.
   *
   * @param known all that there are
   */
  List<String> take(Collection<String> known, Instant now) {
    if (all) {
      all = false;
      times.clear();
      byTime.clear();
      return List.copyOf(known);
    }
    List<String> due = new ArrayList<>();
    Map<Instant, Set<String>> passed = byTime.headMap(now, true);
    passed.values().forEach(due::addAll);
    passed.clear();
    due.forEach(times::remove);
    return due;
  }
}
