package fil.heartbeat.libp2p.yamux;

import java.util.Arrays;

/** Frames that wait to be taken. Holds no array while empty. */
final class FrameOutput {
  private static final byte[] NOTHING = {};
  private static final int FIRST_SIZE = 64;
  private byte[] bytes = NOTHING;
  private int size;

  int size() {
    return size;
  }

  void frame(int type, int flags, int streamId, long length) {
    reserve(FrameHeader.SIZE);
    new FrameHeader(type, flags, streamId, length).encode(bytes, size);
    size += FrameHeader.SIZE;
  }

  void data(int streamId, byte[] payload, int offset, int length) {
    reserve(FrameHeader.SIZE + length);
    frame(FrameHeader.DATA, 0, streamId, length);
    System.arraycopy(payload, offset, bytes, size, length);
    size += length;
  }

  /** Copies into the target and empties this. */
  void moveTo(byte[] target, int offset) {
    System.arraycopy(bytes, 0, target, offset, size);
    bytes = NOTHING;
    size = 0;
  }

  private void reserve(int more) {
    if (bytes.length - size < more) {
      bytes = Arrays.copyOf(bytes, Math.max(size + more, Math.max(FIRST_SIZE, 2 * bytes.length)));
    }
  }
}
