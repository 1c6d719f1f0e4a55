package fil.heartbeat.api;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.HttpServerConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands in the pipeline of each connection before what Netty and Vert.x do there, which answer
 * some faults of clients with exceptions, a line in the log with its stack for each.
 */
final class HttpPipeline {
  private static final Logger log = LoggerFactory.getLogger(HttpPipeline.class);

  /** Requests that may wait for their answers. Browsers send one at a time, Prometheus too. */
  static final int MAX_PIPELINED = 64;

  private HttpPipeline() {}

  /** To be called when a connection is made, before it is read. */
  static void guard(HttpConnection connection) {
    ChannelPipeline pipeline =
        ((HttpServerConnection) connection).channelHandlerContext().pipeline();
    ChannelHandlerContext encoder = pipeline.context(HttpResponseEncoder.class);
    pipeline.addAfter(encoder.name(), "requests", new Requests());
    pipeline.addBefore("handler", "faults", new Faults());
  }

  /** Counts requests in and answers out; ends a connection that asks too much at once. */
  private static final class Requests extends ChannelDuplexHandler {
    private int unanswered;
    private boolean ended;

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      if (message instanceof HttpRequest request) {
        unanswered++;
        if (unanswered > MAX_PIPELINED && !ended) {
          ended = true;
          log.debug("connection ended, too many requests at once from={}", ctx.channel());
          var ignored = ctx.close();
        }
        check(request);
      }
      if (ended) {
        // One read may hold thousands.
        boolean ignored = ReferenceCountUtil.release(message);
        return;
      }
      ctx.fireChannelRead(message);
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
      }
      var ignored = ctx.write(message, promise);
    }

    private static boolean isProvisional(Object message) {
      return message instanceof HttpResponse response
          && response.status().codeClass().equals(HttpStatusClass.INFORMATIONAL);
    }
  }

  /**
   * Ends a connection that failed. What is under way on it hears of its end; of the failure itself
   * Vert.x would tell requests that wait for their turn too, and fail at those.
   */
  private static final class Faults extends ChannelInboundHandlerAdapter {
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      log.debug("connection ended from={} cause={}", ctx.channel(), String.valueOf(cause));
      var ignored = ctx.close();
    }
  }
}
