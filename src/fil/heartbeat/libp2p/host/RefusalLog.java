package fil.heartbeat.libp2p.host;

import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the operator that a limit of ours refuses peers: the first time, then at most one line per
 * reason each ten seconds, with the config key to raise. Thread-safe.
 */
public final class RefusalLog {
  private static final Logger LOG = LoggerFactory.getLogger(RefusalLog.class);
  private static final long QUIET_NANOS = 10_000_000_000L;

  private static final class Entry {
    long loggedNanos;
    long suppressed;
  }

  private final LongSupplier nanoTime;

  /** Keyed by our own few words, never by what a peer says. */
  private final Map<String, Entry> entries = new HashMap<>();

  public RefusalLog(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  public void refused(Refusal refusal, Object subject) {
    long suppressed = note(refusal.word());
    if (suppressed >= 0) {
      LOG.warn(
          "refused reason={} subject={} raise={} suppressed={}",
          refusal.word(),
          subject,
          refusal.configKey(),
          suppressed);
    }
  }

  /** How many lines were left out since the last one; below 0 when this one is left out too. */
  public synchronized long note(String reason) {
    long now = nanoTime.getAsLong();
    Entry entry = entries.get(reason);
    if (entry == null) {
      entry = new Entry();
      entries.put(reason, entry);
    } else if (now - entry.loggedNanos < QUIET_NANOS) {
      entry.suppressed++;
      return -1;
    }
    long suppressed = entry.suppressed;
    entry.loggedNanos = now;
    entry.suppressed = 0;
    return suppressed;
  }
}
