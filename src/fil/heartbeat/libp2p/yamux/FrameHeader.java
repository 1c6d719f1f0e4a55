package fil.heartbeat.libp2p.yamux;

/** The 12 bytes before each frame. Spec: yamux, "Framing". */
record FrameHeader(int type, int flags, int streamId, long length) {
  static final int SIZE = 12;

  static final int DATA = 0;
  static final int WINDOW_UPDATE = 1;
  static final int PING = 2;
  static final int GO_AWAY = 3;

  static final int SYN = 1;
  static final int ACK = 2;
  static final int FIN = 4;
  static final int RST = 8;
  private static final int ALL_FLAGS = SYN | ACK | FIN | RST;

  static FrameHeader decode(byte[] bytes) throws YamuxException {
    if (bytes[0] != 0) {
      throw new YamuxException("version", "yamux version " + (bytes[0] & 0xff) + " (expected: 0)");
    }
    int type = bytes[1] & 0xff;
    if (type > GO_AWAY) {
      throw new YamuxException("frame-type", "frame type " + type + " (expected: 0 to 3)");
    }
    int flags = (bytes[2] & 0xff) << 8 | (bytes[3] & 0xff);
    if ((flags & ~ALL_FLAGS) != 0) {
      throw new YamuxException("flags", "flags " + flags + " (expected: a mix of 1, 2, 4 and 8)");
    }
    return new FrameHeader(type, flags, int32(bytes, 4), int32(bytes, 8) & 0xffff_ffffL);
  }

  void encode(byte[] out, int offset) {
    out[offset] = 0;
    out[offset + 1] = (byte) type;
    out[offset + 2] = (byte) (flags >> 8);
    out[offset + 3] = (byte) flags;
    put(out, offset + 4, streamId);
    put(out, offset + 8, (int) length);
  }

  /** Checks that PING and GO_AWAY are on stream 0, the session. */
  void requireSession() throws YamuxException {
    if (streamId != 0) {
      throw new YamuxException(
          "stream-id",
          "session frame with stream id " + Integer.toUnsignedString(streamId) + " (expected: 0)");
    }
  }

  boolean has(int flag) {
    return (flags & flag) != 0;
  }

  private static int int32(byte[] bytes, int at) {
    return (bytes[at] & 0xff) << 24
        | (bytes[at + 1] & 0xff) << 16
        | (bytes[at + 2] & 0xff) << 8
        | (bytes[at + 3] & 0xff);
  }

  private static void put(byte[] out, int at, int value) {
    out[at] = (byte) (value >> 24);
    out[at + 1] = (byte) (value >> 16);
    out[at + 2] = (byte) (value >> 8);
    out[at + 3] = (byte) value;
  }
}
