package fil.heartbeat.swarm;

import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/** What a swarm counts. Beats due = sent + skipped, those being written told as unfinished. */
final class Tally {
  private final Map<SkipReason, Long> skipped = new EnumMap<>(SkipReason.class);
  // Reasons are words of ours, so there are few.
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

  void skip(SkipReason reason, long beats) {
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
    skip(SkipReason.WRITE_FAILED, 1);
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

  /** Without those that are being written. */
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

  /** Beats skipped by reason, with those that are being written as if the swarm ended now. */
  Map<SkipReason, Long> skipped() {
    Map<SkipReason, Long> now = new EnumMap<>(skipped);
    if (writing > 0) {
      now.put(SkipReason.UNFINISHED, writing);
    }
    return now;
  }

  Map<String, Long> failures() {
    return new TreeMap<>(failures);
  }
}
