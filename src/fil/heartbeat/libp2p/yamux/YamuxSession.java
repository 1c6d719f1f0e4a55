package fil.heartbeat.libp2p.yamux;

import static fil.heartbeat.libp2p.yamux.FrameHeader.ACK;
import static fil.heartbeat.libp2p.yamux.FrameHeader.DATA;
import static fil.heartbeat.libp2p.yamux.FrameHeader.FIN;
import static fil.heartbeat.libp2p.yamux.FrameHeader.GO_AWAY;
import static fil.heartbeat.libp2p.yamux.FrameHeader.PING;
import static fil.heartbeat.libp2p.yamux.FrameHeader.RST;
import static fil.heartbeat.libp2p.yamux.FrameHeader.SYN;
import static fil.heartbeat.libp2p.yamux.FrameHeader.WINDOW_UPDATE;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One yamux session, either side. One owner thread; times are {@code System.nanoTime} values that
 * the owner passes in. Spec: libp2p yamux, hashicorp yamux.
 *
 * <p>Stream ids are passed as Java ints and read unsigned. Calls for streams that are gone are
 * ignored.
 */
public final class YamuxSession {

  /** Window that each stream starts with, both ways, and that the receiver never raises. */
  public static final int INITIAL_WINDOW = 256 * 1024;

  /** Largest payload of a DATA frame we send. */
  public static final int MAX_SENT_PAYLOAD = 16 * 1024;

  /** RST code of recent go-libp2p: negotiation failed. */
  public static final long CODE_NEGOTIATION_FAILED = 0x1001;

  /** RST code of recent go-libp2p: a limit was reached. */
  public static final long CODE_RESOURCE_LIMIT = 0x1002;

  /** RST code of recent go-libp2p: too many too fast. */
  public static final long CODE_RATE_LIMITED = 0x1003;

  /** RST code of recent go-libp2p: the peer broke the rules. */
  public static final long CODE_PROTOCOL_VIOLATION = 0x1004;

  private static final long GO_AWAY_PROTOCOL_ERROR = 1;

  private final YamuxLimits limits;
  private final YamuxEvents events;
  private final StreamTable streams = new StreamTable();
  private final int remoteParity;
  private final Refusals refusals;
  private final Pings pings;
  // Control frames leave before data; what ends a direction or the session leaves behind it.
  private final FrameOutput control = new FrameOutput();
  private final FrameOutput data = new FrameOutput();
  private final byte[] header = new byte[FrameHeader.SIZE];
  private int headerBytes;
  private long bodyLeft;
  private @Nullable YamuxStream bodyStream;
  private boolean finAfterBody;
  private int nextId;
  private int highestRemoteId;
  private boolean ended;
  private boolean remoteGoAway;
  private long ignoredFrames;

  /**
   * @param dialer whether we dialled the connection (odd ids) or took it (even ids)
   */
  public YamuxSession(boolean dialer, YamuxLimits limits, YamuxEvents events) {
    this.limits = limits;
    this.events = events;
    this.nextId = dialer ? 1 : 2;
    this.remoteParity = dialer ? 0 : 1;
    this.refusals = new Refusals(limits.maxRefusedPerMinute());
    this.pings = new Pings(limits, control);
  }

  /**
   * Takes decrypted bytes in any cut. Events are called from here.
   *
   * @throws YamuxException after which the session is dead
   */
  public void receive(byte[] bytes, int offset, int length, long nowNanos) throws YamuxException {
    int at = offset;
    int end = offset + length;
    while (at < end) {
      if (bodyLeft > 0) {
        int part = (int) Math.min(bodyLeft, end - at);
        bodyLeft -= part;
        onBody(bytes, at, part);
        at += part;
      } else {
        int part = Math.min(FrameHeader.SIZE - headerBytes, end - at);
        System.arraycopy(bytes, at, header, headerBytes, part);
        headerBytes += part;
        at += part;
        if (headerBytes == FrameHeader.SIZE) {
          headerBytes = 0;
          try {
            onFrame(FrameHeader.decode(header), nowNanos);
          } catch (YamuxException e) {
            goAway(GO_AWAY_PROTOCOL_ERROR);
            throw e;
          }
        }
      }
    }
  }

  /** Bytes to send now, several frames in one array; empty when there are none. */
  public byte[] takeOutput() {
    byte[] output = new byte[control.size() + data.size()];
    int controlBytes = control.size();
    control.moveTo(output, 0);
    data.moveTo(output, controlBytes);
    pings.onOutputTaken();
    return output;
  }

