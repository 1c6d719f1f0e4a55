package fil.heartbeat.libp2p.noise;

import fil.heartbeat.libp2p.curve.Curves;
import java.security.SecureRandom;

/** An X25519 key pair of this side. Never printed. Spec: RFC 7748. */
final class DhKey {

  /** Bytes of a public key, of a private key and of a shared secret. */
  static final int LENGTH = Curves.KEY;

  private final byte[] privateKey;
  private final byte[] publicKey;

  /** Any 32 bytes are a private key: each use sets the bits that are fixed. */
  static DhKey generate(SecureRandom random) {
    byte[] privateKey = new byte[LENGTH];
    random.nextBytes(privateKey);
    return new DhKey(privateKey);
  }

  /**
   * @param privateKey {@link #LENGTH} bytes, not copied
   */
  DhKey(byte[] privateKey) {
    this.privateKey = privateKey;
    this.publicKey = Curves.active().publicKey(privateKey);
  }

  /** Returns the public key; callers must not change the array. */
  byte[] publicKey() {
    return publicKey;
  }

  /**
   * Returns the secret shared with the holder of a public key.
   *
   * @throws NoiseException for a point of small order, whose secret is public
   */
  byte[] agree(byte[] remotePublicKey) throws NoiseException {
    byte[] secret = Curves.active().agree(privateKey, remotePublicKey);
    if (secret == null) {
      throw NoiseException.invalid("noise public key: of small order (expected: an X25519 key)");
    }
    return secret;
  }
}
