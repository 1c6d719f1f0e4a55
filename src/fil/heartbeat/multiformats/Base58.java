package fil.heartbeat.multiformats;

/** base58btc. Quadratic, so bounded: at most {@link #MAX_TEXT} characters. */
public final class Base58 {
  public static final int MAX_TEXT = 256;

  private Base58() {}

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
