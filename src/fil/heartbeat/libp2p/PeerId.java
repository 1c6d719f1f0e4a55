package fil.heartbeat.libp2p;

import fil.heartbeat.multiformats.Base32;
import fil.heartbeat.multiformats.Base58;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A peer id: the multihash of a peer's public key (identity hash up to 42 bytes of key, else
 * sha2-256). Spec: libp2p peer-ids.
 */
public final class PeerId implements Comparable<PeerId> {

  /** Longest text that is parsed, in characters. */
  public static final int MAX_TEXT = 128;

  private static final int MAX_INLINE_KEY = 42;
  private static final int IDENTITY = 0x00;
  private static final int SHA256 = 0x12;
  private static final int SHA256_BYTES = 32;
  private static final int CID_VERSION = 1;
  private static final int LIBP2P_KEY = 0x72;

  private final byte[] multihash;
  private final String text;
  private final int hash;

  private PeerId(byte[] multihash) {
    this.multihash = multihash;
    this.text = Base58.encode(multihash);
    this.hash = Arrays.hashCode(multihash);
  }

  /** The id of a public key. */
  public static PeerId of(PublicKey key) {
    byte[] encoded = key.toProtobuf();
    return encoded.length <= MAX_INLINE_KEY
        ? new PeerId(prefixed(IDENTITY, encoded.length, encoded))
        : new PeerId(prefixed(SHA256, SHA256_BYTES, sha256(encoded)));
  }

  /**
   * Reads base58btc ({@code 12D3KooW…}, {@code 16Uiu2…}, {@code Qm…}) or CIDv1 text ({@code
   * bafz…}).
   *
   * @throws Libp2pException {@code BAD_ADDRESS} that names the text and what was expected
   */
  public static PeerId parse(String text) {
    if (text.length() > MAX_TEXT) {
      throw bad(
          Quoted.of(text), text.length() + " characters (expected: at most " + MAX_TEXT + ")");
    }
    try {
      if (text.startsWith("1") || text.startsWith("Qm")) {
        return new PeerId(checked(Quoted.of(text), Base58.decode(text)));
      }
      if (text.startsWith("b")) {
        byte[] cid = Base32.decode(text.substring(1));
        if (cid.length < 2 || cid[0] != CID_VERSION || cid[1] != LIBP2P_KEY) {
          throw bad(Quoted.of(text), "a CID of something else (expected: CIDv1 of a libp2p key)");
        }
        return new PeerId(checked(Quoted.of(text), Arrays.copyOfRange(cid, 2, cid.length)));
      }
    } catch (IllegalArgumentException e) {
      throw new Libp2pException(
          Libp2pException.Code.BAD_ADDRESS,
          "peer id " + Quoted.of(text) + ": " + e.getMessage(),
          e);
    }
    throw bad(Quoted.of(text), "unknown form (expected: 12D3KooW…, 16Uiu2…, Qm… or bafz…)");
  }

  /**
   * Reads the multihash bytes.
   *
   * @throws Libp2pException {@code BAD_ADDRESS} for another hash or length
   */
  public static PeerId fromBytes(byte[] multihash) {
    return new PeerId(checked("of " + multihash.length + " bytes", multihash).clone());
  }

  /** Returns a copy of the multihash. */
  public byte[] toBytes() {
    return multihash.clone();
  }

  /** The CIDv1 text ({@code bafz…}). */
  public String toCid() {
    return "b" + Base32.encode(prefixed(CID_VERSION, LIBP2P_KEY, multihash));
  }

  /** The base58btc text, the form people know. */
  @Override
  public String toString() {
    return text;
  }

  /** Orders by the bytes of the multihash, unsigned. */
  @Override
  public int compareTo(PeerId other) {
    return Arrays.compareUnsigned(multihash, other.multihash);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof PeerId id && Arrays.equals(multihash, id.multihash);
  }

  @Override
  public int hashCode() {
    return hash;
  }

  private static byte[] checked(String shown, byte[] multihash) {
    int length = multihash.length - 2;
    boolean whole = length > 0 && multihash[1] == length;
    boolean inline = whole && multihash[0] == IDENTITY && length <= MAX_INLINE_KEY;
    boolean hashed = whole && multihash[0] == SHA256 && length == SHA256_BYTES;
    if (!inline && !hashed) {
      throw bad(
          shown, "not a key's hash (expected: sha2-256 of 32 bytes, or up to 42 bytes of key)");
    }
    return multihash;
  }

  private static byte[] prefixed(int first, int second, byte[] rest) {
    byte[] all = new byte[rest.length + 2];
    all[0] = (byte) first;
    all[1] = (byte) second;
    System.arraycopy(rest, 0, all, 2, rest.length);
    return all;
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java has no SHA-256", e);
    }
  }

  private static Libp2pException bad(String shown, String what) {
    return new Libp2pException(Libp2pException.Code.BAD_ADDRESS, "peer id " + shown + ": " + what);
  }
}
