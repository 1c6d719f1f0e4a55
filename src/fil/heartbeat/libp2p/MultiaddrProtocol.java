package fil.heartbeat.libp2p;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/** The supported multiaddr protocols: code, size of the value and both of its forms. */
enum MultiaddrProtocol {
  IP4(4, IpLiteral.IP4_BYTES, "four numbers of 0 to 255 such as 192.0.2.1"),
  TCP(6, 2, "a port of 0 to 65535"),
  IP6(41, IpLiteral.IP6_BYTES, "an IPv6 address such as 2001:db8::1"),
  IP6ZONE(42, MultiaddrProtocol.VARIABLE, "the name of a network interface"),
  DNS(53, MultiaddrProtocol.VARIABLE, MultiaddrProtocol.HOST_NAME),
  DNS4(54, MultiaddrProtocol.VARIABLE, MultiaddrProtocol.HOST_NAME),
  DNS6(55, MultiaddrProtocol.VARIABLE, MultiaddrProtocol.HOST_NAME),
  DNSADDR(56, MultiaddrProtocol.VARIABLE, MultiaddrProtocol.HOST_NAME),
  P2P(421, MultiaddrProtocol.VARIABLE, "a peer id such as 12D3KooW…");

  static final int VARIABLE = -1;

  private static final String HOST_NAME =
      "a host name of letters, digits, dots, - and _, up to 253 characters";

  private static final int MAX_HOST_NAME = 253;
  private static final int MAX_ZONE = 64;

  private final String text;
  private final int code;
  private final int size;
  private final String expected;

  MultiaddrProtocol(int code, int size, String expected) {
    this.text = name().toLowerCase(Locale.ROOT);
    this.code = code;
    this.size = size;
    this.expected = expected;
  }

  /** Returns the protocol with a name; {@code ipfs} is the old name of {@code p2p}. */
  static Optional<MultiaddrProtocol> named(String name) {
    String current = name.equals("ipfs") ? "p2p" : name;
    for (MultiaddrProtocol protocol : values()) {
      if (protocol.text().equals(current)) {
        return Optional.of(protocol);
      }
    }
    return Optional.empty();
  }

  static Optional<MultiaddrProtocol> coded(long code) {
    for (MultiaddrProtocol protocol : values()) {
      if (protocol.code == code) {
        return Optional.of(protocol);
      }
    }
    return Optional.empty();
  }

  /** The name in text. */
  String text() {
    return text;
  }

  int code() {
    return code;
  }

  /** Returns the bytes of a value, or {@link #VARIABLE} when a length precedes it. */
  int size() {
    return size;
  }

  /** Returns a description of valid values, for error messages. */
  String expected() {
    return expected;
  }

  /** Returns the canonical form of a value in text; empty when it is invalid. */
  Optional<String> canonical(String value) {
    return switch (this) {
      case IP4 -> IpLiteral.ip4(value).map(IpLiteral::text);
      case IP6 -> IpLiteral.ip6(value).map(IpLiteral::text);
      case TCP -> {
        int port = IpLiteral.number(value, 5, 10);
        yield port < 0 || port > 65535 ? Optional.empty() : Optional.of(Integer.toString(port));
      }
      case IP6ZONE ->
          value.length() <= MAX_ZONE && value.chars().allMatch(c -> c > ' ' && c < 127 && c != '%')
              ? present(value)
              : Optional.empty();
      case DNS, DNS4, DNS6, DNSADDR ->
          value.length() <= MAX_HOST_NAME && value.chars().allMatch(MultiaddrProtocol::inHostName)
              ? present(value)
              : Optional.empty();
      case P2P -> peerId(value).map(PeerId::toString);
    };
  }

  /** The bytes of a canonical value. */
  byte[] bytes(String value) {
    return switch (this) {
      case IP4 -> IpLiteral.ip4(value).orElseThrow();
      case IP6 -> IpLiteral.ip6(value).orElseThrow();
      case TCP -> ByteBuffer.allocate(2).putShort((short) Integer.parseInt(value)).array();
      case IP6ZONE, DNS, DNS4, DNS6, DNSADDR -> value.getBytes(StandardCharsets.US_ASCII);
      case P2P -> PeerId.parse(value).toBytes();
    };
  }

  /** Returns the text of a binary value of the right size; {@link #canonical} must check it. */
  String textOf(byte[] value) {
    return switch (this) {
      case IP4, IP6 -> IpLiteral.text(value);
      case TCP -> Integer.toString(ByteBuffer.wrap(value).getShort() & 0xffff);
      case IP6ZONE, DNS, DNS4, DNS6, DNSADDR -> new String(value, StandardCharsets.ISO_8859_1);
      case P2P -> PeerId.fromBytes(value).toString();
    };
  }

  private static Optional<String> present(String value) {
    return value.isEmpty() || value.indexOf('/') >= 0 ? Optional.empty() : Optional.of(value);
  }

  private static boolean inHostName(int c) {
    boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return letter || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
  }

  private static Optional<PeerId> peerId(String value) {
    try {
      return Optional.of(PeerId.parse(value));
    } catch (Libp2pException e) {
      return Optional.empty();
    }
  }
}
