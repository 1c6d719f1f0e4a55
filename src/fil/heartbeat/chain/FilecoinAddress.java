package fil.heartbeat.chain;

import fil.heartbeat.multiformats.Base32;
import fil.heartbeat.multiformats.Varint;
import fil.heartbeat.text.Untrusted;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A Filecoin address of protocol 0 (id), 1 (secp256k1), 2 (actor), 3 (BLS) or 4 (delegated).
 * Source: Filecoin specification, appendix Address; FIP-0048 for protocol 4.
 */
public final class FilecoinAddress {

  /** Longest text, in characters: protocol 4 with the largest namespace and subaddress. */
  public static final int MAX_TEXT = 2 + 19 + 1 + 93;

  private static final int CHECKSUM_BYTES = 4;
  private static final int HASH_BYTES = 20;
  private static final int BLS_KEY_BYTES = 48;
  private static final int MAX_SUBADDRESS_BYTES = 54;
  private static final int MAX_ID_DIGITS = 19;

  private final boolean mainnet;
  private final int protocol;
  private final byte[] payload;
  private final String text;

  private FilecoinAddress(String text, byte[] payload) {
    this.mainnet = text.charAt(0) == 'f';
    this.protocol = text.charAt(1) - '0';
    this.payload = payload;
    this.text = text;
  }

  /**
   * Reads {@code f…} or {@code t…} and checks length and checksum.
   *
   * @throws IllegalArgumentException that names the text and what was expected
   */
  public static FilecoinAddress parse(String text) {
    if (text.length() > MAX_TEXT) {
      throw new IllegalArgumentException(
          "address of " + text.length() + " characters (expected: at most " + MAX_TEXT + ")");
    }
    if (text.length() < 3 || (text.charAt(0) != 'f' && text.charAt(0) != 't')) {
      throw bad(text, "f or t, a protocol of 0 to 4 and a payload");
    }
    String rest = text.substring(2);
    byte[] payload =
        switch (text.charAt(1)) {
          case '0' -> Varint.encode(number(text, rest));
          case '1', '2' -> hashed(text, rest, HASH_BYTES);
          case '3' -> hashed(text, rest, BLS_KEY_BYTES);
          case '4' -> delegated(text, rest);
          default -> throw bad(text, "a protocol of 0 to 4");
        };
    return new FilecoinAddress(text, payload);
  }

  private static byte[] hashed(String text, String rest, int length) {
    byte[] payload = checked(text, rest, new byte[0]);
    if (payload.length != length) {
      throw bad(text, length + " bytes of payload, not " + payload.length);
    }
    return payload;
  }

  private static byte[] delegated(String text, String rest) {
    int separator = rest.indexOf('f');
    if (separator < 0) {
      throw bad(text, "f4, a namespace, f and a subaddress");
    }
    byte[] namespace = Varint.encode(number(text, rest.substring(0, separator)));
    byte[] payload = checked(text, rest.substring(separator + 1), namespace);
    if (payload.length - namespace.length > MAX_SUBADDRESS_BYTES) {
      throw bad(text, "at most " + MAX_SUBADDRESS_BYTES + " bytes of subaddress");
    }
    return payload;
  }

  /** Returns the prefix and the decoded base32 text without its checksum, which it verifies. */
  private static byte[] checked(String text, String base32, byte[] prefix) {
    byte[] bytes;
    try {
      bytes = Base32.decode(base32);
    } catch (IllegalArgumentException e) {
      throw bad(text, e.getMessage(), e);
    }
    int length = bytes.length - CHECKSUM_BYTES;
    if (length < 0) {
      throw bad(text, "a checksum of " + CHECKSUM_BYTES + " bytes");
    }
    byte[] payload = Arrays.copyOf(prefix, prefix.length + length);
    System.arraycopy(bytes, 0, payload, prefix.length, length);
    byte[] protocol = {(byte) (text.charAt(1) - '0')};
    byte[] checksum = Blake2b.digest(CHECKSUM_BYTES, protocol, payload);
    if (!Arrays.equals(checksum, Arrays.copyOfRange(bytes, length, bytes.length))) {
      throw bad(text, "another checksum; is a character mistyped?");
    }
    return payload;
  }

  /** Reads a number of 0 to 2^63-1 in its shortest form. */
  private static long number(String text, String digits) {
    boolean shortest = digits.length() <= 1 || digits.charAt(0) != '0';
    boolean decimal = !digits.isEmpty() && digits.chars().allMatch(c -> c >= '0' && c <= '9');
    if (shortest && decimal && digits.length() <= MAX_ID_DIGITS) {
      try {
        return Long.parseLong(digits);
      } catch (NumberFormatException e) {
        throw bad(text, "a number of at most 2^63-1", e);
      }
    }
    throw bad(text, "a number of 0 to 2^63-1 without leading zeros");
  }

  private static IllegalArgumentException bad(String text, String expected) {
    return new IllegalArgumentException(
        "address " + Untrusted.quotedAscii(text) + " (expected: " + expected + ")");
  }

  private static IllegalArgumentException bad(
      String text, @Nullable String wrong, IllegalArgumentException cause) {
    return new IllegalArgumentException(
        "address " + Untrusted.quotedAscii(text) + ": " + wrong, cause);
  }

  /** Whether its text is for mainnet ({@code f}) rather than a test network ({@code t}). */
  public boolean mainnet() {
    return mainnet;
  }

  /** Returns the protocol, 0 to 4. */
  public int protocol() {
    return protocol;
  }

  /** Returns a copy of the bytes after the protocol byte in the binary form. */
  public byte[] payload() {
    return payload.clone();
  }

  /** Returns the text it was read from; each address of a network has exactly one. */
  @Override
  public String toString() {
    return text;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof FilecoinAddress address && text.equals(address.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }
}
