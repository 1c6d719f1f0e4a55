package fil.heartbeat.libp2p.jvm;

import fil.heartbeat.libp2p.HostStats;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;

/** What a host counts. Reasons are words of ours, so there are few. Thread-safe. */
final class Counters {
  final LongAdder accepted = new LongAdder();
  final LongAdder closed = new LongAdder();
  final AtomicInteger connections = new AtomicInteger();
  final AtomicInteger inboundStreams = new AtomicInteger();
  final Map<String, LongAdder> refused = new ConcurrentHashMap<>();
  final Map<String, LongAdder> failedUpgrades = new ConcurrentHashMap<>();
  final Map<String, LongAdder> streamsRefused = new ConcurrentHashMap<>();

  private final long[] upgradesPerBucket = new long[HostStats.UPGRADE_BUCKETS.size() + 1];
  private double upgradeSeconds;

  static void count(Map<String, LongAdder> counts, String reason) {
    counts.computeIfAbsent(reason, unused -> new LongAdder()).increment();
  }

  synchronized void upgraded(Duration time) {
    int bucket = 0;
    while (bucket < HostStats.UPGRADE_BUCKETS.size()
        && time.compareTo(HostStats.UPGRADE_BUCKETS.get(bucket)) > 0) {
      bucket++;
    }
    upgradesPerBucket[bucket]++;
    upgradeSeconds += time.toNanos() / 1e9;
  }

  synchronized HostStats now(int pendingUpgrades, int waitingSockets) {
    List<Long> buckets = new ArrayList<>();
    long upgrades = 0;
    for (long count : upgradesPerBucket) {
      upgrades += count;
      buckets.add(upgrades);
    }
    return new HostStats(
        connections.get(),
        pendingUpgrades,
        waitingSockets,
        inboundStreams.get(),
        accepted.sum(),
        upgrades,
        closed.sum(),
        sums(refused),
        sums(failedUpgrades),
        sums(streamsRefused),
        buckets,
        upgradeSeconds);
  }

  private static Map<String, Long> sums(Map<String, LongAdder> counts) {
    return counts.entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().sum()));
  }
}
