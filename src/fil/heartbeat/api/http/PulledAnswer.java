package fil.heartbeat.api.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.util.Iterator;
import java.util.Optional;

/** An answer that is written as fast as the client reads, a piece at a time. */
final class PulledAnswer {
  private final RoutingContext ctx;
  private final Iterator<Buffer> pieces;

  private PulledAnswer(RoutingContext ctx, Iterator<Buffer> pieces) {
    this.ctx = ctx;
    this.pieces = pieces;
  }

  /**
   * Sends an answer in pieces.
   *
   * @param pieces made when they are written
   * @param of the object from which the pieces are made, held until the last is written
   * @param bytes memory of that object
   */
  static void send(RoutingContext ctx, Iterator<Buffer> pieces, Object of, long bytes) {
    Optional<HttpRequests> requests = HttpRequests.of(ctx.request());
    requests.ifPresent(each -> each.hold(of, bytes));
    int unused = ctx.addEndHandler(ended -> requests.ifPresent(each -> each.letGo(of)));
    new PulledAnswer(ctx, pieces).goOn();
  }

  /** Sends bytes that exist already; the caller sets their number in the headers. */
  static void send(RoutingContext ctx, Buffer body) {
    send(ctx, new Slices(body), body, body.length());
  }

  private void goOn() {
    while (pieces.hasNext() && !ctx.response().closed()) {
      Responses.finish(ctx.response().write(pieces.next()));
      if (ctx.response().writeQueueFull() && pieces.hasNext()) {
        ctx.response().drainHandler(drained -> goOn());
        return;
      }
    }
    if (!ctx.response().closed()) {
      Responses.finish(ctx.response().end());
    }
  }

  private static final class Slices implements Iterator<Buffer> {
    private final Buffer body;
    private int at;

    private Slices(Buffer body) {
      this.body = body;
    }

    @Override
    public boolean hasNext() {
      return at < body.length();
    }

    @Override
    public Buffer next() {
      int end = Math.min(body.length(), at + Responses.SLICE);
      Buffer slice = body.slice(at, end);
      at = end;
      return slice;
    }
  }
}
