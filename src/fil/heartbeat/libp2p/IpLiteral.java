package fil.heartbeat.libp2p;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Optional;

/**
 * IP addresses as text and bytes, without the JDK's parser, which queries the name service for text
 * it cannot parse. Spec: RFC 4291, RFC 5952.
 */
public final class IpLiteral {
  static final int IP4_BYTES = 4;
  static final int IP6_BYTES = 16;

  /** The first twelve bytes of an IPv4 address mapped into IPv6. */
  private static final int MAPPED_PREFIX = 12;

  private static final int GROUPS = 8;

  /** Bytes of an IPv6 prefix that count as one address: a subscriber has a /56 or less. */
  private static final int SUBSCRIBER_BYTES = 7;

  private IpLiteral() {}

  /** Returns a key that is equal for addresses that one subscriber may own. */
  public static String subscriber(InetAddress address) {
    if (!(address instanceof Inet6Address)) {
      return address.getHostAddress();
    }
    byte[] bytes = address.getAddress();
    StringBuilder prefix = new StringBuilder("6:");
    for (int i = 0; i < SUBSCRIBER_BYTES; i++) {
      prefix.append(Integer.toHexString(bytes[i] & 0xff)).append('.');
    }
    return prefix.toString();
  }

  /** Returns the 4 or 16 bytes of an address; empty when the text is not an address. */
  public static Optional<byte[]> parse(String text) {
    return text.indexOf(':') < 0 ? ip4(text) : ip6(text);
  }

  /** Reads four decimal numbers without leading zeros (which some parsers read as octal). */
  static Optional<byte[]> ip4(String text) {
    String[] numbers = text.split("\\.", -1);
    byte[] bytes = new byte[IP4_BYTES];
    if (numbers.length != IP4_BYTES) {
      return Optional.empty();
    }
    for (int i = 0; i < IP4_BYTES; i++) {
      int value = number(numbers[i], 3, 10);
      boolean padded = numbers[i].length() > 1 && numbers[i].startsWith("0");
      if (value < 0 || value > 255 || padded) {
        return Optional.empty();
      }
      bytes[i] = (byte) value;
    }
    return Optional.of(bytes);
  }

  /**
   * Reads groups of hex digits with at most one {@code ::}, the last four bytes also as IPv4; no
   * zone.
   */
  static Optional<byte[]> ip6(String text) {
    int gap = text.indexOf("::");
    Optional<byte[]> head = groups(gap < 0 ? text : text.substring(0, gap), gap < 0);
    Optional<byte[]> tail =
        gap < 0 ? Optional.of(new byte[0]) : groups(text.substring(gap + 2), true);
    if (head.isEmpty() || tail.isEmpty()) {
      return Optional.empty();
    }
    byte[] first = head.get();
    byte[] last = tail.get();
    int given = first.length + last.length;
    // {@code ::} stands for at least one group.
    boolean fits = gap < 0 ? given == IP6_BYTES : given <= IP6_BYTES - 2;
    if (!fits) {
      return Optional.empty();
    }
    byte[] bytes = new byte[IP6_BYTES];
    System.arraycopy(first, 0, bytes, 0, first.length);
    System.arraycopy(last, 0, bytes, IP6_BYTES - last.length, last.length);
    return Optional.of(bytes);
  }

  /** Returns the canonical text of 4 or 16 bytes. */
  static String text(byte[] bytes) {
    if (bytes.length == IP4_BYTES) {
      return dotted(bytes, 0);
    }
    if (mapped(bytes)) {
      return "::ffff:" + dotted(bytes, MAPPED_PREFIX);
    }
    int gapStart = -1;
    int gapLength = 1;
    for (int i = 0; i < GROUPS; i++) {
      int end = i;
      while (end < GROUPS && group(bytes, end) == 0) {
        end++;
      }
      if (end - i > gapLength) {
        gapStart = i;
        gapLength = end - i;
      }
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < GROUPS; i++) {
      if (i == gapStart) {
        text.append("::");
        i += gapLength - 1;
      } else {
        boolean first = text.isEmpty() || text.charAt(text.length() - 1) == ':';
        text.append(first ? "" : ":").append(Integer.toHexString(group(bytes, i)));
      }
    }
    return text.toString();
  }

  /** Returns the bytes of colon-separated groups; none for empty text. */
  private static Optional<byte[]> groups(String text, boolean atEnd) {
    if (text.isEmpty()) {
      return Optional.of(new byte[0]);
    }
    String[] groups = text.split(":", GROUPS + 1);
    byte[] bytes = new byte[IP6_BYTES + 2];
    int length = 0;
    for (int i = 0; i < groups.length && length <= IP6_BYTES; i++) {
      if (atEnd && i == groups.length - 1 && groups[i].indexOf('.') >= 0) {
        Optional<byte[]> four = ip4(groups[i]);
        if (four.isEmpty() || length > IP6_BYTES - IP4_BYTES) {
          return Optional.empty();
        }
        System.arraycopy(four.get(), 0, bytes, length, IP4_BYTES);
        length += IP4_BYTES;
      } else {
        int value = number(groups[i], 4, 16);
        if (value < 0) {
          return Optional.empty();
        }
        bytes[length++] = (byte) (value >>> 8);
        bytes[length++] = (byte) value;
      }
    }
    return length > IP6_BYTES
        ? Optional.empty()
        : Optional.of(java.util.Arrays.copyOf(bytes, length));
  }

  /**
   * Parses ASCII digits only; -1 when the text is not a number of 1 to {@code maxDigits} digits.
   */
  static int number(String text, int maxDigits, int radix) {
    if (text.isEmpty() || text.length() > maxDigits) {
      return -1;
    }
    int value = 0;
    for (int i = 0; i < text.length(); i++) {
      char next = text.charAt(i);
      int digit = next < 128 ? Character.digit(next, radix) : -1;
      if (digit < 0) {
        return -1;
      }
      value = value * radix + digit;
    }
    return value;
  }

  private static boolean mapped(byte[] bytes) {
    for (int i = 0; i < MAPPED_PREFIX; i++) {
      if (bytes[i] != (i < MAPPED_PREFIX - 2 ? 0 : (byte) 0xff)) {
        return false;
      }
    }
    return true;
  }

  private static int group(byte[] bytes, int index) {
    return (bytes[2 * index] & 0xff) << 8 | (bytes[2 * index + 1] & 0xff);
  }

  private static String dotted(byte[] bytes, int at) {
    StringBuilder text = new StringBuilder();
    for (int i = at; i < at + IP4_BYTES; i++) {
      text.append(i == at ? "" : ".").append(bytes[i] & 0xff);
    }
    return text.toString();
  }
}
