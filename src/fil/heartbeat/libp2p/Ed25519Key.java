package fil.heartbeat.libp2p;

import fil.heartbeat.libp2p.curve.Curves;
import java.util.Arrays;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * Ed25519: signing over BouncyCastle's arithmetic, many times faster than the JDK's provider;
 * checking by {@link Curves}.
 */
final class Ed25519Key implements SecretKey {
  private static final int SEED = Ed25519.SECRET_KEY_SIZE;
  private static final int PUBLIC = Ed25519.PUBLIC_KEY_SIZE;

  private final byte[] seed;
  private final byte[] publicKey;

  private Ed25519Key(byte[] seed) {
    this.seed = seed;
    this.publicKey = new byte[PUBLIC];
    Ed25519.generatePublicKey(seed, 0, publicKey, 0);
  }

  /** Reads 32 bytes that must be a point of the curve. */
  static SignatureCheck check(byte[] encoded) {
    if (encoded.length != PUBLIC) {
      throw KeyMessage.malformed("Ed25519 of " + encoded.length + " bytes (expected: 32)");
    }
    Curves.Ed25519Check check = Curves.active().ed25519(encoded);
    if (check == null) {
      throw KeyMessage.malformed("Ed25519 key is not a point of the curve (expected: one that is)");
    }
    return check::verify;
  }

  /** Reads seed and public key, or the older form with the public key twice. */
  static Ed25519Key read(byte[] encoded) {
    if (encoded.length != SEED + PUBLIC && encoded.length != SEED + 2 * PUBLIC) {
      throw KeyMessage.malformed(
          "Ed25519 private key of " + encoded.length + " bytes (expected: 64, or 96 in old files)");
    }
    Ed25519Key key = new Ed25519Key(Arrays.copyOf(encoded, SEED));
    for (int at = SEED; at < encoded.length; at += PUBLIC) {
      if (!Arrays.equals(encoded, at, at + PUBLIC, key.publicKey, 0, PUBLIC)) {
        throw KeyMessage.malformed(
            "the public half of an Ed25519 private key does not belong to it (expected: its own)");
      }
    }
    return key;
  }

  /** The key of 32 secret bytes. */
  static Ed25519Key of(byte[] secret) {
    if (secret.length != SEED) {
      throw KeyMessage.malformed(
          "Ed25519 secret of " + secret.length + " bytes (expected: " + SEED + ")");
    }
    return new Ed25519Key(secret.clone());
  }

  static Ed25519Key generate() {
    byte[] seed = new byte[SEED];
    Ed25519.generatePrivateKey(Randomness.source(), seed);
    return new Ed25519Key(seed);
  }

  @Override
  public KeyType type() {
    return KeyType.ED25519;
  }

  @Override
  public byte[] encoded() {
    byte[] both = Arrays.copyOf(seed, SEED + PUBLIC);
    System.arraycopy(publicKey, 0, both, SEED, PUBLIC);
    return both;
  }

  @Override
  public byte[] publicEncoded() {
    return publicKey.clone();
  }

  @Override
  public byte[] sign(byte[] message) {
    byte[] signature = new byte[Ed25519.SIGNATURE_SIZE];
    Ed25519.sign(seed, 0, publicKey, 0, message, 0, message.length, signature, 0);
    return signature;
  }
}
