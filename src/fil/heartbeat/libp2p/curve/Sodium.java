package fil.heartbeat.libp2p.curve;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import java.nio.file.Path;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.jspecify.annotations.Nullable;

/**
 * By libsodium, called through JNA. The only class that needs JNA: nothing refers to it before JNA
 * was found. libsodium refuses the same points of small order and the same encodings of a key as
 * BouncyCastle does.
 */
final class Sodium implements Curves {

  private Sodium() {}

  /**
   * Loads the library for the rest of the process.
   *
   * @throws LinkageError when it cannot be loaded here, or has not all functions
   */
  static Sodium load(Path library) {
    Native.register(Sodium.class, NativeLibrary.getInstance(library.toString()));
    if (sodium_init() < 0) {
      throw new UnsatisfiedLinkError("libsodium does not start");
    }
    return new Sodium();
  }

  @Override
  public byte[] publicKey(byte[] privateKey) {
    require(privateKey, KEY);
    byte[] publicKey = new byte[KEY];
    int failed = crypto_scalarmult_curve25519_base(publicKey, privateKey);
    if (failed != 0) {
      throw new IllegalStateException("libsodium: no public key (expected: one of any key)");
    }
    return publicKey;
  }

  @Override
  public byte @Nullable [] agree(byte[] privateKey, byte[] remotePublicKey) {
    require(privateKey, KEY);
    require(remotePublicKey, KEY);
    byte[] secret = new byte[KEY];
    return crypto_scalarmult_curve25519(secret, privateKey, remotePublicKey) == 0 ? secret : null;
  }

  /** The point is checked in Java, once for each key: libsodium does so with each signature. */
  @Override
  public @Nullable Ed25519Check ed25519(byte[] publicKey) {
    require(publicKey, ED25519_KEY);
    if (!Ed25519.validatePublicKeyPartial(publicKey, 0)) {
      return null;
    }
    byte[] key = publicKey.clone();
    return (message, signature) ->
        signature.length == ED25519_SIGNATURE
            && crypto_sign_ed25519_verify_detached(signature, message, message.length, key) == 0;
  }

  @Override
  public String library() {
    return "libsodium";
  }

  /** A shorter array would be read beyond its end. */
  private static void require(byte[] bytes, int length) {
    if (bytes.length != length) {
      throw new IllegalArgumentException(
          "key of " + bytes.length + " bytes (expected: " + length + ")");
    }
  }

  private static native int sodium_init();

  private static native int crypto_scalarmult_curve25519_base(byte[] publicKey, byte[] privateKey);

  private static native int crypto_scalarmult_curve25519(
      byte[] secret, byte[] privateKey, byte[] publicKey);

  private static native int crypto_sign_ed25519_verify_detached(
      byte[] signature, byte[] message, long length, byte[] publicKey);
}
