package fil.heartbeat.libp2p.identify;

/**
 * Reads what a peer says on an identify or push stream: up to 4 messages of 8 KiB, merged; members
 * that a later message leaves out keep their value. Bounded memory whatever arrives.
 */
public final class IdentifyReader {

  /** A peer's message that breaks the limits or the encoding. */
  public static final class IdentifyException extends Exception {
    private static final long serialVersionUID = 1L;

    public IdentifyException(String message) {
      super(message);
    }
  }

  public IdentifyReader() {}

  /** Takes bytes in any cut. */
  public void receive(byte[] bytes, int offset, int length) throws IdentifyException {
    throw new UnsupportedOperationException();
  }

  /** What was said so far, complete messages only. */
  public IdentifyMessage message() {
    throw new UnsupportedOperationException();
  }
}
