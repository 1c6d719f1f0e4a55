package fil.heartbeat.libp2p;

import fil.heartbeat.multiformats.Varint;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A multiaddr of the protocols that hosts can use: ip4, ip6, ip6zone, dns, dns4, dns6, dnsaddr,
 * tcp, p2p (and {@code ipfs}, its old spelling, printed as {@code p2p}). Others are refused by
 * name, and so is anything behind a peer id, such as a relayed address. Spec: libp2p addressing,
 * multiformats multiaddr.
 */
public final class Multiaddr {

  /** Longest address that is parsed, in characters or bytes. */
  public static final int MAX_LENGTH = 1024;

  /** Most parts of an address; usual ones have three or four. */
  public static final int MAX_PARTS = 16;

  private static final String SUPPORTED = "ip4, ip6, ip6zone, dns, dns4, dns6, dnsaddr, tcp or p2p";

  /**
   * One part.
   *
   * @param protocol the name, such as {@code tcp}
   * @param value in canonical form, such as {@code 4001}
   */
  public record Part(String protocol, String value) {}

  private final List<Part> parts;

  private Multiaddr(List<Part> parts) {
    this.parts = List.copyOf(parts);
  }

  /**
   * @throws Libp2pException {@code BAD_ADDRESS} that names the text, the bad part and what was
   *     expected
   */
  public static Multiaddr parse(String text) {
    String shown = Quoted.of(text);
    if (text.length() > MAX_LENGTH) {
      throw bad(shown, text.length() + " characters (expected: at most " + MAX_LENGTH + ")");
    }
    if (!text.startsWith("/")) {
      throw bad(shown, "does not start with / (expected: such as /ip4/192.0.2.1/tcp/9081)");
    }
    String[] words = text.substring(1).split("/", -1);
    // One extra slash at the end is accepted.
    int end =
        words.length > 1 && words[words.length - 1].isEmpty() ? words.length - 1 : words.length;
    List<Part> parts = new ArrayList<>();
    for (int i = 0; i < end; i += 2) {
      String name = words[i];
      MultiaddrProtocol protocol =
          MultiaddrProtocol.named(name).orElseThrow(() -> unsupported(shown, Quoted.of(name)));
      if (i + 1 == end) {
        throw bad(shown, "no value after " + name + " (expected: " + protocol.expected() + ")");
      }
      parts.add(part(shown, protocol, words[i + 1]));
    }
    return new Multiaddr(ordered(shown, parts));
  }

  /**
   * Reads the binary form.
   *
   * @throws Libp2pException {@code BAD_ADDRESS} that names the bad part and what was expected
   */
  public static Multiaddr fromBytes(byte[] binary) {
    String shown = "of " + binary.length + " bytes";
    if (binary.length > MAX_LENGTH) {
      throw bad(shown, "too long (expected: at most " + MAX_LENGTH + ")");
    }
    List<Part> parts = new ArrayList<>();
    try {
      int at = 0;
      while (at < binary.length) {
        Varint.Read code = Varint.read(binary, at);
        MultiaddrProtocol protocol =
            MultiaddrProtocol.coded(code.value())
                .orElseThrow(() -> unsupported(shown, "number " + code.value()));
        Varint.Read size =
            protocol.size() == MultiaddrProtocol.VARIABLE
                ? Varint.read(binary, code.next())
                : new Varint.Read(protocol.size(), code.next());
        int left = binary.length - size.next();
        if (size.value() > left) {
          throw bad(
              shown,
              protocol.text() + " of " + size.value() + " bytes (expected: at most " + left + ")");
        }
        at = size.next() + (int) size.value();
        byte[] value = Arrays.copyOfRange(binary, size.next(), at);
        parts.add(part(shown, protocol, protocol.textOf(value)));
      }
    } catch (IllegalArgumentException e) {
      throw new Libp2pException(
          Libp2pException.Code.BAD_ADDRESS, "multiaddr " + shown + ": " + e.getMessage(), e);
    }
    return new Multiaddr(ordered(shown, parts));
  }

