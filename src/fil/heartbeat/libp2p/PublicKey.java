package fil.heartbeat.libp2p;

/**
 * A peer's public key: Ed25519, RSA of 2048 to 8192 bits, secp256k1 or ECDSA P-256. Instances are
 * checked: right length, on the curve, canonical encoding.
 */
public final class PublicKey {

  /**
   * Reads the libp2p {@code PublicKey} protobuf.
   *
   * @throws Libp2pException {@code HANDSHAKE_FAILED} for anything but a canonical key within the
   *     limits
   */
  public static PublicKey fromProtobuf(byte[] encoded) {
    throw new UnsupportedOperationException();
  }

  private PublicKey() {}

  public KeyType type() {
    throw new UnsupportedOperationException();
  }

  /** The canonical protobuf; a copy. */
  public byte[] toProtobuf() {
    throw new UnsupportedOperationException();
  }

  /** Whether the signature over the message is this key's; false for any malformed signature. */
  public boolean verify(byte[] message, byte[] signature) {
    throw new UnsupportedOperationException();
  }
}
