package fil.heartbeat.fleet;

import java.util.Collections;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * The optional members of one monitored node that are compared with those of its network.
 *
 * @param peerId of the node
 * @param seenMillis when it was first seen; monotonic, below 0 when that was before the start
 * @param height of its head; null when it has none
 * @param finalized height of its last finalized tipset; null when it does not report one
 * @param upgrades that it knows, height to name; empty when it does not report any. Not copied: it
 *     must not change
 * @param networkVersion of the network, as it reported it
 * @param client program of the node; null when it does not report one
 * @param version of the program, as reported; null when it does not report one
 */
public record Extended(
    String peerId,
    long seenMillis,
    @Nullable Long height,
    @Nullable Long finalized,
    SortedMap<Long, String> upgrades,
    NetworkVersion networkVersion,
    @Nullable String client,
    @Nullable String version) {
  public Extended {
    upgrades = Collections.unmodifiableSortedMap(upgrades);
  }

  /**
   * A network version that a node reported.
   *
   * @param number null when it reported none
   * @param ageMillis since the node's last report, 0 or more
   */
  public record NetworkVersion(@Nullable Integer number, long ageMillis) {}

  /** Planned upgrades that count of one node: programs plan one or two. */
  static final int MAX_PLANNED = 4;

  /**
   * Returns what it names of the upgrades that count: the last that passed and the next that it
   * plans. One node that names many must not keep out those that others name.
   *
   * @param epoch the present one; null without a known clock
   */
  SortedMap<Long, String> named(@Nullable Long epoch) {
    SortedMap<Long, String> passed = epoch == null ? upgrades : upgrades.headMap(epoch + 1);
    Long last = epoch == null || passed.isEmpty() ? null : passed.lastKey();
    SortedMap<Long, String> named = last == null ? upgrades : upgrades.tailMap(last);
    int most = MAX_PLANNED + (last == null ? 0 : 1);
    return named.size() <= most
        ? named
        : named.headMap(named.keySet().stream().skip(most).findFirst().orElse(Long.MAX_VALUE));
  }

  /** Returns the epochs from its head down to its finalized tipset; null when not known. */
  public @Nullable Long finalityLag() {
    return height == null || finalized == null
        ? null
        : Long.valueOf(Math.max(0, height - finalized));
  }

  /** Returns the version without the build that follows {@code +}; null when not reported. */
  @Nullable String release() {
    int build = version == null ? -1 : version.indexOf('+');
    return build < 0 || version == null ? version : version.substring(0, build);
  }
}
