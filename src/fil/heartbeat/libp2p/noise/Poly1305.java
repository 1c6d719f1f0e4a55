package fil.heartbeat.libp2p.noise;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The authenticator of RFC 8439, section 2.5, over what section 2.8 has it authenticate when there
 * is no associated data: the ciphertext, padded with zeroes to whole blocks, and the two lengths.
 * Two limbs of 64 bits and the rest, as in OpenSSL's portable code. No branch and no index depends
 * on a secret.
 */
final class Poly1305 {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int BLOCK = 16;

  // What section 2.5.1 leaves of r.
  private static final long CLAMP_LOW = 0x0ffffffc0fffffffL;
  private static final long CLAMP_HIGH = 0x0ffffffc0ffffffcL;

  private final long r0;
  private final long r1;
  // r1 * 5 / 4, for what passes 2^130.
  private final long s1;
  private long h0;
  private long h1;
  private long h2;

  private Poly1305(byte[] key) {
    r0 = word(key, 0) & CLAMP_LOW;
    r1 = word(key, 8) & CLAMP_HIGH;
    s1 = r1 + (r1 >>> 2);
  }

  /**
   * Whether the bytes behind a ciphertext are its tag; takes the same time wherever they differ.
   *
   * @param key begins with the 32 bytes of the one-time key
   * @param length of the ciphertext alone
   */
  static boolean isTagged(byte[] key, byte[] in, int offset, int length) {
    Poly1305 mac = new Poly1305(key);
    mac.absorb(in, offset, length);
    mac.reduce();
    long low = mac.h0 + word(key, 16);
    long high = mac.h1 + word(key, 24) + carry(mac.h0, word(key, 16), low);
    return ((low ^ word(in, offset + length)) | (high ^ word(in, offset + length + 8))) == 0;
  }

  private void absorb(byte[] in, int offset, int length) {
    int at = offset;
    for (int end = offset + length - BLOCK; at <= end; at += BLOCK) {
      block(word(in, at), word(in, at + 8));
    }
    int rest = offset + length - at;
    if (rest > 0) {
      byte[] padded = new byte[BLOCK];
      System.arraycopy(in, at, padded, 0, rest);
      block(word(padded, 0), word(padded, 8));
    }
    block(0, length);
  }

  /** Adds a block and its 2^128, and multiplies by r. */
  private void block(long low, long high) {
    long a0 = h0 + low;
    long c0 = carry(h0, low, a0);
    long b1 = h1 + high;
    long a1 = b1 + c0;
    long a2 = h2 + 1 + carry(h1, high, b1) + carry(b1, c0, a1);

    long x0 = a0 * r0;
    long x1 = a1 * s1;
    long d0 = x0 + x1;
    long d0High = high(a0, r0) + high(a1, s1) + carry(x0, x1, d0);

    long y0 = a0 * r1;
    long y1 = a1 * r0;
    long y2 = a2 * s1;
    long e0 = y0 + y1;
    long e1 = e0 + y2;
    long d1 = e1 + d0High;
    long d1High =
        high(a0, r1) + high(a1, r0) + carry(y0, y1, e0) + carry(e0, y2, e1) + carry(e1, d0High, d1);

    long top = a2 * r0 + d1High;
    // 2^130 is 5: of what is above its two bits, four times in place and once more.
    long five = (top >>> 2) + (top & ~3L);
    h0 = d0 + five;
    long c1 = carry(d0, five, h0);
    h1 = d1 + c1;
    h2 = (top & 3) + carry(d1, c1, h1);
  }

  /** Subtracts 2^130 - 5 if it is not below it. */
  private void reduce() {
    long g0 = h0 + 5;
    long c0 = carry(h0, 5, g0);
    long g1 = h1 + c0;
    long g2 = h2 + carry(h1, c0, g1);
    long mask = -(g2 >>> 2);
    h0 = (h0 & ~mask) | (g0 & mask);
    h1 = (h1 & ~mask) | (g1 & mask);
  }

  /** The upper half of the product of unsigned numbers, of which the second is below 2^63. */
  private static long high(long any, long positive) {
    return Math.multiplyHigh(any, positive) + ((any >> 63) & positive);
  }

  /** The carry of an unsigned addition. */
  private static long carry(long a, long b, long sum) {
    return ((a & b) | ((a | b) & ~sum)) >>> 63;
  }

  private static long word(byte[] bytes, int at) {
    return (long) LONG.get(bytes, at);
  }
}
