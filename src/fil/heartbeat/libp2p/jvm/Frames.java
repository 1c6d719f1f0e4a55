package fil.heartbeat.libp2p.jvm;

import fil.heartbeat.libp2p.HostConfig;
import fil.heartbeat.libp2p.Libp2pException;
import fil.heartbeat.libp2p.Libp2pException.Code;
import fil.heartbeat.libp2p.host.Counters;
import fil.heartbeat.libp2p.host.PerMinute;
import fil.heartbeat.libp2p.host.Refusal;
import io.libp2p.etc.util.netty.mux.MuxId;
import io.libp2p.mux.yamux.YamuxFlag;
import io.libp2p.mux.yamux.YamuxFrame;
import io.libp2p.mux.yamux.YamuxFrameCodec;
import io.libp2p.mux.yamux.YamuxId;
import io.libp2p.mux.yamux.YamuxType;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.util.AttributeKey;
import io.netty.util.ReferenceCountUtil;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Sits between the yamux codec and the library's muxer, where every frame passes, and adds what the
 * muxer lacks: it notices when a stream's bytes have left, withholds credit while a stream is
 * paused, enforces the windows on the peer, and limits streams and queued bytes. Runs on the
 * connection's loop.
 */
final class Frames extends ChannelDuplexHandler {
  private static final AttributeKey<Frames> KEY = AttributeKey.valueOf(Frames.class, "frames");
  private static final int HEADER_BYTES = 12;

  /** RST code of recent go-libp2p: a limit was reached. */
  private static final long RESOURCE_LIMIT = 0x1002;

  /** RST code of recent go-libp2p: another connection replaced this one. */
  static final long SUPPLANTED = 0x1005;

  /** Smaller amounts are not counted in the budget of all connections. */
  private static final int UNCOUNTED_BYTES = 4 * 1024;

  private final HostConfig config;
  private final Counters counters;
  private final boolean dialer;
  private final PerMinute refusals;
  private final UnfinishedMessages unfinished = new UnfinishedMessages();
  private final Map<Long, StreamFlow> flows = new HashMap<>();
  private Consumer<Libp2pException> onEnd = cause -> {};
  private LongConsumer onGoAway = code -> {};
  private @Nullable ChannelHandlerContext context;
  private volatile long lastInboundNanos = System.nanoTime();

  /** Bytes that the muxer has not sent because they wait for the peer's windows. */
  private long inMuxer;

  private long inSocket;
  private int inbound;
  private int unnegotiated;
  private long pings;
  private Runnable onSent = () -> {};
  private LongConsumer unsent = bytes -> {};

  /**
   * @param dialer whether this host dialled, which decides which side has the odd ids
   */
  Frames(HostConfig config, Counters counters, boolean dialer) {
    this.config = config;
    this.counters = counters;
    this.dialer = dialer;
    this.refusals = new PerMinute(config.streams().maxRefusedStreamsPerMinute(), System.nanoTime());
  }

  static Frames of(Channel channel) {
    return channel.attr(KEY).get();
  }

  /** Sets the callbacks for a connection that has to end, and for a GO_AWAY of the peer. */
  void owner(Consumer<Libp2pException> end, LongConsumer goAway) {
    onEnd = end;
    onGoAway = goAway;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
    ctx.channel().attr(KEY).set(this);
    ctx.pipeline()
        .addBefore(
            ctx.pipeline().context(YamuxFrameCodec.class).name(),
            null,
            new FrameDecoder(what -> onEnd.accept(new Libp2pException(Code.PROTOCOL_ERROR, what))));
    unfinished.addTo(ctx.pipeline());
  }

  /** Returns the counter of incomplete messages. */
  UnfinishedMessages unfinished() {
    return unfinished;
  }

  /** Returns when bytes last arrived. Any thread. */
  long lastInboundNanos() {
    return lastInboundNanos;
  }

