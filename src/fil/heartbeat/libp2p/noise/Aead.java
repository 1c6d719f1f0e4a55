package fil.heartbeat.libp2p.noise;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.IvParameterSpec;

/**
 * ChaCha20-Poly1305 with Noise's nonces: the only class that knows which library computes it. The
 * JDK's cipher is at least as fast as BouncyCastle's from 300 bytes on and far faster where the JDK
 * has intrinsics. Its cipher objects belong to threads and not to connections, so a connection
 * costs only a key. Spec: Noise revision 34, sections 5.1 and 12.3.
 */
final class Aead {

  /** Bytes that encryption adds. */
  static final int TAG = 16;

  private static final String TRANSFORMATION = "ChaCha20-Poly1305";

  // Two, since the JDK's cipher refuses the key and nonce it saw last, in either mode: two ends of
  // one connection may live on one thread.
  private static final ThreadLocal<Cipher> SEALING = ThreadLocal.withInitial(Aead::newCipher);
  private static final ThreadLocal<Cipher> OPENING = ThreadLocal.withInitial(Aead::newCipher);

  private Aead() {}

  /** Writes {@code length + TAG} bytes to {@code out}. */
  static void seal(
      SecretKey key,
      long nonce,
      byte[] associated,
      byte[] in,
      int offset,
      int length,
      byte[] out,
      int outOffset) {
    try {
      Cipher cipher = begin(SEALING, Cipher.ENCRYPT_MODE, key, nonce);
      cipher.updateAAD(associated);
      int written = cipher.doFinal(in, offset, length, out, outOffset);
      if (written != length + TAG) {
        throw new IllegalStateException("sealed: " + written + " bytes of " + length);
      }
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("sealing failed", e);
    }
  }

  /**
   * Returns the plaintext.
   *
   * @throws NoiseException when the tag is wrong or absent
   */
  static byte[] open(
      SecretKey key, long nonce, byte[] associated, byte[] in, int offset, int length)
      throws NoiseException {
    byte[] text = new byte[Math.max(0, length - TAG)];
    int unused = open(key, nonce, associated, in, offset, length, text);
    return text;
  }

  /**
   * Writes the plaintext to the begin of {@code out}, which has room for it; returns its length.
   *
   * @throws NoiseException when the tag is wrong or absent
   */
  static int open(
      SecretKey key, long nonce, byte[] associated, byte[] in, int offset, int length, byte[] out)
      throws NoiseException {
    if (length < TAG) {
      throw NoiseException.invalid(
          "noise ciphertext: " + length + " bytes (expected: at least " + TAG + ")");
    }
    try {
      Cipher cipher = begin(OPENING, Cipher.DECRYPT_MODE, key, nonce);
      cipher.updateAAD(associated);
      return cipher.doFinal(in, offset, length, out, 0);
    } catch (GeneralSecurityException e) {
      throw NoiseException.invalid(
          "noise ciphertext: " + length + " bytes that do not authenticate", e);
    }
  }

  private static Cipher begin(ThreadLocal<Cipher> ciphers, int mode, SecretKey key, long nonce)
      throws GeneralSecurityException {
    ByteBuffer bytes = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN).putLong(4, nonce);
    IvParameterSpec iv = new IvParameterSpec(bytes.array());
    Cipher cipher = ciphers.get();
    try {
      cipher.init(mode, key, iv);
      return cipher;
    } catch (InvalidKeyException e) {
      // The cipher saw this key and nonce last. CipherState ensures that a nonce is used once;
      // decrypting twice (a test's replay, two readers of one message) is harmless.
      Cipher fresh = newCipher();
      fresh.init(mode, key, iv);
      ciphers.set(fresh);
      return fresh;
    }
  }

  private static Cipher newCipher() {
    try {
      return Cipher.getInstance(TRANSFORMATION);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no " + TRANSFORMATION, e);
    }
  }
}
