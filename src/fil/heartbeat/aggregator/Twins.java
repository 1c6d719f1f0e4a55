package fil.heartbeat.aggregator;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Detects that one peer's key is in use in two places, as after a machine was cloned. A place is
 * the address of a connection. One process beats from one place at a time: after a restart, a
 * redial or a rebinding no beats come from the former place, except those already on their way. So
 * a place that goes on beating beside a later one is another process.
 *
 * <p>Has no clock: callers pass times in, and monotonic nanoseconds decide. Stores only a few
 * places.
 */
final class Twins {

  /**
   * Beats needed from each place after the newer one began. With {@link #APART} that takes longer
   * than the overlap of a restart and the delay of data buffered in a socket.
   */
  static final int BEATS = 4;

  /** Beats closer together may have been delayed together and count as one. */
  static final Duration APART = Duration.ofSeconds(5);

  /** A twin ends after this long with one place; a stream that was reset is back much sooner. */
  static final Duration CLEAR_AFTER = Duration.ofMinutes(2);

  /** For senders with a long interval, a twin ends after this many intervals. */
  private static final int CLEAR_INTERVALS = 3;

  static final int MAX_PLACES = 4;

  /** Interval of the warning while the twin lasts. */
  static final Duration TELL_AGAIN = Duration.ofMinutes(10);

  /**
   * A key in two places.
   *
   * @param older multiaddr of the place that beat first
   * @param newer multiaddr of the other
   * @param since when the newer one began, wall clock
   */
  record Twin(String older, String newer, Instant since) {

    /** Returns the line for the conflicts of a node. */
    String text() {
      return "beats from two places: " + older + " and " + newer;
    }
  }

  /** A count of beats in which those close together count as one. */
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
        // The shortest gap: a place that ended and came back in between has no longer interval.
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

    /** Beats of the places that began later. */
    private final Beats newer = new Beats();

    /** Beats of this place since the first of those began. */
    private final Beats beside = new Beats();

    private Place(String address) {
      this.address = address;
    }

    private boolean isTwin() {
      return newer.count >= BEATS && beside.count >= BEATS;
    }

    /** When both places last sent beats. */
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

  /**
   * A stream from an address brings its first beat: the earlier connection from that address is
   * gone.
   */
  void opened(String address) {
    Place newest = places.isEmpty() ? null : places.get(places.size() - 1);
    if (newest != null && !newest.address.equals(address)) {
      places.removeIf(place -> place.address.equals(address));
    }
  }

  /** A beat arrived from an address. */
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
    for (int older = 0; older < at; older++) {
      places.get(older).newer.take(nanos);
    }
    if (at < places.size() - 1) {
      place.beside.take(nanos);
      compare(at, now);
    }
  }

  /**
   * Checks whether a place goes on beating beside later ones. After a redial the former place does
   * not.
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
   * Ends a twin without recent beats from both places. Must be called each second.
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
   * Returns the address of the process to warn now that its key is in use twice; null for none.
   * Only once in a while, because the warning ends its stream.
   */
  @Nullable String takeWarning(long nanos) {
    if (twin == null || (warned && nanos - warnedNanos < TELL_AGAIN.toNanos())) {
      return null;
    }
    warned = true;
    warnedNanos = nanos;
    return twin.older();
  }

  /** The wall clock was set. */
  void moved(Duration by) {
    twin = twin == null ? null : new Twin(twin.older(), twin.newer(), twin.since().plus(by));
  }

  /** Whether it beat from more than one place, so that there may be a twin. */
  boolean isPossible() {
    return places.size() > 1 || twin != null;
  }

  /** Returns the twin; null while there is none. */
  @Nullable Twin now() {
    return twin;
  }
}
