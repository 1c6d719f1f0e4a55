package fil.heartbeat.libp2p.yamux;

/**
 * Finds frames in bytes that are split in any way. Headers are assembled from their pieces; bodies
 * are passed on as they arrive, never collected.
 */
final class FrameReader {

  /** Receives the frames. */
  interface Sink {

    /** A header arrived; the body of DATA follows in pieces. */
    void onHeader(FrameHeader header) throws YamuxException;

    /**
     * A piece of the body of the last DATA frame arrived.
     *
     * @param last whether the body ends with it
     */
    void onBody(byte[] bytes, int offset, int length, boolean last);

    /** Whether it accepts no more for now; checked between calls. */
    boolean isHeld();
  }

  private final byte[] header = new byte[FrameHeader.SIZE];
  private int headerBytes;
  private long bodyLeft;

  /**
   * Passes frames to the sink; returns how many bytes were consumed: fewer than given once the sink
   * is held.
   */
  int receive(byte[] bytes, int offset, int length, Sink sink) throws YamuxException {
    int at = offset;
    int end = offset + length;
    while (at < end && !sink.isHeld()) {
      if (bodyLeft > 0) {
        int part = (int) Math.min(bodyLeft, end - at);
        bodyLeft -= part;
        sink.onBody(bytes, at, part, bodyLeft == 0);
        at += part;
        continue;
      }
      int part = Math.min(FrameHeader.SIZE - headerBytes, end - at);
      System.arraycopy(bytes, at, header, headerBytes, part);
      headerBytes += part;
      at += part;
      if (headerBytes == FrameHeader.SIZE) {
        headerBytes = 0;
        FrameHeader next = FrameHeader.decode(header);
        bodyLeft = next.type() == FrameHeader.DATA ? next.length() : 0;
        sink.onHeader(next);
      }
    }
    return at - offset;
  }
}
