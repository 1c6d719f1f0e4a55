package fil.heartbeat.libp2p.jvm;

import io.libp2p.security.noise.NoiseXXSecureChannelKt;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import java.util.function.IntConsumer;

/**
 * Counts the bytes of incomplete Noise messages, which the library buffers: bytes from the socket
 * less bytes passed on. Lives on the connection's loop.
 */
final class UnfinishedMessages {
  private static final int LENGTH_BYTES = 2;

  private int bytes;
  private IntConsumer listener = held -> {};

  /** Sets the listener for their number, called whenever no more can be read for now. */
  void whenRead(IntConsumer listener) {
    this.listener = listener;
  }

  /** Starts counting on a pipeline whose handshake is done. */
  void addTo(ChannelPipeline pipeline) {
    pipeline.addFirst(new Came());
    pipeline.addBefore(NoiseXXSecureChannelKt.NoiseCodeNettyHandlerName, null, new Went());
  }

  private final class Came extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      if (message instanceof ByteBuf read) {
        bytes += read.readableBytes();
      }
      ctx.fireChannelRead(message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
      ctx.fireChannelReadComplete();
      listener.accept(bytes);
    }
  }

  private final class Went extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      if (message instanceof ByteBuf whole) {
        // Not below zero: the bytes that arrived before the count began are unknown, but less than
        // a message.
        bytes = Math.max(0, bytes - LENGTH_BYTES - whole.readableBytes());
      }
      ctx.fireChannelRead(message);
    }
  }
}
