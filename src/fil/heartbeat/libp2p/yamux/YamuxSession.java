package fil.heartbeat.libp2p.yamux;

import static fil.heartbeat.libp2p.yamux.FrameHeader.GO_AWAY;
import static fil.heartbeat.libp2p.yamux.FrameHeader.RST;
import static fil.heartbeat.libp2p.yamux.FrameHeader.SYN;
import static fil.heartbeat.libp2p.yamux.FrameHeader.WINDOW_UPDATE;

import java.util.Arrays;

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

  /** RST code of recent go-libp2p: another connection took this one's place. */
  public static final long CODE_SUPPLANTED = 0x1005;

  private static final long GO_AWAY_PROTOCOL_ERROR = 1;
  private static final byte[] NOTHING = {};

  private final YamuxLimits limits;
  private final YamuxEvents events;
  private final StreamTable streams = new StreamTable();
  // Control frames leave before data; what ends a direction or the session leaves behind it.
  private final FrameOutput control = new FrameOutput();
  private final SendRing ring = new SendRing();
  private final FrameOutput last = new FrameOutput();
  private final FrameReader reader = new FrameReader();
  private final Pings pings;
  private final Inbound inbound;
  private byte[] rest = NOTHING;
  private int restAt;
  private int nextId;
  private boolean ended;
  private boolean remoteGoAway;
  private boolean broken;

  /**
   * @param dialer whether we dialled the connection (odd ids) or took it (even ids)
   */
  public YamuxSession(boolean dialer, YamuxLimits limits, YamuxEvents events) {
    this.limits = limits;
    this.events = events;
    this.nextId = dialer ? 1 : 2;
    this.pings = new Pings(limits, control);
    this.inbound = new Inbound(this, limits, events, streams, control, ring, pings, dialer ? 0 : 1);
  }

  /**
   * Takes decrypted bytes in any cut. Events are called from here. While it {@link #isHeld} what is
   * received waits here: the owner reads on only when {@link #resume} has ended that.
   *
   * @throws YamuxException after which the session is dead: what else is received is ignored
   */
  public void receive(byte[] bytes, int offset, int length, long nowNanos) throws YamuxException {
    if (broken) {
      return;
    }
    if (inbound.isHeld()) {
      int waiting = rest.length - restAt;
      byte[] joined = Arrays.copyOfRange(rest, restAt, restAt + waiting + length);
      System.arraycopy(bytes, offset, joined, waiting, length);
      rest = joined;
      restAt = 0;
      return;
    }
    int taken = take(bytes, offset, length, nowNanos);
    if (taken < length) {
      rest = Arrays.copyOfRange(bytes, offset + taken, offset + length);
      restAt = 0;
    }
  }

  private int take(byte[] bytes, int offset, int length, long nowNanos) throws YamuxException {
    inbound.now(nowNanos);
    try {
      return reader.receive(bytes, offset, length, inbound);
    } catch (YamuxException e) {
      broken = true;
      rest = NOTHING;
      restAt = 0;
      goAway(GO_AWAY_PROTOCOL_ERROR);
      throw e;
    }
  }

  /**
   * Whether the peer pings faster than it is answered, so that nothing more is taken for now: the
   * owner takes the output, reads no further and calls {@link #resume} after {@link #heldNanos}.
   */
  public boolean isHeld() {
    return !broken && inbound.isHeld();
  }

  /** Bytes received that wait for {@link #resume}. */
  public int heldBytes() {
    return rest.length;
  }

  /** When to call {@link #resume}; 0 when as soon as the output was taken. */
  public long heldNanos(long nowNanos) {
    return pings.waitNanos(nowNanos);
  }

  /**
   * Goes on with what waits, as far as it may.
   *
   * @return whether anything was done; it may be held again
   * @throws YamuxException as {@link #receive}
   */
  public boolean resume(long nowNanos) throws YamuxException {
    pings.resume(nowNanos);
    if (broken || inbound.isHeld()) {
      return false;
    }
    byte[] bytes = rest;
    int at = restAt;
    rest = NOTHING;
    restAt = 0;
    int taken = take(bytes, at, bytes.length - at, nowNanos);
    if (at + taken < bytes.length) {
      rest = bytes;
      restAt = at + taken;
    }
    return true;
  }

  /** Bytes to send now, several frames in one array; empty when there are none. */
  public byte[] takeOutput() {
    int ringAt = control.size();
    int lastAt = ringAt + ring.size();
    byte[] output = new byte[lastAt + last.size()];
    control.moveTo(output, 0);
    ring.moveTo(output, ringAt);
    last.moveTo(output, lastAt);
    pings.onOutputTaken();
    return output;
  }

  /** Bytes that wait to be taken or for a peer's window, all streams, with their headers. */
  public long queuedBytes() {
    return (long) control.size() + ring.size() + last.size() + ring.waiting();
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
    streams.add(new YamuxStream(id, false, ring));
    control.frame(WINDOW_UPDATE, SYN, id, 0);
    return id;
  }

  /**
   * Queues bytes behind those written before; they leave as the peer's window allows.
   *
   * @return a mark that {@link YamuxEvents#onWritten} reports; marks of a stream rise. When the
   *     window covers the bytes at once, the event is called before this returns, or, for a write
   *     made inside of that event, as soon as the owner returns from there. -1 when the stream is
   *     gone or our direction is closed
   */
  public long write(int streamId, byte[] bytes, int offset, int length) {
    YamuxStream stream = streams.get(streamId);
    if (stream == null || stream.finQueued) {
      return -1;
    }
    long mark = stream.enqueue(Arrays.copyOfRange(bytes, offset, offset + length));
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

  /**
   * Ends both directions now. Bytes of the stream that were not taken yet are dropped.
   *
   * @param code tells recent go-libp2p why, 0 for no reason; others ignore it
   */
  public void reset(int streamId, long code) {
    YamuxStream stream = streams.get(streamId);
    if (stream != null) {
      abandon(stream);
      control.frame(WINDOW_UPDATE, RST, streamId, code);
    }
  }

  /**
   * The owner is done with bytes of {@link YamuxEvents#onData}; at half a window credit goes out.
   */
  public void consumed(int streamId, int bytes) {
    YamuxStream stream = streams.get(streamId);
    if (stream != null) {
      credit(stream, stream.consume(bytes, false));
    }
  }

  /** As {@link #consumed}, with the credit for all that was consumed going out at once. */
  public void consumedNow(int streamId, int bytes) {
    YamuxStream stream = streams.get(streamId);
    if (stream != null) {
      credit(stream, stream.consume(bytes, true));
    }
  }

  /** Drops bytes that came behind the peer's FIN. */
  void giveBack(YamuxStream stream, int bytes) {
    credit(stream, stream.giveBack(bytes));
  }

  private void credit(YamuxStream stream, int delta) {
    if (delta > 0) {
      control.frame(WINDOW_UPDATE, 0, stream.id, delta);
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
      last.frame(GO_AWAY, 0, 0, code);
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

  /** Ends every stream at once, as {@link #reset} does; the owner hears nothing of it. */
  public void resetAll(long code) {
    streams.ids().forEach(id -> reset(id, code));
  }

  /** Inbound openings refused by the limits of the session, not by the owner, ever. */
  public long refusedStreams() {
    return inbound.refusedStreams();
  }

  /** Frames of a kind that were ignored, ever. */
  public long ignoredFrames(IgnoredFrame kind) {
    return inbound.ignored(kind);
  }

  /** Whether our GO_AWAY was queued: by the owner, or because the peer broke a rule. */
  public boolean isEnded() {
    return ended;
  }

  void remoteGoAway() {
    remoteGoAway = true;
  }

  /** Moves out what the window covers, and the FIN behind the last of it. */
  void pump(YamuxStream stream) {
    stream.pump(events);
    if (stream.isFinDue()) {
      stream.finSent = true;
      ring.fin(stream.id);
      endIfOver(stream);
    }
  }

  /** Ends a stream whose directions both ended in order; what is in the ring still leaves. */
  void endIfOver(YamuxStream stream) {
    if (stream.isOver() && !stream.isGone()) {
      streams.remove(stream);
      events.onClosed(stream.id);
    }
  }

  /** Ends a stream at once, with all that it had to send. */
  void abandon(YamuxStream stream) {
    ring.drop(stream.id);
    streams.remove(stream);
  }

  /** For tests: what must hold between any two calls. */
  void checkInvariants() {
    require(streams.isSound(), "streams");
    require(streams.inbound() <= limits.maxInboundStreams(), "inbound streams");
    require(streams.unacknowledged() <= limits.maxUnackedOutbound(), "unacknowledged streams");
    require(pings.isSound(), "pings");
    require(ring.size() == ring.countedSize(), "bytes to send");
    require(ring.waiting() == streams.countedWaiting(), "bytes that wait");
    require(ended || last.size() == 0, "GO_AWAY");
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new IllegalStateException("unsound: " + what);
    }
  }
}
