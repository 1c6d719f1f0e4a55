package fil.heartbeat.libp2p.host;

import fil.heartbeat.libp2p.PeerId;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs that a limit refuses peers, with the limit to raise: the first time, then at most one line
 * per reason every ten seconds. The first violation of each peer is logged at the same rate.
 * Thread-safe.
 */
public final class RefusalLog {
  private static final Logger log = LoggerFactory.getLogger(RefusalLog.class);
  private static final long QUIET_NANOS = 10_000_000_000L;

  /** Limit of peers stored as logged; ids cost nothing. */
  static final int MAX_PEERS = 4096;

  private static final class Entry {
    long loggedNanos;
    long suppressed;
  }

  private final LongSupplier nanoTime;

  /** Keyed by this library's fixed labels, never by text of a peer. */
  private final Map<String, Entry> entries = new HashMap<>();

  private final Map<PeerId, Boolean> logged =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<PeerId, Boolean> eldest) {
          return size() > MAX_PEERS;
        }
      };

  /**
   * @param nanoTime a clock like {@link System#nanoTime}
   */
  public RefusalLog(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /**
   * Logs that a limit refused a peer.
   *
   * @param subject the refused peer or address
   */
  public void refused(Refusal refusal, Object subject) {
    long suppressed = note(refusal.label());
    if (suppressed >= 0) {
      log.warn(
          "refused reason={} subject={} raise={} suppressed={}",
          refusal.label(),
          subject,
          refusal.limit(),
          suppressed);
    }
  }

  /**
   * Logs a peer's first violation of a protocol, or the next one when the rate allows no line now.
   *
   * @param detail what it did and what was expected
   * @param limit the limit to raise, or {@code none}
   */
  public void violated(PeerId peer, String reason, String detail, String limit) {
    long suppressed = noteViolation(peer, reason);
    if (suppressed >= 0) {
      log.warn(
          "violation reason={} peer={} detail={} raise={} suppressed={}",
          reason,
          peer,
          detail,
          limit,
          suppressed);
    }
  }

  /** As {@link #note}; also negative when a line about the peer was logged before. */
  synchronized long noteViolation(PeerId peer, String reason) {
    if (logged.get(peer) != null) {
      return -1;
    }
    long suppressed = note("violation " + reason);
    if (suppressed >= 0) {
      logged.put(peer, true);
    }
    return suppressed;
  }

  /**
   * Returns how many lines were left out since the last one; negative when this one is left out
   * too.
   */
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