  /** Returns the bytes that the socket has not accepted. */
  long inSocket() {
    return inSocket;
  }

  /**
   * Sets the listener for the number of bytes that wait for the peer, called whenever it may have
   * changed.
   */
  void whenUnsent(LongConsumer listener) {
    unsent = listener;
  }

  /** Sets the action to run once the socket accepted everything. */
  void whenSent(Runnable action) {
    onSent = action;
  }

  /** Creates the account of a new stream. */
  StreamFlow opened(MuxId id) {
    return flows.computeIfAbsent(id.getId(), opening -> new StreamFlow());
  }

  /** The connection ended, and with it every stream that the muxer has not ended. */
  void ended() {
    counters.inboundStreams.addAndGet(-inbound);
    inbound = 0;
    inMuxer = 0;
    flows.clear();
    unsent.accept(0);
    unsent = bytes -> {};
  }

  /** The stream ended; its unsent bytes are dropped. */
  void closed(MuxId id, boolean wasInbound) {
    StreamFlow flow = flows.remove(id.getId());
    if (flow != null) {
      inMuxer -= flow.inMuxer();
      if (wasInbound) {
        inbound--;
        counters.inboundStreams.decrementAndGet();
      }
      count();
    }
  }

  /** An inbound negotiation ended, with or without success. */
  void negotiated() {
    unnegotiated--;
  }

  /** A stream gives bytes to the muxer. */
  void give(StreamFlow flow, int bytes) {
    flow.give(bytes);
    inMuxer += bytes;
    check();
  }

  void resume(MuxId id, StreamFlow flow) {
    long due = flow.resume();
    if (due > 0) {
      send(new YamuxFrame(id, YamuxType.WINDOW_UPDATE, YamuxFlag.Companion.getNONE(), due, null));
    }
  }

  void ping() {
    session(YamuxType.PING, YamuxFlag.SYN.getAsSet(), ++pings);
  }

  void goAway() {
    session(YamuxType.GO_AWAY, YamuxFlag.Companion.getNONE(), 0);
  }

  /** Sends the peer a reset with a code; the caller ends the stream itself. */
  void reset(MuxId id, long code) {
    send(new YamuxFrame(id, YamuxType.WINDOW_UPDATE, YamuxFlag.RST.getAsSet(), code, null));
  }

  private void session(YamuxType type, Set<YamuxFlag> flags, long value) {
    ChannelHandlerContext ctx = context;
    if (ctx != null) {
      send(
          new YamuxFrame(
              YamuxId.Companion.sessionId(ctx.channel().id()), type, flags, value, null));
    }
  }

