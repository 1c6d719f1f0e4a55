package fil.heartbeat.libp2p.noise;

import org.jspecify.annotations.Nullable;

/**
 * Cuts a byte stream into Noise messages: a 2-byte big-endian length, then the message. Holds at
 * most one incomplete message, and no buffer when empty.
 */
public final class NoiseFrames {

  /** Longest handshake message taken; RSA-8192 keys and signatures need about 2.2 KiB. */
  public static final int MAX_HANDSHAKE_MESSAGE = 4096;

  /** Longest transport message the length prefix can say. */
  public static final int MAX_TRANSPORT_MESSAGE = 65_535;

  /** Adds bytes that arrived. */
  public void receive(byte[] bytes, int offset, int length) {
    throw new UnsupportedOperationException();
  }

  /**
   * The next whole message, without its prefix; null when it has not arrived.
   *
   * @param maxLength refuses a longer one from its prefix alone
   */
  public byte @Nullable [] next(int maxLength) throws NoiseException {
    throw new UnsupportedOperationException();
  }
}