  /** Bytes that wait for output or for a peer's window, all streams. */
  public long queuedBytes() {
    return control.size() + data.size() + streams.queuedBytes();
  }

  /**
   * Opens a stream (SYN queued).
   *
   * @return its id, or 0 when the session is ended or {@code maxUnackedOutbound} is reached
   */
  public int open() {
    if (ended
        || remoteGoAway
        || nextId < 0
        || streams.unacknowledged() >= limits.maxUnackedOutbound()) {
      return 0;
    }
    int id = nextId;
    nextId += 2;
    streams.add(new YamuxStream(id, false));
    control.frame(WINDOW_UPDATE, SYN, id, 0);
    return id;
  }

  /**
   * Queues bytes behind those written before; they leave as the peer's window allows.
   *
   * @return a mark that {@link YamuxEvents#onWritten} reports; marks of a stream rise. When the
   *     window covers the bytes at once, the event is called before this returns. -1 when the
   *     stream is gone or our direction is closed
   */
  public long write(int streamId, byte[] bytes, int offset, int length) {
    YamuxStream stream = streams.get(streamId);
    if (stream == null || stream.finQueued) {
      return -1;
    }
    long mark = stream.nextMark();
    stream.enqueue(Arrays.copyOfRange(bytes, offset, offset + length), mark);
    pump(stream);
    return mark;
  }

  /** Ends our direction behind what was written: a FIN frame of its own, never with payload. */
  public void closeWrite(int streamId) {
    YamuxStream stream = streams.get(streamId);
    if (stream != null && !stream.finQueued) {
      stream.finQueued = true;
      pump(stream);
    }
  }

  /** Ends both directions now; queued bytes of the stream are dropped. */
  public void reset(int streamId, long code) {
    YamuxStream stream = streams.get(streamId);
    if (stream != null) {
      streams.remove(stream);
      control.frame(WINDOW_UPDATE, RST, streamId, code);
    }
  }

  /**
   * The owner is done with bytes of {@link YamuxEvents#onData}; at half a window credit goes out.
   */
  public void consumed(int streamId, int bytes) {
    YamuxStream stream = streams.get(streamId);
    if (stream != null) {
      int delta = stream.consume(bytes);
      if (delta > 0) {
        control.frame(WINDOW_UPDATE, 0, streamId, delta);
      }
    }
  }

  /** Queues a ping unless one is outstanding; returns whether it did. */
  public boolean ping(long nowNanos) {
    return !ended && pings.send(nowNanos);
  }

  /** When the outstanding ping was sent; {@link Long#MIN_VALUE} when none is. */
  public long pingSentNanos() {
    return pings.sentNanos();
  }

  /** Queues GO_AWAY; no streams open after it. */
  public void goAway(long code) {
    if (!ended) {
      ended = true;
      data.frame(GO_AWAY, 0, 0, code);
    }
  }

  /** Streams alive, inbound. */
  public int inboundStreams() {
    return streams.inbound();
  }

  /** Streams alive, both ways. */
  public int streams() {
    return streams.size();
  }

  /** Inbound openings refused by limits, ever. */
  public long refusedStreams() {
    return refusals.total();
  }

  /** Frames for unknown streams that were ignored, ever. */
  public long ignoredFrames() {
    return ignoredFrames;
  }

  private void onFrame(FrameHeader frame, long nowNanos) throws YamuxException {
    switch (frame.type()) {
      case PING -> onPing(frame, nowNanos);
      case GO_AWAY -> {
        frame.requireSession();
        remoteGoAway = true;
        events.onGoAway(frame.length());
      }
      default -> onStreamFrame(frame, nowNanos);
    }
  }

  private void onPing(FrameHeader frame, long nowNanos) throws YamuxException {
    frame.requireSession();
    if (frame.has(SYN)) {
      pings.onPing(frame.length(), nowNanos);
      return;
    }
    long roundTrip = frame.has(ACK) ? pings.onPong(frame.length(), nowNanos) : Pings.IGNORED;
    if (roundTrip == Pings.IGNORED) {
      ignoredFrames++;
    } else {
      events.onPong(roundTrip);
    }
  }

