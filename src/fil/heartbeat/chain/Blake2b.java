package fil.heartbeat.chain;

import org.bouncycastle.crypto.digests.Blake2bDigest;

/** blake2b without a key, of a chosen length (RFC 7693). */
final class Blake2b {
  private Blake2b() {}

  /** Returns the digest of the concatenated parts; {@code length} in bytes, 1 to 64. */
  static byte[] digest(int length, byte[]... parts) {
    Blake2bDigest blake2b = new Blake2bDigest(length * Byte.SIZE);
    for (byte[] part : parts) {
      blake2b.update(part, 0, part.length);
    }
    byte[] digest = new byte[length];
    blake2b.doFinal(digest, 0);
    return digest;
  }
}
