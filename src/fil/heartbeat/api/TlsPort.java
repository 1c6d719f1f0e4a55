package fil.heartbeat.api;

import static java.nio.charset.StandardCharsets.US_ASCII;

import fil.heartbeat.api.http.HttpConnections;
import fil.heartbeat.api.http.HttpConnections.Refusal;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.ApplicationProtocolNegotiator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.vertx.core.net.JdkSSLEngineOptions;
import io.vertx.core.spi.tls.DefaultSslContextFactory;
import io.vertx.core.spi.tls.SslContextFactory;
import java.util.List;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSessionContext;

/**
 * Adds to Vert.x what it lacks on a TLS port: connections count from their start instead of from
 * the end of the handshake, and a client that speaks plain HTTP gets an answer that says so.
 */
final class TlsPort extends JdkSSLEngineOptions {
  /** Type, version and length of a record. */
  private static final int RECORD_HEADER = 5;

  private static final String BODY =
      "{\"type\":\"about:blank\",\"title\":\"Bad Request\",\"status\":400,"
          + "\"detail\":\"plain HTTP (expected: HTTPS)\",\"instance\":\"/\"}";

  private static final byte[] PLAIN =
      ("HTTP/1.1 400 Bad Request\r\ncontent-type: application/problem+json\r\nconnection: close\r\n"
              + "content-length: "
              + BODY.length()
              + "\r\n\r\n"
              + BODY)
          .getBytes(US_ASCII);

  private final HttpConnections connections;

  TlsPort(HttpConnections connections) {
    this.connections = connections;
  }

  @Override
  public TlsPort copy() {
    return new TlsPort(connections);
  }

  @Override
  public SslContextFactory sslContextFactory() {
    return new DefaultSslContextFactory(SslProvider.JDK, false) {
      @Override
      public SslContext create() throws SSLException {
        return new Context(super.create(), connections);
      }
    };
  }

  /** Another context, except for the handlers that it makes. */
  private static final class Context extends SslContext {
    private final SslContext inner;
    private final HttpConnections connections;

    private Context(SslContext inner, HttpConnections connections) {
      this.inner = inner;
      this.connections = connections;
    }

    @Override
    public boolean isClient() {
      return inner.isClient();
    }

    @Override
    public List<String> cipherSuites() {
      return inner.cipherSuites();
    }

    @Override
    @SuppressWarnings("deprecation")
    public ApplicationProtocolNegotiator applicationProtocolNegotiator() {
      return inner.applicationProtocolNegotiator();
    }

    @Override
    public SSLEngine newEngine(ByteBufAllocator allocator) {
      return inner.newEngine(allocator);
    }

    @Override
    public SSLEngine newEngine(ByteBufAllocator allocator, String peerHost, int peerPort) {
      return inner.newEngine(allocator, peerHost, peerPort);
    }

    @Override
    public SSLSessionContext sessionContext() {
      return inner.sessionContext();
    }

    @Override
    protected SslHandler newHandler(ByteBufAllocator allocator, boolean startTls, Executor tasks) {
      return new Handler(newEngine(allocator), tasks, connections);
    }

    @Override
    protected SslHandler newHandler(
        ByteBufAllocator allocator,
        String peerHost,
        int peerPort,
        boolean startTls,
        Executor tasks) {
      return new Handler(newEngine(allocator, peerHost, peerPort), tasks, connections);
    }
  }

  private static final class Handler extends SslHandler {
    private final HttpConnections connections;
    private boolean looked;

    private Handler(SSLEngine engine, Executor tasks, HttpConnections connections) {
      super(engine, false, tasks);
      this.connections = connections;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) throws Exception {
      super.handlerAdded(ctx);
      if (!connections.enter(ctx.channel())) {
        looked = true;
        HttpConnections.close(ctx);
      }
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out)
        throws SSLException {
      if (!looked && in.readableBytes() >= RECORD_HEADER) {
        looked = true;
        if (!SslHandler.isEncrypted(in, false)) {
          in.skipBytes(in.readableBytes());
          connections.refuse(Refusal.NOT_TLS, ctx.channel());
          ctx.writeAndFlush(Unpooled.wrappedBuffer(PLAIN)).addListener(ChannelFutureListener.CLOSE);
          return;
        }
      }
      super.decode(ctx, in, out);
    }
  }
}
