package fil.heartbeat.libp2p.jvm;

import io.libp2p.core.P2PChannel;
import io.libp2p.etc.util.netty.mux.MuxId;
import io.libp2p.etc.util.netty.mux.RemoteWriteClosed;
import io.libp2p.transport.implementation.StreamOverNetty;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The first handler of every stream: counts written bytes and supervises the negotiation. The
 * library's own time limit starts when the stream opens, although Go peers send their first byte
 * only with their first message, and it does not end a negotiation when the peer does.
 */
final class StreamHead extends ChannelDuplexHandler {
  private static final AttributeKey<StreamHead> KEY =
      AttributeKey.valueOf(StreamHead.class, "head");

  private final Link link;
  private final Frames frames;
  private final MuxId id;
  private final StreamFlow flow;
  private final boolean inbound;
  private @Nullable Future<?> clock;
  private boolean negotiated;
  private boolean ours;

  private StreamHead(Link link, MuxId id, boolean inbound) {
    this.link = link;
    this.frames = link.frames();
    this.id = id;
    this.flow = frames.opened(id);
    this.inbound = inbound;
  }

  /** Puts a head on a stream that opens. */
  static void add(P2PChannel stream) {
    Channel channel = ((StreamOverNetty) stream).getNettyChannel();
    Link link = Link.of(channel.parent());
    StreamHead head = new StreamHead(link, (MuxId) channel.id(), !stream.isInitiator());
    channel.attr(KEY).set(head);
    channel.closeFuture().addListener(done -> head.onClosed());
    stream.pushHandler(head);
  }

  static StreamHead of(P2PChannel stream) {
    return ((StreamOverNetty) stream).getNettyChannel().attr(KEY).get();
  }

  Link link() {
    return link;
  }

  MuxId id() {
    return id;
  }

  StreamFlow flow() {
    return flow;
  }

  boolean isInbound() {
    return inbound;
  }

  /**
   * The protocol is agreed.
   *
   * @param streamOfOurs whether a {@link JvmStream} ends it; the library's own protocols leave
   *     streams open when the peer has ended
   */
  void agreed(boolean streamOfOurs) {
    ours = streamOfOurs;
    endNegotiation();
  }

  private void endNegotiation() {
    if (!negotiated) {
      negotiated = true;
      Future<?> running = clock;
      if (running != null) {
        running.cancel(false);
      }
      if (inbound) {
        frames.negotiated();
      }
    }
  }

  private void onClosed() {
    endNegotiation();
    frames.closed(id, inbound);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (inbound && !negotiated && clock == null) {
      clock =
          ctx.executor()
              .schedule(
                  () -> refuse(ctx, "negotiation-timeout"),
                  link.config().deadlines().negotiationTimeout().toNanos(),
                  TimeUnit.NANOSECONDS);
    }
    ctx.fireChannelRead(message);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event != RemoteWriteClosed.INSTANCE) {
      ctx.fireUserEventTriggered(event);
    } else if (!negotiated) {
      refuse(ctx, "negotiation-eof");
    } else {
      ctx.fireUserEventTriggered(event);
      if (!ours) {
        ctx.executor().execute(() -> EventLoops.disconnect(ctx.channel()));
      }
    }
  }

  private void refuse(ChannelHandlerContext ctx, String reason) {
    if (!negotiated) {
      if (inbound) {
        link.countRefused(reason);
      }
      EventLoops.close(ctx.channel());
    }
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    if (message instanceof ByteBuf bytes) {
      frames.give(flow, bytes.readableBytes());
    }
    EventLoops.write(ctx, message, promise);
  }
}
