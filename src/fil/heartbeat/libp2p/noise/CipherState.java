package fil.heartbeat.libp2p.noise;

import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * One key and its message counter, which advances only on success. Its owner must stop using it at
 * the first failure. Spec: Noise revision 34, section 5.1.
 */
final class CipherState {

  /** The counter that Noise reserves; unsigned, 2^64-1. */
  static final long RESERVED_NONCE = -1L;

  private final SecretKey key;
  private final long end;
  private long nonce;

  /** Creates a state that may encrypt or decrypt as many messages as Noise allows. */
  CipherState(byte[] key) {
    this(key, 0, RESERVED_NONCE);
  }

  /**
   * @param nonce the first counter to use, unsigned
   * @param end the first counter not to use, unsigned
   */
  CipherState(byte[] key, long nonce, long end) {
    this.key = new SecretKeySpec(key, "ChaCha20");
    this.nonce = nonce;
    this.end = end;
  }

  /** Writes {@code length + Aead.TAG} bytes to {@code out}. */
  void seal(byte[] associated, byte[] in, int offset, int length, byte[] out, int outOffset)
      throws NoiseException {
    requireNonce();
    Aead.seal(key, nonce, associated, in, offset, length, out, outOffset);
    nonce++;
  }

  byte[] open(byte[] associated, byte[] in, int offset, int length) throws NoiseException {
    requireNonce();
    byte[] plaintext = Aead.open(key, nonce, associated, in, offset, length);
    nonce++;
    return plaintext;
  }

  /** Writes the plaintext to the begin of {@code out}; returns its length. */
  int open(byte[] associated, byte[] in, int offset, int length, byte[] out) throws NoiseException {
    requireNonce();
    int written = Aead.open(key, nonce, associated, in, offset, length, out);
    nonce++;
    return written;
  }

  private void requireNonce() throws NoiseException {
    if (Long.compareUnsigned(nonce, end) >= 0) {
      throw new NoiseException(
          NoiseException.Reason.EXHAUSTED,
          "noise key: used for all of its "
              + Long.toUnsignedString(end)
              + " messages (expected: a new connection)");
    }
  }
}
