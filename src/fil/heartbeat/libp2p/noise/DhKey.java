package fil.heartbeat.libp2p.noise;

import java.security.SecureRandom;
import org.bouncycastle.math.ec.rfc7748.X25519;

/** An X25519 key pair of this side. Never printed. Spec: RFC 7748. */
final class DhKey {

  /** Bytes of a public key, of a private key and of a shared secret. */
  static final int LENGTH = 32;

  private final byte[] privateKey;
  private final byte[] publicKey = new byte[LENGTH];

  static DhKey generate(SecureRandom random) {
    byte[] privateKey = new byte[LENGTH];
    X25519.generatePrivateKey(random, privateKey);
    return new DhKey(privateKey);
  }

  /**
   * @param privateKey {@link #LENGTH} bytes, not copied
   */
  DhKey(byte[] privateKey) {
    this.privateKey = privateKey;
    X25519.generatePublicKey(privateKey, 0, publicKey, 0);
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
    byte[] secret = new byte[LENGTH];
    if (!X25519.calculateAgreement(privateKey, 0, remotePublicKey, 0, secret, 0)) {
      throw NoiseException.invalid("noise public key: of small order (expected: an X25519 key)");
    }
    return secret;
  }
}
