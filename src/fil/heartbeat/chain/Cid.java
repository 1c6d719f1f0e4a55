package fil.heartbeat.chain;

import fil.heartbeat.multiformats.Base32;
import fil.heartbeat.multiformats.Base58;
import fil.heartbeat.multiformats.Varint;
import fil.heartbeat.text.Untrusted;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A content id of version 0 or 1, ordered by its bytes as unsigned numbers. Source: multiformats
 * CID.
 */
public final class Cid implements Comparable<Cid> {

  /** Longest text accepted, in characters; Filecoin's have 62. */
  public static final int MAX_TEXT = 128;

  /** The codec of Filecoin's blocks. */
  private static final int DAG_CBOR = 0x71;

  private static final int BLAKE2B_256 = 0xb220;
  private static final int SHA2_256 = 0x12;
  private static final int DIGEST_BYTES = 32;
  private static final int V0_TEXT = 46;

  private final byte[] bytes;
  private final int hash;

  private Cid(byte[] bytes) {
    this.bytes = bytes;
    this.hash = Arrays.hashCode(bytes);
  }

  /**
   * Reads {@code Qm…} (version 0, base58), {@code b…} (base32) or {@code z…} (base58).
   *
   * @throws IllegalArgumentException that names the text and what was expected
   */
  public static Cid parse(String text) {
    if (text.length() > MAX_TEXT) {
      throw new IllegalArgumentException(
          "CID of " + text.length() + " characters (expected: at most " + MAX_TEXT + ")");
    }
    try {
      if (text.length() == V0_TEXT && text.startsWith("Qm")) {
        byte[] bytes = Base58.decode(text);
        if (!isVersion0(bytes)) {
          throw new IllegalArgumentException("no sha2-256 digest of 32 bytes");
        }
        return new Cid(bytes);
      }
      if (text.startsWith("b")) {
        return version1(Base32.decode(text.substring(1)));
      }
      if (text.startsWith("z")) {
        return version1(Base58.decode(text.substring(1)));
      }
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "CID " + Untrusted.quotedAscii(text) + ": " + e.getMessage(), e);
    }
    throw new IllegalArgumentException(
        "CID " + Untrusted.quotedAscii(text) + " (expected: Qm… of 46 characters, b… or z…)");
  }

  /**
   * Reads the binary form of either version.
   *
   * @throws IllegalArgumentException that says what is wrong
   */
  public static Cid ofBytes(byte[] bytes) {
    if (isVersion0(bytes)) {
      return new Cid(bytes.clone());
    }
    if (bytes.length > MAX_TEXT) {
      throw new IllegalArgumentException(
          "CID of " + bytes.length + " bytes (expected: at most " + MAX_TEXT + ")");
    }
    return version1(bytes.clone());
  }

  /** Returns the id that Filecoin gives a block: version 1, dag-cbor, blake2b-256. */
  public static Cid ofBlock(byte[] block) {
    return ofBlockDigest(Blake2b.digest(DIGEST_BYTES, block));
  }

  /**
   * Returns the id of the block with this blake2b-256 digest.
   *
   * @throws IllegalArgumentException when the digest has not 32 bytes
   */
  public static Cid ofBlockDigest(byte[] digest) {
    if (digest.length != DIGEST_BYTES) {
      throw new IllegalArgumentException(
          "digest of " + digest.length + " bytes (expected: " + DIGEST_BYTES + ")");
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(1);
    bytes.write(DAG_CBOR);
    bytes.writeBytes(Varint.encode(BLAKE2B_256));
    bytes.write(DIGEST_BYTES);
    bytes.writeBytes(digest);
    return new Cid(bytes.toByteArray());
  }

  private static Cid version1(byte[] bytes) {
    Varint.Read version = Varint.read(bytes, 0);
    if (version.value() != 1) {
      throw new IllegalArgumentException("version " + version.value() + " (expected: 1)");
    }
    Varint.Read codec = Varint.read(bytes, version.next());
    Varint.Read hash = Varint.read(bytes, codec.next());
    Varint.Read size = Varint.read(bytes, hash.next());
    int rest = bytes.length - size.next();
    if (size.value() != rest) {
      throw new IllegalArgumentException(
          "digest of " + rest + " bytes (expected: " + size.value() + ")");
    }
    return new Cid(bytes);
  }

  private static boolean isVersion0(byte[] bytes) {
    return bytes.length == 2 + DIGEST_BYTES && bytes[0] == SHA2_256 && bytes[1] == DIGEST_BYTES;
  }

  /** Returns a copy of the binary form. */
  public byte[] toBytes() {
    return bytes.clone();
  }

  /** {@code Qm…} for version 0, else base32 ({@code b…}), whatever base it was read from. */
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
    return hash;
  }
}