  private void send(YamuxFrame frame) {
    ChannelHandlerContext ctx = context;
    if (ctx != null && ctx.channel().isActive()) {
      EventLoops.writeAndFlush(ctx, frame, counted(frame, ctx.newPromise()));
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    lastInboundNanos = System.nanoTime();
    YamuxFrame frame = (YamuxFrame) message;
    if (frame.getType() == YamuxType.PING || frame.getType() == YamuxType.GO_AWAY) {
      ctx.fireChannelRead(frame);
      if (frame.getType() == YamuxType.GO_AWAY) {
        onGoAway.accept(frame.getLength());
      }
      return;
    }
    if (frame.getFlags().contains(YamuxFlag.SYN) && !admitted(frame)) {
      return;
    }
    StreamFlow flow = flows.get(frame.getId().getId());
    if (flow == null) {
      // A frame of a stream that this host reset or refused; the muxer would throw.
      ReferenceCountUtil.release(frame);
      counters.framesIgnored.count("unknown-stream");
      return;
    }
    long bytes = frame.getType() == YamuxType.DATA ? frame.getLength() : 0;
    if (!flow.receive(bytes)) {
      ReferenceCountUtil.release(frame);
      onEnd.accept(
          new Libp2pException(Code.PROTOCOL_ERROR, "the peer sent more than a stream's window"));
      return;
    }
    if (bytes > 0 && flow.remoteClosed()) {
      // Two threads of a go-libp2p peer can cause this; the muxer would throw.
      ReferenceCountUtil.release(frame);
      counters.framesIgnored.count("behind-fin");
      flow.giveBack(bytes);
      send(
          new YamuxFrame(
              frame.getId(), YamuxType.WINDOW_UPDATE, YamuxFlag.Companion.getNONE(), bytes, null));
      return;
    }
    if (frame.getFlags().contains(YamuxFlag.FIN)) {
      flow.closeRemote();
    }
    if (frame.getFlags().contains(YamuxFlag.RST)
        && frame.getType() == YamuxType.WINDOW_UPDATE
        && frame.getLength() == SUPPLANTED) {
      // The muxer does not pass the code on.
      flow.supplant();
    }
    ctx.fireChannelRead(frame);
  }

  private boolean admitted(YamuxFrame frame) {
    long id = frame.getId().getId();
    boolean theirs = (id & 1) == (dialer ? 0 : 1);
    if (id == 0 || !theirs || flows.containsKey(id)) {
      ReferenceCountUtil.release(frame);
      onEnd.accept(
          new Libp2pException(
              Code.PROTOCOL_ERROR,
              "SYN for stream "
                  + id
                  + " (expected: an "
                  + (dialer ? "even" : "odd")
                  + " id that no open stream has)"));
      return false;
    }
    String refusal =
        inbound >= config.streams().maxInboundStreams()
            ? Refusal.STREAMS.label()
            : unnegotiated >= config.streams().maxUnnegotiatedStreams()
                ? Refusal.UNNEGOTIATED.label()
                : null;
    if (refusal == null) {
      flows.put(id, new StreamFlow());
      inbound++;
      unnegotiated++;
      counters.inboundStreams.incrementAndGet();
      return true;
    }
    ReferenceCountUtil.release(frame);
    counters.streamsRefused.count(refusal);
    reset(frame.getId(), RESOURCE_LIMIT);
    if (!refusals.allows(System.nanoTime())) {
      onEnd.accept(new Libp2pException(Code.PROTOCOL_ERROR, "a flood of streams"));
    }
    return false;
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    if (!(message instanceof YamuxFrame frame)) {
      EventLoops.write(ctx, message, promise);
      return;
    }
    StreamFlow flow = flows.get(frame.getId().getId());
    boolean credit = frame.getType() == YamuxType.WINDOW_UPDATE && frame.getFlags().isEmpty();
    if (credit && flow != null && !flow.credit(frame.getLength())) {
      ReferenceCountUtil.release(frame);
      promise.setSuccess();
      return;
    }
    EventLoops.write(ctx, frame, counted(frame, promise.unvoid()));
    check();
  }

  private ChannelPromise counted(YamuxFrame frame, ChannelPromise promise) {
    StreamFlow flow = flows.get(frame.getId().getId());
    int data = frame.getType() == YamuxType.DATA ? Math.toIntExact(frame.getLength()) : 0;
    if (flow != null) {
      flow.send(data);
      inMuxer -= data;
    }
    inSocket += HEADER_BYTES + data;
    return promise.addListener(
        done -> {
          inSocket -= HEADER_BYTES + data;
          if (done.isSuccess() && data > 0 && flow != null) {
            flow.take(data);
          }
          count();
          if (inSocket == 0) {
            onSent.run();
          }
        });
  }

  private void check() {
    if (inMuxer + inSocket > config.streams().maxOutboundBytes()) {
      onEnd.accept(
          new Libp2pException(
              Code.LIMIT,
              "the peer does not read: more than "
                  + config.streams().maxOutboundBytes()
                  + " bytes wait (maxOutboundBytes)"));
    }
    count();
  }

  private void count() {
    long bytes = inMuxer + inSocket;
    unsent.accept(bytes > UNCOUNTED_BYTES ? bytes : 0);
  }
}
