package fil.heartbeat.api.feed;

import fil.heartbeat.api.http.Responses;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One open stream. It is written to as fast as the client reads. Pieces that the client cannot take
 * are not queued: it catches up once it can. A snapshot on its way to many viewers is in memory
 * once.
 */
final class FeedViewer {
  private final HttpServerResponse response;
  private final boolean gzip;
  private List<String> rows;
  private final FeedChannel channel;
  private final BooleanSupplier mayRead;
  private final FeedBudget budget;
  private final LongSupplier ticks;
  private final Deque<FeedEvents> left = new ArrayDeque<>();

  /** Bytes already written of the first events in {@code left}. */
  private int at;

  /** Bytes not yet written of the events in {@code left}. */
  private long waiting;

  /** Bytes handed to the socket, which has not sent them yet. */
  private long handed;

  private long tookAt;
  private boolean closed;
  private @Nullable CatchUp catchUp;
  private long seen;
  private boolean behind;

  /**
   * @param rows peer ids of which it wants every beat
   * @param mayRead whether its token still grants the right to read
   * @param budget of the bytes held for it
   * @param ticks the time, in any unit
   */
  FeedViewer(
      HttpServerResponse response,
      boolean gzip,
      List<String> rows,
      FeedChannel channel,
      BooleanSupplier mayRead,
      FeedBudget budget,
      LongSupplier ticks) {
    this.response = response;
    this.gzip = gzip;
    this.rows = rows;
    this.channel = channel;
    this.mayRead = mayRead;
    this.budget = budget;
    this.ticks = ticks;
    this.tookAt = ticks.getAsLong();
    this.seen = channel.number();
  }

  FeedChannel channel() {
    return channel;
  }

  boolean mayRead() {
    return mayRead.getAsBoolean();
  }

  List<String> rows() {
    return rows;
  }

  /** Sets the rows in sight; only for {@link FeedAudience}. */
  void rows(List<String> next) {
    rows = next;
  }

  /** Returns the bytes on their way to it; other viewers may share them. */
  long held() {
    return waiting + handed;
  }

  /** Returns when it last took something, or had nothing to take. */
  long tookAt() {
    return tookAt;
  }

  /** Begins the stream. */
  void begin(List<FeedEvents> first) {
    if (gzip) {
      hand(FeedEvents.GZIP_HEADER);
    }
    first.forEach(this::add);
    seen = channel.number();
    write();
  }

  /**
   * Sends the newest piece of its channel.
   *
   * @param missed makes the events to write once the client reads again, given the number it has
   *     seen
   * @return whether it was written; else the viewer is behind
   */
  boolean offer(FeedEvents piece, CatchUp missed) {
    if (behind || response.writeQueueFull()) {
      catchUp = missed;
      write();
      return false;
    }
    add(piece);
    seen = channel.number();
    write();
    return true;
  }

  /**
   * Sends an event that may be left out, unless the viewer is behind. Returns whether it was
   * written.
   */
  boolean offerExtra(FeedEvents extra) {
    boolean takes = !behind && !response.writeQueueFull();
    if (takes) {
      add(extra);
      write();
    }
    return takes;
  }

  /** Makes the events that a viewer missed. */
  @FunctionalInterface
  interface CatchUp {
    List<FeedEvents> missed(long seen);
  }

  void end() {
    Responses.finish(response.end());
  }

  /** Closes the stream without waiting for unread bytes. */
  void cut() {
    Responses.finish(response.reset());
  }

  /** Releases all that is held for it. */
  void close() {
    closed = true;
    catchUp = null;
    left.forEach(FeedEvents::letGo);
    left.clear();
    budget.add(-handed);
    waiting = 0;
    handed = 0;
  }

  private void add(FeedEvents events) {
    int length = events.bytes(gzip).length();
    if (held() == 0) {
      tookAt = ticks.getAsLong();
    }
    events.hold(budget);
    left.add(events);
    waiting += length;
  }

  /** Hands bytes to the socket, which copies them. */
  private void hand(Buffer bytes) {
    handed += bytes.length();
    budget.add(bytes.length());
    Responses.finish(
        response
            .write(bytes)
            .onComplete(
                taken -> {
                  if (!closed) {
                    tookAt = ticks.getAsLong();
                    handed -= bytes.length();
                    budget.add(-bytes.length());
                  }
                }));
  }

  /**
   * Writes as much as the client takes of the waiting events, and then of those it missed
   * meanwhile.
   */
  private void write() {
    while (!closed && !response.writeQueueFull()) {
      FeedEvents next = left.peek();
      if (next != null) {
        Buffer bytes = next.bytes(gzip);
        int end = Math.min(bytes.length(), at + Responses.SLICE);
        Buffer slice = bytes.slice(at, end);
        waiting -= slice.length();
        at = end;
        if (end == bytes.length()) {
          at = 0;
          left.remove();
          next.letGo();
        }
        hand(slice);
        continue;
      }
      CatchUp missed = catchUp;
      behind = false;
      if (missed == null) {
        return;
      }
      catchUp = null;
      missed.missed(seen).forEach(this::add);
      seen = channel.number();
    }
    if (closed || (left.isEmpty() && catchUp == null)) {
      behind = false;
      return;
    }
    if (!behind) {
      behind = true;
      response.drainHandler(drained -> write());
    }
  }
}
