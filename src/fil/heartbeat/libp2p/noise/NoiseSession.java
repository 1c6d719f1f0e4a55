package fil.heartbeat.libp2p.noise;

/**
 * The transport ciphers after the handshake. One owner at a time; sending and receiving are
 * independent of each other.
 */
public final class NoiseSession {

  NoiseSession() {}

  /**
   * Encrypts into as few frames as possible (at most 65,519 bytes of plaintext each), with
   * prefixes.
   */
  public byte[] encrypt(byte[] plaintext, int offset, int length) throws NoiseException {
    throw new UnsupportedOperationException();
  }

  /**
   * Decrypts one whole message (without its prefix).
   *
   * @throws NoiseException after which the session decrypts nothing more
   */
  public byte[] decrypt(byte[] message) throws NoiseException {
    throw new UnsupportedOperationException();
  }
}
