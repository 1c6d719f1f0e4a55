package fil.heartbeat.libp2p.yamux;

import java.util.Arrays;

/** A queue of outgoing frames without a body. Holds no array while empty. */
final class FrameOutput {
  private static final byte[] NOTHING = {};
  private static final int FIRST_SIZE = 64;
  private byte[] bytes = NOTHING;
  private int size;

  int size() {
    return size;
  }

  void frame(int type, int flags, int streamId, long length) {
    if (bytes.length - size < FrameHeader.SIZE) {
      bytes = Arrays.copyOf(bytes, Math.max(FIRST_SIZE, 2 * bytes.length));
    }
    new FrameHeader(type, flags, streamId, length).encode(bytes, size);
    size += FrameHeader.SIZE;
  }

  /** Copies into the target and empties this. */
  void moveTo(byte[] target, int offset) {
    System.arraycopy(bytes, 0, target, offset, size);
    bytes = NOTHING;
    size = 0;
  }
}
