package fil.heartbeat.libp2p.net;

import fil.heartbeat.libp2p.Libp2pException;
import fil.heartbeat.libp2p.Libp2pException.Code;
import fil.heartbeat.libp2p.host.Refusal;
import fil.heartbeat.libp2p.yamux.YamuxEvents;
import fil.heartbeat.libp2p.yamux.YamuxSession;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The streams of one connection: brings the session's events to them and keeps the limits that
 * yamux knows nothing of. On the connection's loop.
 */
final class ConnectionStreams implements YamuxEvents {
  private static final long MINUTE_NANOS = 60_000_000_000L;

  private final Connection connection;
  private final HostParts host;
  private final boolean dialer;
  private final Map<Integer, StreamSink> sinks = new HashMap<>();
  private int unnegotiated;
  private int pingStreams;
  private long countedRefusals;
  private int refusalsThisMinute;
  private long minuteNanos;

  /**
   * @param dialer whether we dialled, which says whose the odd ids are
   */
  ConnectionStreams(Connection connection, HostParts host, boolean dialer, long nowNanos) {
    this.connection = connection;
    this.host = host;
    this.dialer = dialer;
    this.minuteNanos = nowNanos;
  }

  boolean isEmpty() {
    return sinks.isEmpty();
  }

  /** The sink gets a stream's events from now on. */
  void become(int streamId, StreamSink sink) {
    if (sinks.put(streamId, sink) == null && isInbound(streamId)) {
      host.counters().inboundStreams.incrementAndGet();
    }
  }

  /** The stream is over. */
  void forget(int streamId) {
    if (sinks.remove(streamId) != null && isInbound(streamId)) {
      host.counters().inboundStreams.decrementAndGet();
    }
    if (sinks.isEmpty()) {
      connection.lastStreamEnded();
    }
  }

  /** All streams end for one cause. */
  void fail(Libp2pException cause) {
    List.copyOf(sinks.values()).forEach(sink -> sink.onGone(cause));
  }

  /** An inbound negotiation is over, either way. */
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

  void countRefused(String reason) {
    host.counters().streamsRefused.count(reason);
  }

  /** Something of the peer's had to be ended to free what it held. */
  void toldToLetGo() {
    host.refusals().refused(Refusal.INBOUND, connection.peer());
  }

  /** A handler of ours reset a stream; who makes us do that too often is refused for a while. */
  void resetByHandler(int streamId, String reason) {
    if (!isInbound(streamId)) {
      return;
    }
    countRefused(reason);
    if (host.penalties().reset(connection.peer(), host.nanoTime().getAsLong())) {
      host.refusals().refused(Refusal.PENALTY, connection.peer());
      connection.close("too many of its streams had to be reset");
    }
  }

  /** Counts what the session refused by its own limits. */
  void countSessionRefusals(YamuxSession session) {
    long refused = session.refusedStreams() - countedRefusals;
    if (refused > 0) {
      countedRefusals += refused;
      host.counters().streamsRefused.add(Refusal.STREAMS.word(), refused);
      host.refusals().refused(Refusal.STREAMS, connection.peer());
    }
  }

  @Override
  public void onStream(int streamId) {
    if (!connection.isOpen()) {
      return;
    }
    if (unnegotiated >= host.config().maxUnnegotiatedStreams()) {
      connection.session().reset(streamId, YamuxSession.CODE_RESOURCE_LIMIT);
      countRefused(Refusal.UNNEGOTIATED.word());
      host.refusals().refused(Refusal.UNNEGOTIATED, connection.peer());
      noteFlood();
      return;
    }
    unnegotiated++;
    InboundNegotiation negotiation = new InboundNegotiation(connection, streamId);
    become(streamId, negotiation);
    negotiation.start();
  }

  private void noteFlood() {
    long now = connection.loop().nanoTime();
    if (now - minuteNanos >= MINUTE_NANOS) {
      minuteNanos = now;
      refusalsThisMinute = 0;
    }
    refusalsThisMinute++;
    if (refusalsThisMinute > host.config().maxRefusedStreamsPerMinute()) {
      connection.violated("flood of streams from " + connection.peer());
    }
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
    String with = code == 0 ? "" : " (code " + code + ")";
    gone(streamId, new Libp2pException(Code.RESET, connection.peer() + " reset the stream" + with));
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

  private boolean isInbound(int streamId) {
    return ((streamId & 1) == 1) != dialer;
  }
}