  private void onStreamFrame(FrameHeader frame, long nowNanos) throws YamuxException {
    boolean isData = frame.type() == DATA;
    if (isData && frame.length() > INITIAL_WINDOW) {
      throw new YamuxException(
          "window",
          "DATA of " + frame.length() + " bytes (expected: at most " + INITIAL_WINDOW + ")");
    }
    YamuxStream stream = frame.has(SYN) ? onOpen(frame, nowNanos) : streams.get(frame.streamId());
    if (isData) {
      bodyLeft = frame.length();
      bodyStream = null;
      finAfterBody = false;
    }
    if (stream == null) {
      if (!frame.has(SYN)) {
        ignoredFrames++;
      }
      return;
    }
    if (frame.has(ACK)) {
      streams.acknowledge(stream);
    }
    if (frame.has(RST)) {
      streams.remove(stream);
      events.onReset(stream.id, isData ? 0 : frame.length());
      return;
    }
    if (isData) {
      onData(stream, frame);
      return;
    }
    if (!stream.grant(frame.length())) {
      throw new YamuxException("window-overflow", "send window above 2^32-1");
    }
    pump(stream);
    if (frame.has(FIN)) {
      onFin(stream);
    }
  }

  private @Nullable YamuxStream onOpen(FrameHeader frame, long nowNanos) throws YamuxException {
    int id = frame.streamId();
    if (id == 0 || (id & 1) != remoteParity || Integer.compareUnsigned(id, highestRemoteId) <= 0) {
      throw new YamuxException(
          "stream-id",
          "SYN for stream "
              + Integer.toUnsignedString(id)
              + " (expected: a new id of the peer's parity)");
    }
    highestRemoteId = id;
    if (ended || streams.inbound() >= limits.maxInboundStreams()) {
      control.frame(WINDOW_UPDATE, RST, id, CODE_RESOURCE_LIMIT);
      if (!refusals.add(nowNanos)) {
        throw new YamuxException(
            "refused-streams",
            "more than " + limits.maxRefusedPerMinute() + " refused SYNs a minute");
      }
      return null;
    }
    YamuxStream stream = new YamuxStream(id, true);
    streams.add(stream);
    control.frame(WINDOW_UPDATE, ACK, id, 0);
    events.onStream(id);
    return stream.gone ? null : stream;
  }

  private void onData(YamuxStream stream, FrameHeader frame) throws YamuxException {
    if (!stream.take(frame.length())) {
      throw new YamuxException(
          "window",
          "DATA of "
              + frame.length()
              + " bytes (expected: at most "
              + stream.receiveWindow()
              + ")");
    }
    if (stream.remoteClosed && frame.length() > 0) {
      reset(stream.id, CODE_PROTOCOL_VIOLATION);
      events.onReset(stream.id, CODE_PROTOCOL_VIOLATION);
      return;
    }
    if (frame.length() == 0) {
      if (frame.has(FIN)) {
        onFin(stream);
      }
      return;
    }
    bodyStream = stream;
    finAfterBody = frame.has(FIN);
  }

  private void onBody(byte[] bytes, int offset, int length) {
    YamuxStream stream = bodyStream;
    if (stream == null || stream.gone) {
      return;
    }
    events.onData(stream.id, bytes, offset, length);
    if (bodyLeft == 0) {
      bodyStream = null;
      if (finAfterBody && !stream.gone) {
        onFin(stream);
      }
    }
  }

  private void onFin(YamuxStream stream) {
    if (stream.remoteClosed || stream.gone) {
      return;
    }
    stream.remoteClosed = true;
    events.onRemoteClose(stream.id);
    endIfBothClosed(stream);
  }

  private void pump(YamuxStream stream) {
    stream.pump(
        new YamuxStream.Sink() {
          @Override
          public void data(byte[] bytes, int offset, int length) {
            data.data(stream.id, bytes, offset, length);
          }

          @Override
          public void written(long mark) {
            events.onWritten(stream.id, mark);
          }
        });
    if (stream.finQueued && !stream.finSent && !stream.hasQueue() && !stream.gone) {
      stream.finSent = true;
      data.frame(WINDOW_UPDATE, FIN, stream.id, 0);
      endIfBothClosed(stream);
    }
  }

  private void endIfBothClosed(YamuxStream stream) {
    if (stream.finSent && stream.remoteClosed && !stream.gone) {
      streams.remove(stream);
      events.onClosed(stream.id);
    }
  }

  /** For tests: whether what must hold between any two calls does. */
  boolean isSound() {
    return streams.isSound() && streams.inbound() <= limits.maxInboundStreams();
  }
}
