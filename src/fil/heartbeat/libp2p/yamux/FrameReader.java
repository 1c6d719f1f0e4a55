package fil.heartbeat.libp2p.yamux;

/**
 * Finds frames in bytes of any cut. Headers are put together from their pieces; bodies are passed
 * on as they come, never collected.
 */
final class FrameReader {

  /** Who takes the frames. */
  interface Sink {

    /** A header; the body of DATA follows in pieces. */
    void onHeader(FrameHeader header) throws YamuxException;

    /**
     * A piece of the body of the DATA frame before.
     *
     * @param last whether the body ends with it
     */
    void onBody(byte[] bytes, int offset, int length, boolean last);

    /** Whether it takes no more for now; asked between any two calls. */
    boolean isHeld();
  }

  private final byte[] header = new byte[FrameHeader.SIZE];
  private int headerBytes;
  private long bodyLeft;

  /** Returns how many bytes were taken: fewer than there are once the sink is held. */
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
