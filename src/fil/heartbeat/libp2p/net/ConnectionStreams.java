package fil.heartbeat.libp2p.net;

import fil.heartbeat.libp2p.Libp2pException;
import fil.heartbeat.libp2p.Libp2pException.Code;
import fil.heartbeat.libp2p.host.Misconduct;
import fil.heartbeat.libp2p.host.Refusal;
import fil.heartbeat.libp2p.yamux.IgnoredFrame;
import fil.heartbeat.libp2p.yamux.YamuxEvents;
import fil.heartbeat.libp2p.yamux.YamuxSession;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The streams of one connection: passes the session's events to them and enforces the limits beyond
 * those of yamux. Lives on the connection's loop.
 */
final class ConnectionStreams implements YamuxEvents {
  private static final Logger log = LoggerFactory.getLogger(ConnectionStreams.class);

  private final Connection connection;
  private final HostParts host;
  private final Misconduct misconduct;
  private final boolean dialer;
  private final Map<Integer, StreamSink> sinks = new HashMap<>();
  private int unnegotiated;
  private int pingStreams;
  private long countedRefusals;
  private final Map<IgnoredFrame, Long> countedIgnored = new EnumMap<>(IgnoredFrame.class);
  private long countedAllIgnored;

  /**
   * @param dialer whether this host dialled, which decides which side has the odd ids
   */
  ConnectionStreams(Connection connection, HostParts host, boolean dialer) {
    this.connection = connection;
    this.host = host;
    this.misconduct = host.misconduct(connection.peer());
    this.dialer = dialer;
  }

  boolean isEmpty() {
    return sinks.isEmpty();
  }

  /** Sets the sink of a stream's events from now on. */
  void become(int streamId, StreamSink sink) {
    if (sinks.put(streamId, sink) == null && isInbound(streamId)) {
      host.counters().inboundStreams.incrementAndGet();
    }
  }

  /** Removes a stream that ended. */
  void forget(int streamId, StreamSink sink) {
    if (sinks.remove(streamId, sink) && isInbound(streamId)) {
      host.counters().inboundStreams.decrementAndGet();
    }
    if (sinks.isEmpty()) {
      connection.lastStreamEnded();
    }
  }

  /** Ends all streams with one cause. */
  void fail(Libp2pException cause) {
    List.copyOf(sinks.values()).forEach(sink -> sink.onGone(cause));
  }

  /** An inbound negotiation ended, with or without success. */
  void negotiated() {
    unnegotiated--;
  }

  /** Whether one more ping stream may open. */
  boolean takePingStream(int maxPingStreams) {
    if (pingStreams >= maxPingStreams) {
      return false;
    }
    pingStreams++;
    return true;
  }

  void givePingStreamBack() {
    pingStreams--;
  }

  /** Returns the record of the peer's misconduct. */
  Misconduct misconduct() {
    return misconduct;
  }

  void countRefused(String reason) {
    misconduct.countRefused(reason);
  }

  /** Logs that a stream or connection of the peer was ended to free its held bytes. */
  void logInboundLimit() {
    misconduct.refused(Refusal.INBOUND);
  }

  /**
   * Counts a broken rule, and logs the peer's first violation.
   *
   * @param detail what it did and what was expected
   * @param limit the limit to raise, or {@code none}
   */
  void violation(String reason, String detail, String limit) {
    misconduct.violation(reason, detail, limit);
  }

  /**
   * Counts a stream that was reset because the peer broke a rule of its protocol; a peer with too
   * many of these is refused for a while.
   */
  void resetForViolation(int streamId, String reason, String detail) {
    if (!isInbound(streamId)) {
      return;
    }
    if (misconduct.streamReset(reason, detail, host.nanoTime().getAsLong())) {
      for (Connection each : host.table().of(connection.peer())) {
        each.loop().run(() -> each.close("too many of its streams had to be reset"));
      }
    }
  }

  /** Logs a failed handler, at the rate of refusals; the peer is not to blame. */
  void handlerFailed(String protocol, RuntimeException failure) {
    countRefused("handler-error");
    long suppressed = host.refusals().note("handler-error");
    if (suppressed >= 0) {
      log.warn(
          "stream handler failed protocol={} peer={} suppressed={}",
          protocol,
          connection.peer(),
          suppressed,
          failure);
    }
  }

  /** Adds the session's counts of refused streams and ignored frames. */
  void countSession(YamuxSession session) {
    if (session.ignoredFrames() > countedAllIgnored) {
      countedAllIgnored = session.ignoredFrames();
      for (IgnoredFrame kind : IgnoredFrame.values()) {
        long ignored = session.ignoredFrames(kind);
        long counted = ignored == 0 ? 0 : countedIgnored.getOrDefault(kind, 0L);
        if (ignored > counted) {
          countedIgnored.put(kind, ignored);
          host.counters().framesIgnored.add(kind.label(), ignored - counted);
        }
      }
    }
    long refused = session.refusedStreams() - countedRefusals;
    if (refused > 0) {
      countedRefusals += refused;
      host.counters().streamsRefused.add(Refusal.STREAMS.label(), refused);
      misconduct.refused(Refusal.STREAMS);
    }
  }

  @Override
  public boolean admitsStream() {
    boolean room = unnegotiated < host.config().streams().maxUnnegotiatedStreams();
    if (!room) {
      countRefused(Refusal.UNNEGOTIATED.label());
      misconduct.refused(Refusal.UNNEGOTIATED);
    }
    return room;
  }

  @Override
  public void onStream(int streamId) {
    if (!connection.isOpen()) {
      return;
    }
    unnegotiated++;
    InboundNegotiation negotiation = new InboundNegotiation(connection, streamId);
    become(streamId, negotiation);
    negotiation.start();
  }

  @Override
  public void onData(int streamId, byte[] bytes, int offset, int length) {
    StreamSink sink = sinks.get(streamId);
    if (sink != null) {
      sink.onData(bytes, offset, length);
    }
  }

  @Override
  public void onRemoteClose(int streamId) {
    StreamSink sink = sinks.get(streamId);
    if (sink != null) {
      sink.onRemoteClose();
    }
  }

  @Override
  public void onReset(int streamId, long code) {
    boolean supplanted = code == YamuxSession.CODE_SUPPLANTED;
    String with =
        code == 0
            ? ""
            : supplanted
                ? " (newer connections of this id took its place)"
                : " (code " + code + ")";
    gone(
        streamId,
        new Libp2pException(
            supplanted ? Code.SUPPLANTED : Code.RESET,
            connection.peer() + " reset the stream" + with));
  }

  @Override
  public void onWritten(int streamId, long mark) {
    StreamSink sink = sinks.get(streamId);
    if (sink != null) {
      sink.onWritten(mark);
    }
  }

  @Override
  public void onClosed(int streamId) {
    gone(streamId, null);
  }

  private void gone(int streamId, @Nullable Libp2pException cause) {
    StreamSink sink = sinks.get(streamId);
    if (sink != null) {
      sink.onGone(cause);
    }
  }

  @Override
  public void onPong(long roundTripNanos) {}

  @Override
  public void onGoAway(long code) {
    connection.remoteGoAway(code);
  }

  boolean isInbound(int streamId) {
    return ((streamId & 1) == 1) != dialer;
  }
}
