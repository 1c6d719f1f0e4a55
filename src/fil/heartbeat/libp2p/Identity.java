package fil.heartbeat.libp2p;

/**
 * A private key and the peer id of its public half. The private key is never printed. Spec: libp2p
 * peer-ids.
 */
public final class Identity {
  private final SecretKey secret;
  private final PublicKey publicKey;
  private final PeerId peerId;

  private Identity(SecretKey secret) {
    this.secret = secret;
    this.publicKey = PublicKey.of(secret.type(), secret.publicEncoded());
    this.peerId = PeerId.of(publicKey);
  }

  /** Generates a new key; RSA has 2048 bits. */
  public static Identity generate(KeyType type) {
    return new Identity(
        switch (type) {
          case RSA -> RsaKey.generate();
          case ED25519 -> Ed25519Key.generate();
          case SECP256K1, ECDSA -> EcdsaKey.generate(type);
        });
  }

  /**
   * Returns the Ed25519 identity of a private key's 32 bytes (RFC 8032, 5.1.5): for keys that are
   * derived from something else and must be reproducible.
   */
  public static Identity ofEd25519Secret(byte[] secret) {
    return new Identity(Ed25519Key.of(secret));
  }

  /**
   * Reads the libp2p {@code PrivateKey} protobuf, as Go's MarshalPrivateKey writes it.
   *
   * @throws Libp2pException {@code HANDSHAKE_FAILED} for a malformed key, with a message that says
   *     what is wrong, without key material
   */
  public static Identity fromProtobuf(byte[] encoded) {
    KeyMessage message = KeyMessage.decode(encoded);
    return new Identity(
        switch (message.type()) {
          case RSA -> RsaKey.read(message.data());
          case ED25519 -> Ed25519Key.read(message.data());
          case SECP256K1, ECDSA -> EcdsaKey.read(message.type(), message.data());
        });
  }

  /** The libp2p {@code PrivateKey} protobuf. */
  public byte[] toProtobuf() {
    return KeyMessage.encode(secret.type(), secret.encoded());
  }

  /** The public half. */
  public PublicKey publicKey() {
    return publicKey;
  }

  /** The peer id that the public half gives. */
  public PeerId peerId() {
    return peerId;
  }

  /** Signs with the algorithm that libp2p uses for the key's type. */
  public byte[] sign(byte[] message) {
    return secret.sign(message);
  }

  /** Returns the key's type and the peer id, nothing secret. */
  @Override
  public String toString() {
    return publicKey.toString();
  }
}
