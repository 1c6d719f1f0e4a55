package fil.heartbeat.libp2p.noise;

import java.util.Objects;

/**
 * The transport ciphers after the handshake. One owner at a time; sending and receiving are
 * independent of each other, until a message that does not decrypt ends both.
 */
public final class NoiseSession {

  /** Most plaintext bytes in one frame. */
  public static final int MAX_PLAINTEXT = NoiseFrames.MAX_TRANSPORT_MESSAGE - Aead.TAG;

  /**
   * Most messages sent under one key. Noise allows 2^64-1; js-libp2p ends a connection that counts
   * past 2^32-1, so this side ends it before that.
   */
  public static final long MAX_SENT_MESSAGES = 0xffff_ffffL;

  private static final byte[] NO_BYTES = {};

  private final CipherState sending;
  private final CipherState receiving;
  private volatile boolean dead;

  NoiseSession(byte[] sendingKey, byte[] receivingKey) {
    this(
        new CipherState(sendingKey, 0, MAX_SENT_MESSAGES),
        new CipherState(receivingKey, 0, CipherState.RESERVED_NONCE));
  }

  NoiseSession(CipherState sending, CipherState receiving) {
    this.sending = sending;
    this.receiving = receiving;
  }

  /**
   * Encrypts into as few frames as possible (at most {@link #MAX_PLAINTEXT} bytes of plaintext
   * each), with prefixes; empty plaintext gives no frame.
   *
   * @throws NoiseException {@code EXHAUSTED} when the key has sent its last message, {@code
   *     INVALID} after a failed decryption
   */
  public byte[] encrypt(byte[] plaintext, int offset, int length) throws NoiseException {
    Objects.checkFromIndexSize(offset, length, plaintext.length);
    requireAlive();
    long frames = ((long) length + MAX_PLAINTEXT - 1) / MAX_PLAINTEXT;
    byte[] out = new byte[Math.toIntExact(length + frames * (NoiseFrames.PREFIX + Aead.TAG))];
    int from = offset;
    int to = 0;
    while (to < out.length) {
      int taken = Math.min(MAX_PLAINTEXT, offset + length - from);
      NoiseFrames.writePrefix(taken + Aead.TAG, out, to);
      sending.seal(NO_BYTES, plaintext, from, taken, out, to + NoiseFrames.PREFIX);
      from += taken;
      to += NoiseFrames.PREFIX + taken + Aead.TAG;
    }
    return out;
  }

  /**
   * Decrypts one whole message (without its prefix); the plaintext may be empty.
   *
   * @throws NoiseException {@code INVALID} for bytes that are not a message of this key, {@code
   *     EXHAUSTED} when the key has received its last message; afterwards the session is unusable
   *     in both directions
   */
  public byte[] decrypt(byte[] message) throws NoiseException {
    requireAlive();
    try {
      return receiving.open(NO_BYTES, message, 0, message.length);
    } catch (NoiseException e) {
      dead = true;
      throw e;
    }
  }

  /**
   * As {@link #decrypt(byte[])}, into an array.
   *
   * @param plaintext has room for {@link #MAX_PLAINTEXT}
   * @return the length of the plaintext
   */
  public int decrypt(byte[] in, int offset, int length, byte[] plaintext) throws NoiseException {
    requireAlive();
    try {
      return receiving.open(NO_BYTES, in, offset, length, plaintext);
    } catch (NoiseException e) {
      dead = true;
      throw e;
    }
  }

  private void requireAlive() throws NoiseException {
    if (dead) {
      throw NoiseException.invalid("noise session: an earlier message did not decrypt");
    }
  }
}
