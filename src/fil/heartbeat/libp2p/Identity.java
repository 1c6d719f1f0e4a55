package fil.heartbeat.libp2p;

/** A private key of ours and the peer id it gives. Never printed. */
public final class Identity {

  /** Draws a new key; RSA has 2048 bits. */
  public static Identity generate(KeyType type) {
    throw new UnsupportedOperationException();
  }

  /**
   * Reads the libp2p {@code PrivateKey} protobuf, as Go's MarshalPrivateKey writes it.
   *
   * @throws Libp2pException {@code BAD_ADDRESS} never; malformed keys are {@code HANDSHAKE_FAILED}
   *     with a message that says what is wrong, without key material
   */
  public static Identity fromProtobuf(byte[] encoded) {
    throw new UnsupportedOperationException();
  }

  private Identity() {}

  /** The libp2p {@code PrivateKey} protobuf. */
  public byte[] toProtobuf() {
    throw new UnsupportedOperationException();
  }

  public PublicKey publicKey() {
    throw new UnsupportedOperationException();
  }

  public PeerId peerId() {
    throw new UnsupportedOperationException();
  }

  /** Signs as the key's type does in libp2p. */
  public byte[] sign(byte[] message) {
    throw new UnsupportedOperationException();
  }
}
