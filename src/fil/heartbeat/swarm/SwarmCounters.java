package fil.heartbeat.swarm;

import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * The counters of a swarm. Beats due = sent + skipped, where writes in progress count as
 * unfinished.
 */
final class SwarmCounters {
  private final Map<BeatSkip, Long> skipped = new EnumMap<>(BeatSkip.class);
  // Reasons are words of this program, so there are few.
  private final Map<String, Long> failures = new TreeMap<>();
  private long due;
  private long sent;
  private long writing;
  private long connects;
  private long connected;
  private long churned;

  void due(long beats) {
    due += beats;
  }

  void skip(BeatSkip reason, long beats) {
    skipped.merge(reason, beats, Long::sum);
  }

  void writing() {
    writing++;
  }

  void sent() {
    writing--;
    sent++;
  }

  void writeFailed() {
    writing--;
    skip(BeatSkip.WRITE_FAILED, 1);
  }

  void connected() {
    connects++;
    connected++;
  }

  void disconnected() {
    connected--;
  }

  void churned() {
    churned++;
  }

  void failure(String reason) {
    failures.merge(reason, 1L, Long::sum);
  }

  long beatsDue() {
    return due;
  }

  long beatsSent() {
    return sent;
  }

  /** Without writes in progress. */
  long beatsSkipped() {
    return skipped.values().stream().mapToLong(count -> count).sum();
  }

  long connects() {
    return connects;
  }

  long connectedNow() {
    return connected;
  }

  long disconnections() {
    return churned;
  }

  /** Beats skipped by reason, counting writes in progress as if the swarm ended now. */
  Map<BeatSkip, Long> skipped() {
    Map<BeatSkip, Long> now = new EnumMap<>(skipped);
    if (writing > 0) {
      now.put(BeatSkip.UNFINISHED, writing);
    }
    return now;
  }

  Map<String, Long> failures() {
    return new TreeMap<>(failures);
  }
}
