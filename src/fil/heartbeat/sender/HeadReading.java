package fil.heartbeat.sender;

import fil.heartbeat.chain.TipsetKey;
import io.vertx.core.json.JsonObject;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The result of a head request. Any verticle may answer, so every part of the answer is checked.
 *
 * @param head the tipset, empty when there is no fresh one
 * @param height 0 to 2^53-1; 0 with an empty head
 * @param genesis CID text when given
 * @param syncing when given with a fresh head
 * @param faults everything that was wrong
 */
record HeadReading(
    TipsetKey head,
    long height,
    @Nullable String genesis,
    @Nullable Boolean syncing,
    Set<HeadFault> faults) {

  /** Larger heights lose precision in JSON readers that use doubles. */
  private static final long MAX_HEIGHT = (1L << 53) - 1;

  HeadReading {
    faults = Set.copyOf(faults);
  }

  /** Returns the reading for an answer that could not be read. */
  static HeadReading failed(HeadFault fault) {
    return new HeadReading(TipsetKey.EMPTY, 0, null, null, Set.of(fault));
  }

  /**
   * Reads {@code {"cids":["bafy…"],"height":123,"genesis":"bafy…"|null,"syncing":bool|null,
   * "asOf":"…Z"}}.
   *
   * @param body as received from the event bus
   * @param arrivedAt used when {@code asOf} is absent
   * @param now time at which the head must be fresh
   * @param maxAge how long after {@code asOf} it is fresh; an {@code asOf} further than that in the
   *     future is invalid
   */
  static HeadReading of(@Nullable Object body, Instant arrivedAt, Instant now, Duration maxAge) {
    return of(body, arrivedAt, now, maxAge, new LastAnswer());
  }

  /**
   * As {@link #of(Object, Instant, Instant, Duration)}.
   *
   * @param last keeps what was read, and knows what was
   */
  static HeadReading of(
      @Nullable Object body, Instant arrivedAt, Instant now, Duration maxAge, LastAnswer last) {
    if (!(body instanceof JsonObject json)) {
      return failed(HeadFault.UNREADABLE);
    }
    Set<HeadFault> faults = EnumSet.noneOf(HeadFault.class);
    String genesis = genesis(json, faults, last);
    TipsetKey head = last.key(json.getValue("cids"));
    Instant asOf = asOf(json, arrivedAt);
    if (head == null || asOf == null || asOf.isAfter(now.plus(maxAge))) {
      faults.add(HeadFault.UNREADABLE);
    } else if (head.cids().isEmpty()) {
      faults.add(HeadFault.NO_HEAD);
    } else if (asOf.plus(maxAge).isBefore(now)) {
      faults.add(HeadFault.STALE);
    } else {
      return new HeadReading(head, height(json, faults), genesis, syncing(json, faults), faults);
    }
    return new HeadReading(TipsetKey.EMPTY, 0, genesis, null, faults);
  }

  static @Nullable Instant asOf(JsonObject json, Instant absent) {
    Object value = json.getValue("asOf");
    if (value == null) {
      return absent;
    }
    try {
      return json.getInstant("asOf");
    } catch (DateTimeException | ClassCastException e) {
      return null;
    }
  }

  private static long height(JsonObject json, Set<HeadFault> faults) {
    Object value = json.getValue("height");
    if (value instanceof Integer || value instanceof Long) {
      long height = ((Number) value).longValue();
      if (height >= 0 && height <= MAX_HEIGHT) {
        return height;
      }
    }
    faults.add(HeadFault.BAD_HEIGHT);
    return 0;
  }

  private static @Nullable String genesis(JsonObject json, Set<HeadFault> faults, LastAnswer last) {
    Object value = json.getValue("genesis");
    if (value == null) {
      return null;
    }
    if (value instanceof String text) {
      try {
        return last.genesis(text);
      } catch (IllegalArgumentException e) {
        faults.add(HeadFault.BAD_GENESIS);
        return null;
      }
    }
    faults.add(HeadFault.BAD_GENESIS);
    return null;
  }

  private static @Nullable Boolean syncing(JsonObject json, Set<HeadFault> faults) {
    Object value = json.getValue("syncing");
    if (value == null || value instanceof Boolean) {
      return (Boolean) value;
    }
    faults.add(HeadFault.BAD_SYNCING);
    return null;
  }
}
