package fil.heartbeat.libp2p.noise;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The running hash and chaining key of a handshake. Spec: Noise revision 34, section 5.2, with
 * SHA-256.
 */
final class SymmetricState {

  // 32 bytes, so by the specification it is the first hash itself.
  private static final String PROTOCOL = "Noise_XX_25519_ChaChaPoly_SHA256";
  private static final byte[] NO_BYTES = {};

  private final MessageDigest sha256;
  private final Mac hmac;
  private byte[] hash = PROTOCOL.getBytes(StandardCharsets.US_ASCII);
  private byte[] chainingKey = hash;
  private @Nullable CipherState cipher;

  /** Creates the state after libp2p's empty prologue. */
  SymmetricState() {
    try {
      sha256 = MessageDigest.getInstance("SHA-256");
      hmac = Mac.getInstance("HmacSHA256");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no SHA-256", e);
    }
    mixHash(NO_BYTES);
  }

  void mixHash(byte[] data) {
    mixHash(data, 0, data.length);
  }

  void mixKey(byte[] secret) {
    byte[][] keys = hkdf(secret);
    chainingKey = keys[0];
    cipher = new CipherState(keys[1]);
  }

  /** Encrypts, or leaves plain before the first key; mixes the bytes on the wire into the hash. */
  byte[] encryptAndHash(byte[] plaintext) throws NoiseException {
    byte[] sealed = plaintext;
    if (cipher != null) {
      sealed = new byte[plaintext.length + Aead.TAG];
      cipher.seal(hash, plaintext, 0, plaintext.length, sealed, 0);
    }
    mixHash(sealed);
    return sealed;
  }

  /** Decrypts the result of {@link #encryptAndHash}. */
  byte[] decryptAndHash(byte[] message, int offset, int length) throws NoiseException {
    byte[] plaintext =
        cipher == null
            ? Arrays.copyOfRange(message, offset, offset + length)
            : cipher.open(hash, message, offset, length);
    mixHash(message, offset, length);
    return plaintext;
  }

  /** Returns the two transport keys: from initiator to responder, and back. */
  byte[][] split() {
    return hkdf(NO_BYTES);
  }

  /** Returns a copy of the handshake hash. */
  byte[] hash() {
    return hash.clone();
  }

  private void mixHash(byte[] data, int offset, int length) {
    sha256.update(hash);
    sha256.update(data, offset, length);
    hash = sha256.digest();
  }

  private byte[][] hkdf(byte[] secret) {
    byte[] temporary = hmac(chainingKey, secret, NO_BYTES);
    byte[] first = hmac(temporary, NO_BYTES, new byte[] {1});
    byte[] second = hmac(temporary, first, new byte[] {2});
    return new byte[][] {first, second};
  }

  private byte[] hmac(byte[] key, byte[] data, byte[] more) {
    try {
      hmac.init(new SecretKeySpec(key, "HmacSHA256"));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("HMAC-SHA256 refused a key", e);
    }
    hmac.update(data);
    hmac.update(more);
    return hmac.doFinal();
  }
}
