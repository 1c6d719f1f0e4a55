package fil.heartbeat.libp2p;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The counters of a host since its creation, and its present sizes. Sockets accepted = open +
 * pending + waiting + refused (by reason) + failed upgrades (by reason) + closed.
 *
 * @param connections upgraded connections open now, both directions
 * @param pendingUpgrades connections being upgraded now
 * @param waitingSockets accepted sockets that wait unread for a free upgrade slot
 * @param inboundStreams inbound streams open now
 * @param socketsAccepted sockets accepted
 * @param upgrades connections upgraded, both directions
 * @param closed upgraded connections that ended
 * @param refused sockets refused before an upgrade began, by reason
 * @param failedUpgrades upgrades that failed, by reason
 * @param streamsRefused inbound streams refused or reset by this host, by reason
 * @param violations protocol rules broken by peers, by reason; an honest peer breaks none
 * @param framesIgnored yamux frames that changed nothing, by reason; honest peers send some
 * @param upgradeSecondsBuckets cumulative counts of upgrade durations, by {@link #UPGRADE_BUCKETS};
 *     the last one counts all
 * @param upgradeSecondsSum sum of upgrade durations
 * @param yielding of the open connections, those that give way to an expected peer
 */
public record HostStats(
    int connections,
    int pendingUpgrades,
    int waitingSockets,
    int inboundStreams,
    long socketsAccepted,
    long upgrades,
    long closed,
    Map<String, Long> refused,
    Map<String, Long> failedUpgrades,
    Map<String, Long> streamsRefused,
    Map<String, Long> violations,
    Map<String, Long> framesIgnored,
    List<Long> upgradeSecondsBuckets,
    double upgradeSecondsSum,
    int yielding) {

  /** Upper bounds of the buckets of {@link #upgradeSecondsBuckets}, without the last (infinite). */
  public static final List<Duration> UPGRADE_BUCKETS =
      List.of(
          Duration.ofMillis(1),
          Duration.ofMillis(2),
          Duration.ofMillis(5),
          Duration.ofMillis(10),
          Duration.ofMillis(25),
          Duration.ofMillis(50),
          Duration.ofMillis(100),
          Duration.ofMillis(250),
          Duration.ofMillis(500),
          Duration.ofSeconds(1),
          Duration.ofMillis(2500),
          Duration.ofSeconds(5),
          Duration.ofSeconds(10));

  /** Those of a host whose connections give way to nobody. */
  public HostStats(
      int connections,
      int pendingUpgrades,
      int waitingSockets,
      int inboundStreams,
      long socketsAccepted,
      long upgrades,
      long closed,
      Map<String, Long> refused,
      Map<String, Long> failedUpgrades,
      Map<String, Long> streamsRefused,
      Map<String, Long> violations,
      Map<String, Long> framesIgnored,
      List<Long> upgradeSecondsBuckets,
      double upgradeSecondsSum) {
    this(
        connections,
        pendingUpgrades,
        waitingSockets,
        inboundStreams,
        socketsAccepted,
        upgrades,
        closed,
        refused,
        failedUpgrades,
        streamsRefused,
        violations,
        framesIgnored,
        upgradeSecondsBuckets,
        upgradeSecondsSum,
        0);
  }

  /** Keeps unmodifiable copies of maps and list. */
  public HostStats {
    refused = Map.copyOf(refused);
    failedUpgrades = Map.copyOf(failedUpgrades);
    streamsRefused = Map.copyOf(streamsRefused);
    violations = Map.copyOf(violations);
    framesIgnored = Map.copyOf(framesIgnored);
    upgradeSecondsBuckets = List.copyOf(upgradeSecondsBuckets);
  }
}
