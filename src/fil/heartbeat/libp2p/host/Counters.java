package fil.heartbeat.libp2p.host;

import fil.heartbeat.libp2p.HostStats;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** The counters of a host. Thread-safe. */
public final class Counters {

  /** Counts by reason. Reasons are fixed labels, so there are few. */
  public static final class Reasons {
    private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();

    /** Counts one. */
    public void count(String reason) {
      add(reason, 1);
    }

    /** Counts several. */
    public void add(String reason, long count) {
      counts.computeIfAbsent(reason, first -> new LongAdder()).add(count);
    }

    /** Returns a copy of all counts by reason. */
    public Map<String, Long> now() {
      Map<String, Long> now = new HashMap<>();
      counts.forEach((reason, count) -> now.put(reason, count.sum()));
      return now;
    }
  }

  /** Sockets accepted. */
  public final LongAdder accepted = new LongAdder();

  /** Upgraded connections that ended. */
  public final LongAdder closed = new LongAdder();

  /** Upgraded connections open now. */
  public final AtomicInteger connections = new AtomicInteger();

  /** Inbound streams open now. */
  public final AtomicInteger inboundStreams = new AtomicInteger();

  /** Sockets refused before an upgrade began. */
  public final Reasons refused = new Reasons();

  /** Upgrades that failed. */
  public final Reasons failedUpgrades = new Reasons();

  /** Inbound streams that this host refused or reset. */
  public final Reasons streamsRefused = new Reasons();

  /** Protocol rules that peers broke. */
  public final Reasons violations = new Reasons();

  /** Yamux frames that changed nothing. */
  public final Reasons framesIgnored = new Reasons();

  private final long[] upgradesPerBucket = new long[HostStats.UPGRADE_BUCKETS.size() + 1];
  private double upgradeSeconds;

  /** Counts an upgrade that succeeded after this time. */
  public void connectionOpened(Duration upgradeTime) {
    connections.incrementAndGet();
    int bucket = 0;
    while (bucket < HostStats.UPGRADE_BUCKETS.size()
        && upgradeTime.compareTo(HostStats.UPGRADE_BUCKETS.get(bucket)) > 0) {
      bucket++;
    }
    synchronized (upgradesPerBucket) {
      upgradesPerBucket[bucket]++;
      upgradeSeconds += upgradeTime.toNanos() / 1e9;
    }
  }

  /** Counts an upgraded connection that ended. */
  public void connectionClosed() {
    connections.decrementAndGet();
    closed.increment();
  }

  /** Returns the present counts, with the sizes of the guard. */
  public HostStats now(ConnectionGuard guard) {
    List<Long> buckets = new ArrayList<>();
    long upgrades = 0;
    double seconds;
    synchronized (upgradesPerBucket) {
      for (long count : upgradesPerBucket) {
        upgrades += count;
        buckets.add(upgrades);
      }
      seconds = upgradeSeconds;
    }
    return new HostStats(
        connections.get(),
        guard.upgrading(),
        guard.waiting(),
        inboundStreams.get(),
        accepted.sum(),
        upgrades,
        closed.sum(),
        refused.now(),
        failedUpgrades.now(),
        streamsRefused.now(),
        violations.now(),
        framesIgnored.now(),
        buckets,
        seconds,
        guard.yielding());
  }
}
