package fil.heartbeat.libp2p.identify;

import fil.heartbeat.libp2p.protobuf.ProtobufException;

/**
 * Reads a peer's identify or push stream: up to 4 messages of 8 KiB, merged; members missing in a
 * later message keep their value. Memory is limited whatever arrives.
 */
public final class IdentifyReader {

  /** A peer's message that breaks the limits or the encoding. */
  public static final class IdentifyException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Creates the exception with a message that names the broken rule. */
    public IdentifyException(String message) {
      super(message);
    }
  }

  /** Longest message accepted, as in go-libp2p and js-libp2p. */
  public static final int MAX_MESSAGE = 8 * 1024;

  /** Most messages accepted; go-libp2p sends two, with fields and signed record apart. */
  public static final int MAX_MESSAGES = 4;

  private static final byte[] NOTHING = {};
  private static final int MAX_LENGTH_BYTES = 2;

  private IdentifyMessage merged = IdentifyMessage.EMPTY;
  private byte[] message = NOTHING;
  private int received;
  private int length;
  private int lengthBytes;
  private boolean inBody;
  private int messages;
  private int taken;

  /** A reader that has received nothing. */
  public IdentifyReader() {}

  /** Takes bytes, split in any way. */
  public void receive(byte[] bytes, int offset, int count) throws IdentifyException {
    int at = offset;
    int end = offset + count;
    while (at < end) {
      if (!inBody) {
        takeLengthByte(bytes[at++]);
      } else {
        int part = Math.min(length - received, end - at);
        System.arraycopy(bytes, at, message, received, part);
        received += part;
        at += part;
      }
      if (inBody && received == length) {
        finish();
      }
    }
  }

  /** Returns the merged complete messages so far. */
  public IdentifyMessage message() {
    return merged;
  }

  /**
   * Returns the bytes of memory held: an incomplete message, and at most the size of the earlier
   * ones.
   */
  public int held() {
    return message.length + taken;
  }

  private void takeLengthByte(byte next) throws IdentifyException {
    if (lengthBytes == 0 && messages == MAX_MESSAGES) {
      throw new IdentifyException("more than " + MAX_MESSAGES + " messages");
    }
    length |= (next & 0x7f) << (7 * lengthBytes);
    lengthBytes++;
    if (next < 0 && lengthBytes < MAX_LENGTH_BYTES) {
      return;
    }
    if (next < 0 || length > MAX_MESSAGE || (lengthBytes > 1 && next == 0)) {
      throw new IdentifyException(
          "message length (expected: minimal, at most " + MAX_MESSAGE + ")");
    }
    message = new byte[length];
    inBody = true;
  }

  private void finish() throws IdentifyException {
    try {
      merged = merged.merge(message);
    } catch (ProtobufException e) {
      throw new IdentifyException("message " + (messages + 1) + ": " + e.getMessage());
    }
    messages++;
    taken += message.length;
    message = NOTHING;
    received = 0;
    length = 0;
    lengthBytes = 0;
    inBody = false;
  }
}
