package fil.heartbeat.api.http;

import fil.heartbeat.api.http.HttpConnections.Patience;
import fil.heartbeat.api.http.HttpConnections.Refusal;
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
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.HttpServerConnection;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The requests of one connection, from arrival to answer. Comes before the handlers of Netty and
 * Vert.x, which would answer some faults of clients with exceptions and log a stack trace for each.
 */
final class HttpRequests extends ChannelDuplexHandler {
  private static final Logger log = LoggerFactory.getLogger(HttpRequests.class);

  /** Requests that may wait for their answers. Browsers send one at a time, Prometheus too. */
  static final int MAX_PIPELINED = 64;

  /**
   * Closes a connection that failed. Requests in progress notice the close; Vert.x would pass the
   * failure itself also to requests that wait for their turn, and fail in doing so.
   */
  static final ChannelHandler FAULTS = new Faults();

  private static final long SECOND = 1_000_000_000;

  private final HttpConnections all;
  private final Patience patience;
  private final LongSupplier nanoTime;
  private @Nullable ChannelHandlerContext context;
  private int unanswered;

  /** True from the start of a connection, which begins with a head. */
  private boolean inHead = true;

  private boolean inBody;
  private boolean ended;

  /** Start of the current wait. */
  private long since;

  /** Bytes that the socket has not taken. */
  private long written;

  /** The object from which the rest of the answer is made; {@code sourceBytes} is its memory. */
  private @Nullable Object source;

  private long sourceBytes;

  /** When the socket last took bytes, or had none to take. */
  private long tookAt;

  HttpRequests(HttpConnections all, Patience patience, LongSupplier nanoTime) {
    this.all = all;
    this.patience = patience;
    this.nanoTime = nanoTime;
    since = nanoTime.getAsLong();
    tookAt = since;
  }

  /** Returns the handler of the connection of a request; empty on a connection without limits. */
  static Optional<HttpRequests> of(HttpServerRequest request) {
    return request.connection() instanceof HttpServerConnection connection
        ? Optional.ofNullable(connection.channelHandlerContext().pipeline().get(HttpRequests.class))
        : Optional.empty();
  }

  /** Returns a handler to place before the decoder that turns bytes into requests. */
  ChannelHandler heads() {
    return new ChannelInboundHandlerAdapter() {
      @Override
      public void channelRead(ChannelHandlerContext ctx, Object message) {
        bytes();
        ctx.fireChannelRead(message);
      }
    };
  }

  private void bytes() {
    if (!inHead && !inBody && unanswered == 0) {
      inHead = true;
      since = nanoTime.getAsLong();
    }
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof HttpRequest request) {
      unanswered++;
      inHead = false;
      inBody = true;
      since = nanoTime.getAsLong();
      check(request);
      if (unanswered > MAX_PIPELINED) {
        end(Refusal.PIPELINING);
      }
    }
    if (message instanceof HttpContent content
        && !(message instanceof HttpRequest)
        && content.decoderResult().isFailure()) {
      // It is unknown where the next request begins.
      end(null);
    }
    if (message instanceof LastHttpContent) {
      inBody = false;
      since = nanoTime.getAsLong();
    }
    if (ended) {
      // One read may contain thousands of requests.
      ReferenceCountUtil.release(message);
      return;
    }
    ctx.fireChannelRead(unanswered > 1 ? ofTheHeap(message) : message);
  }

  /**
   * Vert.x holds requests that wait for their turn, and does not release them when the connection
   * ends.
   */
  private static Object ofTheHeap(Object message) {
    if (!(message instanceof HttpContent content) || !content.content().isReadable()) {
      return message;
    }
    byte[] bytes = ByteBufUtil.getBytes(content.content());
    HttpContent copy = content.replace(Unpooled.wrappedBuffer(bytes));
    content.release();
    return copy;
  }

  /** Turns other versions into a fault: Vert.x would answer them 501, in those versions. */
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
    int bytes = message instanceof HttpContent content ? content.content().readableBytes() : 0;
    if (bytes == 0 || ended) {
      pass(ctx, message, promise);
      return;
    }
    begin();
    written += bytes;
    all.unread().add(bytes);
    pass(ctx, message, promise.unvoid().addListener(taken -> took(bytes)));
    all.makeRoom();
  }

  /** Passes a message on; its promise reports a failure. */
  @SuppressWarnings("FutureReturnValueIgnored")
  private static void pass(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    ctx.write(message, promise);
  }

  private void begin() {
    if (held() == 0) {
      tookAt = nanoTime.getAsLong();
    }
  }

  private void took(int bytes) {
    if (!ended) {
      tookAt = nanoTime.getAsLong();
      written -= bytes;
      all.unread().add(-bytes);
    }
  }

  /** Returns the bytes held for the client; other clients may share them. */
  long held() {
    return written + sourceBytes;
  }

  /** Returns when the client last took bytes, in seconds of a clock with any origin. */
  long tookAtSecond() {
    return Math.floorDiv(tookAt, SECOND);
  }

  /** Holds the object from which an answer is made. */
  void hold(Object what, long bytes) {
    if (source == null && !ended) {
      begin();
      source = what;
      sourceBytes = bytes;
      all.unread().hold(what, bytes);
      all.makeRoom();
    }
  }

  /** Releases that object. */
  void letGo(Object what) {
    if (source == what) {
      all.unread().letGo(what, sourceBytes);
      source = null;
      sourceBytes = 0;
    }
  }

  /** Releases everything; to be called when the connection has ended. */
  void letAllGo() {
    ended = true;
    all.unread().add(-written);
    written = 0;
    Object held = source;
    if (held != null) {
      letGo(held);
    }
  }

  private static boolean isProvisional(Object message) {
    return message instanceof HttpResponse response
        && response.status().codeClass().equals(HttpStatusClass.INFORMATIONAL);
  }

  /**
   * Closes the connection when the next part of a request, or the reading of an answer, is overdue.
   */
  void endIfLate(long now) {
    if (written > 0 && now - tookAt > patience.idle().toNanos()) {
      end(Refusal.UNREAD);
    } else if (inBody) {
      endIfLate(now, patience.body(), Refusal.BODY);
    } else if (unanswered == 0) {
      endIfLate(now, inHead ? patience.head() : patience.idle(), inHead ? Refusal.HEAD : null);
    }
  }

  private void endIfLate(long now, Duration limit, @Nullable Refusal reason) {
    if (now - since > limit.toNanos()) {
      end(reason);
    }
  }

  /**
   * @param reason null when this is no refusal, because the client has all its answers
   */
  void end(@Nullable Refusal reason) {
    ChannelHandlerContext ctx = context;
    if (ended || ctx == null) {
      return;
    }
    ended = true;
    if (reason != null) {
      all.refuse(reason, ctx.channel());
    }
    HttpConnections.close(ctx);
  }

  @ChannelHandler.Sharable
  private static final class Faults extends ChannelInboundHandlerAdapter {
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      log.debug("connection ended from={} cause={}", ctx.channel(), String.valueOf(cause));
      HttpConnections.close(ctx);
    }
  }
}
