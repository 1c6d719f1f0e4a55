package fil.heartbeat.config;

import fil.heartbeat.libp2p.IpLiteral;
import java.util.Arrays;
import java.util.Optional;

/** A block of addresses (RFC 4632, RFC 4291 section 2.3). */
public final class Cidr {
  private final byte[] first;
  private final int bits;

  private Cidr(byte[] first, int bits) {
    this.first = first;
    this.bits = bits;
  }

  /** Parses a block such as 10.0.0.0/8, or one address; empty when it is neither. */
  public static Optional<Cidr> parse(String text) {
    int slash = text.indexOf('/');
    Optional<byte[]> address = IpLiteral.parse(slash < 0 ? text : text.substring(0, slash));
    if (address.isEmpty()) {
      return Optional.empty();
    }
    int width = address.get().length * 8;
    if (slash < 0) {
      return Optional.of(new Cidr(address.get(), width));
    }
    String prefix = text.substring(slash + 1);
    if (!prefix.matches("[0-9]{1,3}") || Integer.parseInt(prefix) > width) {
      return Optional.empty();
    }
    return Optional.of(new Cidr(address.get(), Integer.parseInt(prefix)));
  }

  /** Whether an address is in the block; false for a text that is not an address. */
  public boolean contains(String address) {
    return IpLiteral.parse(address).filter(this::contains).isPresent();
  }

  private boolean contains(byte[] address) {
    if (address.length != first.length) {
      return false;
    }
    for (int bit = 0; bit < bits; bit++) {
      int mask = 0x80 >> (bit % 8);
      if (((address[bit / 8] ^ first[bit / 8]) & mask) != 0) {
        return false;
      }
    }
    return true;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Cidr that && bits == that.bits && Arrays.equals(first, that.first);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(first) + bits;
  }
}
