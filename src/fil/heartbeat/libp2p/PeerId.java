package fil.heartbeat.libp2p;

import org.jspecify.annotations.Nullable;

/**
 * A peer id: the multihash of a peer's public key (identity hash up to 42 bytes of key, else
 * sha2-256). Spec: libp2p peer-ids.
 */
public final class PeerId implements Comparable<PeerId> {

  /** The id of a public key. */
  public static PeerId of(PublicKey key) {
    throw new UnsupportedOperationException();
  }

  /**
   * Reads base58btc ({@code 12D3KooW…}, {@code 16Uiu2…}, {@code Qm…}) or CIDv1 text ({@code
   * bafz…}).
   *
   * @throws Libp2pException {@code BAD_ADDRESS} that names the text and what was expected
   */
  public static PeerId parse(String text) {
    throw new UnsupportedOperationException();
  }

  /** Reads the multihash bytes. */
  public static PeerId fromBytes(byte[] multihash) {
    throw new UnsupportedOperationException();
  }

  private PeerId() {}

  /** The multihash; a copy. */
  public byte[] toBytes() {
    throw new UnsupportedOperationException();
  }

  /** The CIDv1 text ({@code bafz…}). */
  public String toCid() {
    throw new UnsupportedOperationException();
  }

  /** The base58btc text, the form people know. */
  @Override
  public String toString() {
    throw new UnsupportedOperationException();
  }

  @Override
  public int compareTo(PeerId other) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    throw new UnsupportedOperationException();
  }

  @Override
  public int hashCode() {
    throw new UnsupportedOperationException();
  }
}
