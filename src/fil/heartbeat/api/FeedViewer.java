package fil.heartbeat.api;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One open feed. It is written to as fast as it reads, and what it does not take is not queued: it
 * catches up when it can. A snapshot that is on its way to many is in memory once.
 */
final class FeedViewer {
  /** What is handed to the socket at once, which copies it. */
  private static final int SLICE = 64 * 1024;

  private final HttpServerResponse response;
  private final boolean gzip;
  private final List<String> rows;
  private final FeedChannel channel;
  private final BooleanSupplier mayRead;
  private final Deque<Buffer> left = new ArrayDeque<>();
  private @Nullable CatchUp catchUp;
  private long seen;
  private boolean behind;

  /**
   * @param rows peer ids of which it wants every beat
   * @param mayRead whether the token that it came with still lets it
   */
  FeedViewer(
      HttpServerResponse response,
      boolean gzip,
      List<String> rows,
      FeedChannel channel,
      BooleanSupplier mayRead) {
    this.response = response;
    this.gzip = gzip;
    this.rows = rows;
    this.channel = channel;
    this.mayRead = mayRead;
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

  /** Begins the stream. */
  void begin(List<FeedEvents> first) {
    if (gzip) {
      left.add(FeedEvents.GZIP_HEADER);
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
    Answers.finish(response.end());
  }

  private void add(FeedEvents events) {
    left.add(events.bytes(gzip));
  }

  /** Writes what it takes of what is left, and of what it missed meanwhile. */
  private void write() {
    while (!response.writeQueueFull()) {
      Buffer next = left.poll();
      if (next != null) {
        int length = Math.min(SLICE, next.length());
        if (length < next.length()) {
          left.addFirst(next.slice(length, next.length()));
        }
        Answers.finish(response.write(next.slice(0, length)));
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
    if (left.isEmpty() && catchUp == null) {
      behind = false;
      return;
    }
    if (!behind) {
      behind = true;
      response.drainHandler(drained -> write());
    }
  }
}
