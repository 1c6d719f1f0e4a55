package fil.heartbeat.libp2p.jvm;

import io.libp2p.mux.yamux.YamuxFlag;
import io.libp2p.mux.yamux.YamuxFrame;
import io.libp2p.mux.yamux.YamuxId;
import io.libp2p.mux.yamux.YamuxType;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Reads yamux frames in place of the library's codec, which rejects frames with two flags and
 * collects each frame until it is whole. Here every flag becomes a frame of its own, in the order
 * of their meaning, and the bytes of a frame are passed on as they arrive. Runs on the connection's
 * loop.
 */
final class FrameDecoder extends ChannelInboundHandlerAdapter {
  private static final int HEADER_BYTES = 12;
  private static final int ALL_FLAGS = 15;
  private static final Set<YamuxFlag> NONE = YamuxFlag.Companion.getNONE();

  private final Consumer<String> onViolation;
  private final ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
  private long bodyLeft;
  private boolean finAfterBody;
  private boolean broken;

  /**
   * @param onViolation called once with the invalid input and what was expected; no frame follows
   */
  FrameDecoder(Consumer<String> onViolation) {
    this.onViolation = onViolation;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (!(message instanceof ByteBuf bytes)) {
      ctx.fireChannelRead(message);
      return;
    }
    try {
      while (bytes.isReadable() && !broken && ctx.channel().isActive()) {
        if (bodyLeft > 0) {
          takeBody(ctx, bytes);
        } else {
          takeHeader(ctx, bytes);
        }
      }
    } finally {
      bytes.release();
    }
  }

  private void takeBody(ChannelHandlerContext ctx, ByteBuf bytes) {
    int part = (int) Math.min(bodyLeft, bytes.readableBytes());
    bodyLeft -= part;
    YamuxId id = id(ctx);
    boolean fin = finAfterBody && bodyLeft == 0;
    ctx.fireChannelRead(
        new YamuxFrame(id, YamuxType.DATA, NONE, part, bytes.readRetainedSlice(part)));
    if (fin) {
      ctx.fireChannelRead(new YamuxFrame(id, YamuxType.DATA, YamuxFlag.FIN.getAsSet(), 0, null));
    }
  }

  private void takeHeader(ChannelHandlerContext ctx, ByteBuf bytes) {
    int part = Math.min(header.remaining(), bytes.readableBytes());
    bytes.readBytes(header.array(), header.position(), part);
    header.position(header.position() + part);
    if (header.hasRemaining()) {
      return;
    }
    header.clear();
    int type = header.get(1) & 0xff;
    int flags = header.getShort(2) & 0xffff;
    if (header.get(0) != 0) {
      violated("yamux version " + (header.get(0) & 0xff) + " (expected: 0)");
    } else if (type > YamuxType.GO_AWAY.getIntValue()) {
      violated("frame type " + type + " (expected: 0 to 3)");
    } else if ((flags & ~ALL_FLAGS) != 0) {
      violated("flags " + flags + " (expected: a mix of 1, 2, 4 and 8)");
    } else {
      begin(ctx, YamuxType.Companion.fromInt(type), flags);
    }
  }

  private void violated(String what) {
    broken = true;
    onViolation.accept(what);
  }

  private YamuxId id(ChannelHandlerContext ctx) {
    return new YamuxId(ctx.channel().id(), header.getInt(4) & 0xffff_ffffL);
  }

  /**
   * Emits the frame that opens a stream before all others of the same input frame, and the one that
   * ends it last.
   */
  private void begin(ChannelHandlerContext ctx, YamuxType type, int flags) {
    YamuxId id = id(ctx);
    boolean isData = type == YamuxType.DATA;
    long length = header.getInt(8) & 0xffff_ffffL;
    long value = isData ? 0 : length;
    bodyLeft = isData ? length : 0;
    finAfterBody = bodyLeft > 0 && (flags & YamuxFlag.FIN.getIntFlag()) != 0;
    boolean said = false;
    for (YamuxFlag flag : YamuxFlag.values()) {
      boolean later = flag == YamuxFlag.FIN && finAfterBody;
      if ((flags & flag.getIntFlag()) != 0 && !later) {
        ctx.fireChannelRead(new YamuxFrame(id, type, flag.getAsSet(), value, null));
        value = 0;
        said = true;
      }
    }
    if (!said && bodyLeft == 0) {
      ctx.fireChannelRead(new YamuxFrame(id, type, NONE, value, null));
    }
  }
}
