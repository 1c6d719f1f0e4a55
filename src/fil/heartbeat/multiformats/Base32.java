package fil.heartbeat.multiformats;

/** RFC 4648 base32, lower case, no padding, canonical (unused bits are zero). */
public final class Base32 {
  private Base32() {}

  public static String encode(byte[] bytes) {
    throw new UnsupportedOperationException();
  }

  /**
   * @throws IllegalArgumentException that names the bad character or length
   */
  public static byte[] decode(String text) {
    throw new UnsupportedOperationException();
  }
}
