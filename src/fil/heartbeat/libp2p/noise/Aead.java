package fil.heartbeat.libp2p.noise;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.ChaCha20ParameterSpec;
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
  private static final ThreadLocal<Cipher> SEALING =
      ThreadLocal.withInitial(() -> newCipher(TRANSFORMATION));
  private static final ThreadLocal<Cipher> OPENING =
      ThreadLocal.withInitial(() -> newCipher(TRANSFORMATION));

  /** Longest text of {@link #openShort}: for longer ones the JDK's authenticator is the faster. */
  private static final int MAX_SHORT = 1024;

  /** The first block of the key stream, of which the one-time key is a part. */
  private static final int KEY_BLOCK = 64;

  private static final String STREAM_TRANSFORMATION = "ChaCha20";

  private static final ThreadLocal<Cipher> STREAM =
      ThreadLocal.withInitial(() -> newCipher(STREAM_TRANSFORMATION));

  private static final ThreadLocal<byte[]> WORK =
      ThreadLocal.withInitial(() -> new byte[KEY_BLOCK + MAX_SHORT]);

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
    if (associated.length == 0 && length - TAG <= MAX_SHORT) {
      return openShort(key, nonce, in, offset, length, out);
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

  /**
   * A beat is 300 bytes, and half of the time that the JDK's combination takes for it is its
   * authenticator's. One call of its stream cipher gives the one-time key and the plaintext, which
   * nobody sees before the tag was compared.
   */
  private static int openShort(
      SecretKey key, long nonce, byte[] in, int offset, int length, byte[] out)
      throws NoiseException {
    int text = length - TAG;
    byte[] work = WORK.get();
    Arrays.fill(work, 0, KEY_BLOCK, (byte) 0);
    System.arraycopy(in, offset, work, KEY_BLOCK, text);
    try {
      Cipher cipher = beginStream(key, nonce);
      int done = cipher.doFinal(work, 0, KEY_BLOCK + text, work, 0);
      if (done != KEY_BLOCK + text) {
        throw new IllegalStateException("opened: " + done + " bytes of " + text);
      }
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("opening failed", e);
    }
    if (!Poly1305.isTagged(work, in, offset, text)) {
      throw NoiseException.invalid(
          "noise ciphertext: " + length + " bytes that do not authenticate");
    }
    System.arraycopy(work, KEY_BLOCK, out, 0, text);
    return text;
  }

  private static Cipher beginStream(SecretKey key, long nonce) throws GeneralSecurityException {
    ChaCha20ParameterSpec start = new ChaCha20ParameterSpec(bytes(nonce), 0);
    Cipher cipher = STREAM.get();
    try {
      cipher.init(Cipher.DECRYPT_MODE, key, start);
      return cipher;
    } catch (InvalidKeyException e) {
      // As in begin.
      Cipher fresh = newCipher(STREAM_TRANSFORMATION);
      fresh.init(Cipher.DECRYPT_MODE, key, start);
      STREAM.set(fresh);
      return fresh;
    }
  }

  private static byte[] bytes(long nonce) {
    return ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN).putLong(4, nonce).array();
  }

  private static Cipher begin(ThreadLocal<Cipher> ciphers, int mode, SecretKey key, long nonce)
      throws GeneralSecurityException {
    IvParameterSpec iv = new IvParameterSpec(bytes(nonce));
    Cipher cipher = ciphers.get();
    try {
      cipher.init(mode, key, iv);
      return cipher;
    } catch (InvalidKeyException e) {
      // The cipher saw this key and nonce last. CipherState ensures that a nonce is used once;
      // decrypting twice (a test's replay, two readers of one message) is harmless.
      Cipher fresh = newCipher(TRANSFORMATION);
      fresh.init(mode, key, iv);
      ciphers.set(fresh);
      return fresh;
    }
  }

  private static Cipher newCipher(String transformation) {
    try {
      return Cipher.getInstance(transformation);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no " + transformation, e);
    }
  }
}