  /**
   * {@code /ip4|ip6/<host>/tcp/<port>} of an IP literal; a zone becomes {@code ip6zone}.
   *
   * @throws Libp2pException {@code BAD_ADDRESS} for a name or a port outside 0 to 65535
   */
  public static Multiaddr ofSocket(String ipLiteral, int port) {
    String shown = Quoted.of(ipLiteral) + " port " + port;
    int zone = ipLiteral.indexOf('%');
    String host = zone < 0 ? ipLiteral : ipLiteral.substring(0, zone);
    List<Part> parts = new ArrayList<>();
    if (zone >= 0) {
      parts.add(part(shown, MultiaddrProtocol.IP6ZONE, ipLiteral.substring(zone + 1)));
    }
    boolean v6 = zone >= 0 || host.indexOf(':') >= 0;
    parts.add(part(shown, v6 ? MultiaddrProtocol.IP6 : MultiaddrProtocol.IP4, host));
    parts.add(part(shown, MultiaddrProtocol.TCP, Integer.toString(port)));
    return new Multiaddr(parts);
  }

  /**
   * Returns the parts in order, unmodifiable; empty only when a peer id was all of it and was
   * removed.
   */
  public List<Part> parts() {
    return parts;
  }

  /** Returns the value of the first part with a protocol, such as {@code tcp}. */
  public Optional<String> value(String protocol) {
    return parts.stream()
        .filter(part -> part.protocol().equals(protocol))
        .map(Part::value)
        .findFirst();
  }

  /** Returns the peer id in the last {@code p2p} part. */
  public Optional<PeerId> peerId() {
    return value(MultiaddrProtocol.P2P.text()).map(PeerId::parse);
  }

  /** Returns this address with {@code /p2p/<id>} at its end, replacing an existing one. */
  public Multiaddr withPeerId(PeerId id) {
    List<Part> longer = new ArrayList<>(withoutPeerId().parts);
    longer.add(new Part(MultiaddrProtocol.P2P.text(), id.toString()));
    return new Multiaddr(longer);
  }

  /**
   * Returns this address up to its last {@code p2p} part, if it has one; the result may be empty.
   */
  public Multiaddr withoutPeerId() {
    String name = MultiaddrProtocol.P2P.text();
    return new Multiaddr(parts.stream().filter(part -> !part.protocol().equals(name)).toList());
  }

  /** The binary form. */
  public byte[] toBytes() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (Part part : parts) {
      MultiaddrProtocol protocol = MultiaddrProtocol.named(part.protocol()).orElseThrow();
      byte[] value = protocol.bytes(part.value());
      out.writeBytes(Varint.encode(protocol.code()));
      if (protocol.size() == MultiaddrProtocol.VARIABLE) {
        out.writeBytes(Varint.encode(value.length));
      }
      out.writeBytes(value);
    }
    return out.toByteArray();
  }

  /** Returns the text in canonical form. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (Part part : parts) {
      text.append('/').append(part.protocol()).append('/').append(part.value());
    }
    return text.toString();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Multiaddr address && parts.equals(address.parts);
  }

  @Override
  public int hashCode() {
    return parts.hashCode();
  }

  private static Part part(String shown, MultiaddrProtocol protocol, String value) {
    String canonical =
        protocol
            .canonical(value)
            .orElseThrow(
                () ->
                    bad(
                        shown,
                        protocol.text()
                            + " value "
                            + Quoted.of(value)
                            + " (expected: "
                            + protocol.expected()
                            + ")"));
    return new Part(protocol.text(), canonical);
  }

  /** Checks the order of the parts. */
  private static List<Part> ordered(String shown, List<Part> parts) {
    if (parts.isEmpty() || parts.size() > MAX_PARTS) {
      throw bad(shown, parts.size() + " parts (expected: 1 to " + MAX_PARTS + ")");
    }
    for (int i = 0; i < parts.size(); i++) {
      String name = parts.get(i).protocol();
      String next = i + 1 < parts.size() ? parts.get(i + 1).protocol() : "";
      if (name.equals(MultiaddrProtocol.P2P.text()) && !next.isEmpty()) {
        throw bad(shown, next + " behind a peer id is not supported (expected: p2p as last part)");
      }
      if (name.equals(MultiaddrProtocol.IP6ZONE.text())
          && !next.equals(MultiaddrProtocol.IP6.text())) {
        throw bad(shown, "ip6zone without an address (expected: ip6 behind it)");
      }
    }
    return parts;
  }

  private static Libp2pException unsupported(String shown, String what) {
    return bad(shown, "protocol " + what + " is not supported (expected: " + SUPPORTED + ")");
  }

  private static Libp2pException bad(String shown, String what) {
    return new Libp2pException(
        Libp2pException.Code.BAD_ADDRESS, "multiaddr " + shown + ": " + what);
  }
}
