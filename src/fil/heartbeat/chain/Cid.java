package fil.heartbeat.chain;

import fil.heartbeat.multiformats.Base32;
import fil.heartbeat.multiformats.Base58;
import fil.heartbeat.multiformats.Varint;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A content id: version 0 ({@code Qm…}) or version 1 (base32 {@code b…}, base58 {@code z…}).
 * Ordered by its bytes. Spec: multiformats CID.
 */
public final class Cid implements Comparable<Cid> {
  /** Longest text taken; Filecoin's are 62 characters. */
  public static final int MAX_TEXT = 128;

  private static final int DAG_CBOR = 0x71;
  private static final int BLAKE2B_256 = 0xb220;
  private static final int SHA2_256 = 0x12;
  private static final int HASH_BYTES = 32;

  private final byte[] bytes;

  private Cid(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * @throws IllegalArgumentException that names the text and what was expected
   */
  public static Cid parse(String text) {
    if (text.length() > MAX_TEXT) {
      throw new IllegalArgumentException(
          "CID of " + text.length() + " characters (expected: at most " + MAX_TEXT + ")");
    }
    try {
      byte[] bytes;
      if (text.length() == 46 && text.startsWith("Qm")) {
        bytes = Base58.decode(text);
      } else if (text.startsWith("b")) {
        bytes = Base32.decode(text.substring(1));
      } else if (text.startsWith("z")) {
        bytes = Base58.decode(text.substring(1));
      } else {
        throw new IllegalArgumentException("unknown base");
      }
      check(bytes);
      return new Cid(bytes);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "CID \"" + text + "\": " + e.getMessage() + " (expected: Qm…, b… or z…)", e);
    }
  }

  /** The CIDv1 of a dag-cbor block with the given blake2b-256 digest, Filecoin's form. */
  public static Cid ofBlockDigest(byte[] digest) {
    if (digest.length != HASH_BYTES) {
      throw new IllegalArgumentException(
          "digest of " + digest.length + " bytes (expected: " + HASH_BYTES + ")");
    }
    byte[] hash = Varint.encode(BLAKE2B_256);
    byte[] bytes = new byte[2 + hash.length + 1 + HASH_BYTES];
    bytes[0] = 1;
    bytes[1] = DAG_CBOR;
    System.arraycopy(hash, 0, bytes, 2, hash.length);
    bytes[2 + hash.length] = HASH_BYTES;
    System.arraycopy(digest, 0, bytes, 3 + hash.length, HASH_BYTES);
    return new Cid(bytes);
  }

  private static void check(byte[] bytes) {
    if (isVersion0(bytes)) {
      return;
    }
    Varint.Read version = Varint.read(bytes, 0);
    if (version.value() != 1) {
      throw new IllegalArgumentException("version " + version.value());
    }
    Varint.Read codec = Varint.read(bytes, version.next());
    Varint.Read hash = Varint.read(bytes, codec.next());
    Varint.Read size = Varint.read(bytes, hash.next());
    if (bytes.length - size.next() != size.value()) {
      throw new IllegalArgumentException("digest of a wrong length");
    }
  }

  private static boolean isVersion0(byte[] bytes) {
    return bytes.length == 2 + HASH_BYTES && bytes[0] == SHA2_256 && bytes[1] == HASH_BYTES;
  }

  /** The binary form; a copy. */
  public byte[] toBytes() {
    return bytes.clone();
  }

  /** {@code Qm…} for version 0, base32 for version 1. */
  @Override
  public String toString() {
    return isVersion0(bytes) ? Base58.encode(bytes) : "b" + Base32.encode(bytes);
  }

  @Override
  public int compareTo(Cid other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Cid cid && Arrays.equals(bytes, cid.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** The bytes in hexadecimal, for tests and logs. */
  public String toHex() {
    return HexFormat.of().formatHex(bytes);
  }
}
