package fil.heartbeat.libp2p.yamux;

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

  /** RST code of recent go-libp2p: negotiation failed, limit, rate, violation. */
  public static final long CODE_NEGOTIATION_FAILED = 0x1001;

  public static final long CODE_RESOURCE_LIMIT = 0x1002;
  public static final long CODE_RATE_LIMITED = 0x1003;
  public static final long CODE_PROTOCOL_VIOLATION = 0x1004;

  /**
   * @param dialer whether we dialled the connection (odd ids) or took it (even ids)
   */
  public YamuxSession(boolean dialer, YamuxLimits limits, YamuxEvents events) {
    throw new UnsupportedOperationException();
  }

  /**
   * Takes decrypted bytes in any cut. Events are called from here.
   *
   * @throws YamuxException after which the session is dead
   */
  public void receive(byte[] bytes, int offset, int length, long nowNanos) throws YamuxException {
    throw new UnsupportedOperationException();
  }

  /** Bytes to send now, several frames in one array; empty when there are none. */
  public byte[] takeOutput() {
    throw new UnsupportedOperationException();
  }

  /** Bytes that wait for output or for a peer's window, all streams. */
  public long queuedBytes() {
    throw new UnsupportedOperationException();
  }

  /**
   * Opens a stream (SYN queued).
   *
   * @return its id, or 0 when the session is ended or {@code maxUnackedOutbound} is reached
   */
  public int open() {
    throw new UnsupportedOperationException();
  }

  /**
   * Queues bytes behind those written before; they leave as the peer's window allows.
   *
   * @return a mark that {@link YamuxEvents#onWritten} reports; marks of a stream rise. When the
   *     window covers the bytes at once, the event is called before this returns. -1 when the
   *     stream is gone or our direction is closed
   */
  public long write(int streamId, byte[] bytes, int offset, int length) {
    throw new UnsupportedOperationException();
  }

  /** Ends our direction behind what was written: a FIN frame of its own, never with payload. */
  public void closeWrite(int streamId) {
    throw new UnsupportedOperationException();
  }

  /** Ends both directions now; queued bytes of the stream are dropped. */
  public void reset(int streamId, long code) {
    throw new UnsupportedOperationException();
  }

  /**
   * The owner is done with bytes of {@link YamuxEvents#onData}; at half a window credit goes out.
   */
  public void consumed(int streamId, int bytes) {
    throw new UnsupportedOperationException();
  }

  /** Queues a ping unless one is outstanding; returns whether it did. */
  public boolean ping(long nowNanos) {
    throw new UnsupportedOperationException();
  }

  /** When the outstanding ping was sent; {@link Long#MIN_VALUE} when none is. */
  public long pingSentNanos() {
    throw new UnsupportedOperationException();
  }

  /** Queues GO_AWAY; no streams open after it. */
  public void goAway(long code) {
    throw new UnsupportedOperationException();
  }

  /** Streams alive, inbound. */
  public int inboundStreams() {
    throw new UnsupportedOperationException();
  }

  /** Streams alive, both ways. */
  public int streams() {
    throw new UnsupportedOperationException();
  }

  /** Inbound openings refused by limits, ever. */
  public long refusedStreams() {
    throw new UnsupportedOperationException();
  }

  /** Frames for unknown streams that were ignored, ever. */
  public long ignoredFrames() {
    throw new UnsupportedOperationException();
  }
}
