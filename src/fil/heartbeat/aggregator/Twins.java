package fil.heartbeat.aggregator;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether one peer's key is in use in two places, as after a machine was cloned. A place is the
 * address of a connection. One process beats from one place at a time: after a restart, a redial or
 * a rebinding the place before is silent, but for what was on its way. So a place that beats on
 * beside one that came later is another process.
 *
 * <p>Neither clock: times are handed in, and monotonic nanoseconds decide. Bounded: a few places.
 */
final class Twins {

  /**
   * So many beats of each after the newer one began. With {@link #APART} that takes longer than a
   * restart overlaps, and than what a socket held arrives late.
   */
  static final int BEATS = 4;

  /** Beats that come soon after each other may have been on their way together: counted once. */
  static final Duration APART = Duration.ofSeconds(5);

  /** After so long with one place it is over; a stream that was reset is back much sooner. */
  static final Duration CLEAR_AFTER = Duration.ofMinutes(2);

  /** Or after so many intervals between its beats, for whoever beats seldom. */
  private static final int CLEAR_INTERVALS = 3;

  static final int MAX_PLACES = 4;

  /** While it lasts. */
  static final Duration TELL_AGAIN = Duration.ofMinutes(10);

  /**
   * A key in two places.
   *
   * @param older multiaddr of the place that beat first
   * @param newer multiaddr of the other
   * @param since when that one began, on the wall
   */
  record Twin(String older, String newer, Instant since) {

    /** As it is said among the conflicts of a node. */
    String text() {
      return "beats from two places: " + older + " and " + newer;
    }
  }

  /** Beats, those that come soon after each other counted once. */
  private static final class Beats {
    private int count;
    private long first;
    private long counted;
    private long last;
    private long interval;

    private void take(long nanos) {
      if (count == 0) {
        first = nanos;
      }
      if (count == 0 || nanos - counted >= APART.toNanos()) {
        long gap = count == 0 ? 0 : nanos - counted;
        // The shortest: what ended and came back in between beats no slower for that.
        interval = interval == 0 ? gap : Math.min(interval, gap);
        counted = nanos;
        count++;
      }
      last = nanos;
    }
  }

  private static final class Place {
    private final String address;
    private long last;

    /** Of the places that began later. */
    private final Beats newer = new Beats();

    /** Its own since the first of these began. */
    private final Beats beside = new Beats();

    private Place(String address) {
      this.address = address;
    }

    private boolean isTwin() {
      return newer.count >= BEATS && beside.count >= BEATS;
    }

    /** When both were there last. */
    private long bothNanos() {
      return beside.last - newer.last < 0 ? beside.last : newer.last;
    }
  }

  /** In the order in which they began. */
  private final List<Place> places = new ArrayList<>(1);

  private @Nullable Twin twin;
  private long bothNanos;
  private long clearNanos;
  private boolean changed;
  private boolean warned;
  private long warnedNanos;

  /** A stream from an address brings its first beat: whoever had that address before is gone. */
  void opened(String address) {
    Place newest = places.isEmpty() ? null : places.get(places.size() - 1);
    if (newest != null && !newest.address.equals(address)) {
      places.removeIf(place -> place.address.equals(address));
    }
  }

  /** A beat came from an address. */
  void beat(String address, Moment now) {
    long nanos = now.nanos();
    int at = places.size() - 1;
    while (at >= 0 && !places.get(at).address.equals(address)) {
      at--;
    }
    if (at < 0) {
      if (places.size() == MAX_PLACES) {
        places.remove(
            places.stream()
                .max(Comparator.comparingLong(place -> nanos - place.last))
                .orElseThrow());
      }
      at = places.size();
      places.add(new Place(address));
    }
    Place place = places.get(at);
    place.last = nanos;
    places.subList(0, at).forEach(older -> older.newer.take(nanos));
    if (at < places.size() - 1) {
      place.beside.take(nanos);
      compare(at, now);
    }
  }

  /**
   * A place beat on beside those that came later. A redial does not: the place before is silent.
   */
  private void compare(int at, Moment now) {
    Place older = places.get(at);
    boolean goesOn = twin != null && older.bothNanos() - bothNanos > 0;
    if (!goesOn && (twin != null || !older.isTwin())) {
      return;
    }
    Place newer =
        places.subList(at + 1, places.size()).stream()
            .min(Comparator.comparingLong(place -> now.nanos() - place.last))
            .orElseThrow();
    Instant since =
        twin == null ? now.at().minusNanos(now.nanos() - older.newer.first) : twin.since();
    Twin next = new Twin(older.address, newer.address, since);
    changed |= !next.equals(twin);
    twin = next;
    bothNanos = older.bothNanos();
    long interval = Math.max(older.beside.interval, older.newer.interval);
    clearNanos = Math.max(CLEAR_AFTER.toNanos(), CLEAR_INTERVALS * interval);
  }

  /**
   * Ends a twin that has not been seen for long enough. To be called each second.
   *
   * @return whether {@link #now} changed since the last call
   */
  boolean update(long nanos) {
    if (twin != null && nanos - bothNanos > clearNanos) {
      twin = null;
      changed = true;
      places.clear();
    }
    boolean was = changed;
    changed = false;
    return was;
  }

  /**
   * Where the process beats from that is to hear now that its key is in use twice; null for none.
   * Once in a while, as the warning ends its stream.
   */
  @Nullable String warns(long nanos) {
    if (twin == null || (warned && nanos - warnedNanos < TELL_AGAIN.toNanos())) {
      return null;
    }
    warned = true;
    warnedNanos = nanos;
    return twin.older();
  }

  /** The clock on the wall was set. */
  void moved(Duration by) {
    twin = twin == null ? null : new Twin(twin.older(), twin.newer(), twin.since().plus(by));
  }

  /** Null while there is none. */
  @Nullable Twin now() {
    return twin;
  }
}
