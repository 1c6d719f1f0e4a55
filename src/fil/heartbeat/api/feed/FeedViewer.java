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
 * One open feed. It is written to as fast as it reads, and what it does not take is not queued: it
 * catches up when it can. A snapshot that is on its way to many is in memory once.
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

  /** Bytes of the first that is left which were written. */
  private int at;

  /** Of those that are left. */
  private long waiting;

  /** Handed to the socket, which has not taken it. */
  private long handed;

  private long tookAt;
  private boolean closed;
  private @Nullable CatchUp catchUp;
  private long seen;
  private boolean behind;

  /**
   * @param rows peer ids of which it wants every beat
   * @param mayRead whether the token that it came with still lets it
   * @param budget of what is kept for it
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

  /** It has others in sight now; to be called by its audience alone. */
  void rows(List<String> next) {
    rows = next;
  }

  /** What is on its way to it, in bytes; others may be told the same. */
  long held() {
    return waiting + handed;
  }

  /** When it last took something, or had nothing to take. */
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
   * Gives it the newest piece of its channel.
   *
   * @param missed what to write once it takes bytes again, given what it has seen
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

  /** Gives it what may be left out, unless it is slow. Answers whether it was written. */
  boolean offerExtra(FeedEvents extra) {
    boolean takes = !behind && !response.writeQueueFull();
    if (takes) {
      add(extra);
      write();
    }
    return takes;
  }

  /** What a viewer missed. */
  @FunctionalInterface
  interface CatchUp {
    List<FeedEvents> missed(long seen);
  }

  void end() {
    Responses.finish(response.end());
  }

  /** Ends it without waiting for what it does not read. */
  void cut() {
    Responses.finish(response.reset());
  }

  /** Nothing is kept for it from now on. */
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

  /** To the socket, which copies it. */
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

  /** Writes what it takes of what is left, and of what it missed meanwhile. */
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
