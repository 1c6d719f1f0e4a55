package fil.heartbeat.libp2p.ping;

import java.util.OptionalLong;

/** The asking side of ping: one block of 32 random bytes, the time until its echo. */
public final class PingRequester {

  /** The echo differs from what was sent. */
  public static final class WrongEchoException extends Exception {
    private static final long serialVersionUID = 1L;

    public WrongEchoException(String message) {
      super(message);
    }
  }

  /**
   * @param block the 32 bytes to send
   */
  public PingRequester(byte[] block, long nowNanos) {}

  /**
   * Takes bytes in any cut.
   *
   * @return the round trip in nanoseconds once the echo is whole
   */
  public OptionalLong receive(byte[] bytes, int offset, int length, long nowNanos)
      throws WrongEchoException {
    throw new UnsupportedOperationException();
  }
}
