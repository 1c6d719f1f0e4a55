package fil.heartbeat.api;

import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.function.BooleanSupplier;

/** One open feed. What it does not take is not queued: it catches up when it can. */
final class FeedViewer {
  private final HttpServerResponse response;
  private final boolean gzip;
  private final List<String> rows;
  private final FeedChannel channel;
  private final BooleanSupplier mayRead;
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
      Answers.finish(response.write(FeedEvents.GZIP_HEADER));
    }
    first.forEach(this::write);
    seen = channel.number();
  }

  /**
   * Gives it the newest piece of its channel.
   *
   * @param catchUp what to write once it takes bytes again, given what it has seen
   * @return whether it was written; else the viewer is behind
   */
  boolean offer(FeedEvents piece, CatchUp catchUp) {
    if (behind) {
      return false;
    }
    if (response.writeQueueFull()) {
      behind = true;
      response.drainHandler(
          drained -> {
            behind = false;
            catchUp.missed(seen).forEach(this::write);
            seen = channel.number();
          });
      return false;
    }
    write(piece);
    seen = channel.number();
    return true;
  }

  /** Gives it what may be left out, unless it is slow. Answers whether it was written. */
  boolean offerExtra(FeedEvents extra) {
    boolean takes = !behind && !response.writeQueueFull();
    if (takes) {
      write(extra);
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

  private void write(FeedEvents events) {
    Answers.finish(response.write(events.bytes(gzip)));
  }
}
