package fil.heartbeat.api;

import fil.heartbeat.api.HttpConnections.Patience;
import fil.heartbeat.api.HttpConnections.Refusal;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The requests of one connection, as they come and are answered. Stands before what Netty and
 * Vert.x do with them, which answer some faults of clients with exceptions, a line in the log with
 * its stack for each.
 */
final class HttpRequests extends ChannelDuplexHandler {
  private static final Logger log = LoggerFactory.getLogger(HttpRequests.class);

  /** Requests that may wait for their answers. Browsers send one at a time, Prometheus too. */
  static final int MAX_PIPELINED = 64;

  /**
   * Ends a connection that failed. What is under way on it hears of its end; of the failure itself
   * Vert.x would tell requests that wait for their turn too, and fail at those.
   */
  static final ChannelHandler FAULTS = new Faults();

  private final HttpConnections all;
  private final Patience patience;
  private final LongSupplier nanoTime;
  private @Nullable ChannelHandlerContext context;
  private int unanswered;
  private boolean inBody;
  private boolean isFirst = true;
  private boolean ended;

  /** When that began which is waited for. */
  private long since;

  HttpRequests(HttpConnections all, Patience patience, LongSupplier nanoTime) {
    this.all = all;
    this.patience = patience;
    this.nanoTime = nanoTime;
    since = nanoTime.getAsLong();
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof HttpRequest request) {
      unanswered++;
      inBody = true;
      isFirst = false;
      since = nanoTime.getAsLong();
      check(request);
      if (unanswered > MAX_PIPELINED) {
        end(Refusal.PIPELINING);
      }
    }
    if (message instanceof HttpContent content
        && !(message instanceof HttpRequest)
        && content.decoderResult().isFailure()) {
      // Where the next request begins is not known.
      end(null);
    }
    if (message instanceof LastHttpContent) {
      inBody = false;
      since = nanoTime.getAsLong();
    }
    if (ended) {
      // One read may hold thousands of requests.
      boolean ignored = ReferenceCountUtil.release(message);
      return;
    }
    ctx.fireChannelRead(unanswered > 1 ? ofTheHeap(message) : message);
  }

  /** Vert.x keeps what waits for its turn, and does not release it when the connection ends. */
  private static Object ofTheHeap(Object message) {
    if (!(message instanceof HttpContent content) || !content.content().isReadable()) {
      return message;
    }
    byte[] bytes = ByteBufUtil.getBytes(content.content());
    HttpContent copy = content.replace(Unpooled.wrappedBuffer(bytes));
    boolean ignored = content.release();
    return copy;
  }

  /** Vert.x answers other versions 501, in those versions. */
  private static void check(HttpRequest request) {
    HttpVersion version = request.protocolVersion();
    if (!version.equals(HttpVersion.HTTP_1_1) && !version.equals(HttpVersion.HTTP_1_0)) {
      request.setProtocolVersion(HttpVersion.HTTP_1_1);
      request.setDecoderResult(
          DecoderResult.failure(new IllegalArgumentException("version: " + version)));
    }
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    if (message instanceof LastHttpContent && !isProvisional(message)) {
      unanswered--;
      since = inBody ? since : nanoTime.getAsLong();
    }
    var ignored = ctx.write(message, promise);
  }

  private static boolean isProvisional(Object message) {
    return message instanceof HttpResponse response
        && response.status().codeClass().equals(HttpStatusClass.INFORMATIONAL);
  }

  /** Ends the connection when what is to come has not come in time. */
  void endIfLate(long now) {
    if (inBody) {
      endIfLate(now, patience.body(), Refusal.BODY);
    } else if (unanswered == 0) {
      endIfLate(now, isFirst ? patience.head() : patience.idle(), isFirst ? Refusal.HEAD : null);
    }
  }

  private void endIfLate(long now, Duration limit, @Nullable Refusal reason) {
    if (now - since > limit.toNanos()) {
      end(reason);
    }
  }

  /**
   * @param reason null for what is no refusal: the client had what it asked for
   */
  private void end(@Nullable Refusal reason) {
    ChannelHandlerContext ctx = context;
    if (ended || ctx == null) {
      return;
    }
    ended = true;
    if (reason != null) {
      all.refuse(reason, ctx.channel());
    }
    var ignored = ctx.close();
  }

  @ChannelHandler.Sharable
  private static final class Faults extends ChannelInboundHandlerAdapter {
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      log.debug("connection ended from={} cause={}", ctx.channel(), String.valueOf(cause));
      var ignored = ctx.close();
    }
  }
}
