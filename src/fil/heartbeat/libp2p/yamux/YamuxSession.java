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

  /** Initial window of each stream in both directions; this side never raises its own. */
  public static final int INITIAL_WINDOW = 256 * 1024;

  /** Largest payload of an outgoing DATA frame. */
  public static final int MAX_SENT_PAYLOAD = 16 * 1024;

  /** RST code of recent go-libp2p: negotiation failed. */
  public static final long CODE_NEGOTIATION_FAILED = 0x1001;

  /** RST code of recent go-libp2p: a limit was reached. */
  public static final long CODE_RESOURCE_LIMIT = 0x1002;

  /** RST code of recent go-libp2p: too many too fast. */
  public static final long CODE_RATE_LIMITED = 0x1003;

  /** RST code of recent go-libp2p: the peer broke the rules. */
  public static final long CODE_PROTOCOL_VIOLATION = 0x1004;

  /** RST code of recent go-libp2p: another connection replaced this one. */
  public static final long CODE_SUPPLANTED = 0x1005;

  private static final long GO_AWAY_PROTOCOL_ERROR = 1;
  private static final byte[] NOTHING = {};

  private final YamuxLimits limits;
  private final YamuxEvents events;
  private final StreamTable streams = new StreamTable();
  // Control frames are sent before data; frames that end a direction or the session are sent after
  // it.
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
   * @param dialer whether this side dialled the connection (odd ids) or accepted it (even ids)
   */
  public YamuxSession(boolean dialer, YamuxLimits limits, YamuxEvents events) {
    this.limits = limits;
    this.events = events;
    this.nextId = dialer ? 1 : 2;
    this.pings = new Pings(limits, control);
    this.inbound = new Inbound(this, limits, events, streams, control, ring, pings, dialer ? 0 : 1);
  }

  /**
   * Takes decrypted bytes, split in any way. Events are called from here. While it {@link #isHeld}
   * received bytes wait here: the owner reads on only after {@link #resume} ended that.
   *
   * @throws YamuxException after which the session is dead: all further bytes are ignored
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
   * Whether the peer pings faster than the allowed rate, so that nothing more is processed for now:
   * the owner takes the output, reads no further and calls {@link #resume} after {@link
   * #heldNanos}.
   */
  public boolean isHeld() {
    return !broken && inbound.isHeld();
  }

  /** Returns the received bytes that wait for {@link #resume}. */
  public int heldBytes() {
    return rest.length;
  }

  /**
   * Returns when to call {@link #resume}, in nanoseconds from now; 0 for as soon as the output was
   * taken.
   */
  public long heldNanos(long nowNanos) {
    return pings.waitNanos(nowNanos);
  }

  /**
   * Continues with the waiting bytes, as far as allowed.
   *
   * @return whether anything was done; the session may be held again
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

  /** Whether {@link #takeOutput} would return any bytes. */
  public boolean hasOutput() {
    return control.size() + ring.size() + last.size() > 0;
  }

  /** Returns the bytes to send now, several frames in one array; empty when there are none. */
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

  /**
   * Returns the bytes of all streams that wait to be taken or for the peer's windows, with headers.
   */
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
   * Queues bytes after earlier ones; they are sent as the peer's window allows.
   *
   * @return a mark that {@link YamuxEvents#onWritten} reports; marks of a stream rise. When the
   *     window covers the bytes at once, the event is called before this returns, or, for a write
   *     made inside that event, as soon as the owner returns from it. -1 when the stream is gone or
   *     the outbound direction is closed
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

  /**
   * Ends the outbound direction after all written bytes: a separate FIN frame, never with payload.
   */
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
   * @param code the reason for recent go-libp2p, 0 for none; other peers ignore it
   */
  public void reset(int streamId, long code) {
    YamuxStream stream = streams.get(streamId);
    if (stream != null) {
      abandon(stream);
      control.frame(WINDOW_UPDATE, RST, streamId, code);
    }
  }

  /**
   * The owner has processed bytes of {@link YamuxEvents#onData}; credit is sent once it reaches
   * half a window.
   */
  public void consumed(int streamId, int bytes) {
    YamuxStream stream = streams.get(streamId);
    if (stream != null) {
      credit(stream, stream.consume(bytes, false));
    }
  }

  /** As {@link #consumed}, but sends the credit for all consumed bytes at once. */
  public void consumedNow(int streamId, int bytes) {
    YamuxStream stream = streams.get(streamId);
    if (stream != null) {
      credit(stream, stream.consume(bytes, true));
    }
  }

  /** Drops bytes that arrived after the peer's FIN and returns their credit. */
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

  /** Returns when the outstanding ping was sent; {@link Long#MIN_VALUE} when there is none. */
  public long pingSentNanos() {
    return pings.sentNanos();
  }

  /** Queues GO_AWAY; no streams can be opened afterwards. */
  public void goAway(long code) {
    if (!ended) {
      ended = true;
      last.frame(GO_AWAY, 0, 0, code);
    }
  }

  /** Returns the number of open inbound streams. */
  public int inboundStreams() {
    return streams.inbound();
  }

  /** Returns the number of open streams in both directions. */
  public int streams() {
    return streams.size();
  }

  /** Ends every stream at once, as {@link #reset} does, without events. */
  public void resetAll(long code) {
    streams.ids().forEach(id -> reset(id, code));
  }

  /**
   * Returns the total of inbound streams refused by the session's limits, without those refused by
   * the owner.
   */
  public long refusedStreams() {
    return inbound.refusedStreams();
  }

  /** Returns the total of ignored frames. */
  public long ignoredFrames() {
    return inbound.ignored();
  }

  /** Returns the total of ignored frames of a kind. */
  public long ignoredFrames(IgnoredFrame kind) {
    return inbound.ignored(kind);
  }

  /** Whether a GO_AWAY was queued: by the owner, or because the peer broke a rule. */
  public boolean isEnded() {
    return ended;
  }

  void remoteGoAway() {
    remoteGoAway = true;
  }

  /** Moves the bytes that the window covers to the output, and the FIN after the last of them. */
  void pump(YamuxStream stream) {
    stream.pump(events);
    if (stream.isFinDue()) {
      stream.finSent = true;
      ring.fin(stream.id);
      endIfOver(stream);
    }
  }

  /** Ends a stream whose directions both ended regularly; its bytes in the ring are still sent. */
  void endIfOver(YamuxStream stream) {
    if (stream.isOver() && !stream.isGone()) {
      streams.remove(stream);
      events.onClosed(stream.id);
    }
  }

  /** Ends a stream at once and drops its unsent bytes. */
  void abandon(YamuxStream stream) {
    ring.drop(stream.id);
    streams.remove(stream);
  }

  /** For tests: checks the invariants. */
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
