package fil.heartbeat.libp2p.yamux;

import static fil.heartbeat.libp2p.yamux.FrameHeader.ACK;
import static fil.heartbeat.libp2p.yamux.FrameHeader.DATA;
import static fil.heartbeat.libp2p.yamux.FrameHeader.FIN;
import static fil.heartbeat.libp2p.yamux.FrameHeader.GO_AWAY;
import static fil.heartbeat.libp2p.yamux.FrameHeader.PING;
import static fil.heartbeat.libp2p.yamux.FrameHeader.RST;
import static fil.heartbeat.libp2p.yamux.FrameHeader.SYN;
import static fil.heartbeat.libp2p.yamux.FrameHeader.WINDOW_UPDATE;

import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Applies the peer's frames to a session. The header alone decides, before any of the body has
 * arrived. Any combination of flags is accepted, on DATA and WINDOW_UPDATE alike.
 */
final class Inbound implements FrameReader.Sink {
  private final YamuxSession session;
  private final YamuxLimits limits;
  private final YamuxEvents events;
  private final StreamTable streams;
  private final FrameOutput control;
  private final SendRing ring;
  private final Pings pings;
  private final Refusals refusals;
  private final int remoteParity;
  private final Map<IgnoredFrame, Long> ignored = new EnumMap<>(IgnoredFrame.class);
  private long allIgnored;
  private long nowNanos;
  private @Nullable YamuxStream bodyStream;
  private boolean finAfterBody;

  Inbound(
      YamuxSession session,
      YamuxLimits limits,
      YamuxEvents events,
      StreamTable streams,
      FrameOutput control,
      SendRing ring,
      Pings pings,
      int remoteParity) {
    this.session = session;
    this.limits = limits;
    this.events = events;
    this.streams = streams;
    this.control = control;
    this.ring = ring;
    this.pings = pings;
    this.refusals = new Refusals(limits.maxRefusedPerMinute());
    this.remoteParity = remoteParity;
  }

  void now(long nanos) {
    nowNanos = nanos;
  }

  long refusedStreams() {
    return refusals.total();
  }

  long ignored() {
    return allIgnored;
  }

  long ignored(IgnoredFrame kind) {
    return ignored.getOrDefault(kind, 0L);
  }

  private void ignore(IgnoredFrame kind) {
    allIgnored++;
    ignored.merge(kind, 1L, Long::sum);
  }

  @Override
  public boolean isHeld() {
    return pings.isHeld();
  }

  @Override
  public void onHeader(FrameHeader frame) throws YamuxException {
    switch (frame.type()) {
      case PING -> onPing(frame);
      case GO_AWAY -> {
        frame.requireSession();
        session.remoteGoAway();
        events.onGoAway(frame.length());
      }
      default -> onStreamFrame(frame);
    }
  }

  private void onPing(FrameHeader frame) throws YamuxException {
    frame.requireSession();
    if (frame.has(SYN)) {
      pings.onPing(frame.length(), nowNanos);
      return;
    }
    long roundTrip = frame.has(ACK) ? pings.onPong(frame.length(), nowNanos) : Pings.IGNORED;
    if (roundTrip == Pings.IGNORED) {
      ignore(IgnoredFrame.STRAY_PONG);
    } else {
      events.onPong(roundTrip);
    }
  }

  private void onStreamFrame(FrameHeader frame) throws YamuxException {
    boolean isData = frame.type() == DATA;
    bodyStream = null;
    finAfterBody = false;
    if (isData && frame.length() > YamuxSession.INITIAL_WINDOW) {
      throw overrun(frame, YamuxSession.INITIAL_WINDOW);
    }
    YamuxStream stream = frame.has(SYN) ? onOpen(frame) : known(frame);
    if (stream == null) {
      return;
    }
    // Some peers send the ACK flag late or not at all; any frame shows that they accepted the
    // stream.
    streams.acknowledge(stream);
    if (frame.has(RST)) {
      session.abandon(stream);
      events.onReset(stream.id, isData ? 0 : frame.length());
    } else if (isData) {
      onData(stream, frame);
    } else {
      onWindowUpdate(stream, frame);
    }
  }

  private @Nullable YamuxStream known(FrameHeader frame) {
    YamuxStream stream = streams.get(frame.streamId());
    if (stream == null) {
      ignore(IgnoredFrame.UNKNOWN_STREAM);
    }
    return stream;
  }

  /**
   * Ids arrive in any order: go and jvm peers assign them and send their SYNs without a common
   * lock. Whether an id is reused is up to the peer, so ids of ended streams are not stored.
   */
  private @Nullable YamuxStream onOpen(FrameHeader frame) throws YamuxException {
    int id = frame.streamId();
    if (id == 0 || (id & 1) != remoteParity || streams.get(id) != null) {
      throw new YamuxException(
          "stream-id",
          "SYN for stream "
              + Integer.toUnsignedString(id)
              + " (expected: an "
              + (remoteParity == 1 ? "odd" : "even")
              + " id that no open stream has)");
    }
    boolean full = session.isEnded() || streams.inbound() >= limits.maxInboundStreams();
    if (full || !events.admitsStream()) {
      control.frame(WINDOW_UPDATE, RST, id, YamuxSession.CODE_RESOURCE_LIMIT);
      if (!refusals.add(nowNanos, full)) {
        throw new YamuxException(
            YamuxException.REFUSED_STREAMS,
            "more refused streams than expected: at most "
                + limits.maxRefusedPerMinute()
                + " a minute");
      }
      return null;
    }
    YamuxStream stream = new YamuxStream(id, true, ring);
    streams.add(stream);
    control.frame(WINDOW_UPDATE, ACK, id, 0);
    events.onStream(id);
    return stream.isGone() ? null : stream;
  }

  private void onWindowUpdate(YamuxStream stream, FrameHeader frame) throws YamuxException {
    if (!stream.grant(frame.length())) {
      throw new YamuxException(
          "window-overflow",
          "credit of "
              + frame.length()
              + " on a window of "
              + stream.sendWindow()
              + " (expected: together at most "
              + YamuxStream.MAX_SEND_WINDOW
              + ")");
    }
    session.pump(stream);
    if (frame.has(FIN)) {
      onFin(stream);
    }
  }

  private void onData(YamuxStream stream, FrameHeader frame) throws YamuxException {
    if (!stream.take(frame.length())) {
      throw overrun(frame, stream.receiveWindow());
    }
    if (frame.length() == 0) {
      if (frame.has(FIN)) {
        onFin(stream);
      }
    } else if (stream.remoteClosed) {
      ignore(IgnoredFrame.BEHIND_FIN);
      session.giveBack(stream, (int) frame.length());
    } else {
      bodyStream = stream;
      finAfterBody = frame.has(FIN);
    }
  }

  @Override
  public void onBody(byte[] bytes, int offset, int length, boolean last) {
    YamuxStream stream = bodyStream;
    if (stream == null || stream.isGone()) {
      return;
    }
    events.onData(stream.id, bytes, offset, length);
    if (last) {
      bodyStream = null;
      if (finAfterBody) {
        onFin(stream);
      }
    }
  }

  private void onFin(YamuxStream stream) {
    if (stream.remoteClosed || stream.isGone()) {
      return;
    }
    stream.remoteClosed = true;
    events.onRemoteClose(stream.id);
    session.endIfOver(stream);
  }

  private static YamuxException overrun(FrameHeader frame, int window) {
    return new YamuxException(
        "window", "DATA of " + frame.length() + " bytes (expected: at most " + window + ")");
  }
}
