package fil.heartbeat.libp2p;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A peer's public key: Ed25519, RSA of 2048 to 8192 bits, secp256k1 or ECDSA P-256. Instances are
 * validated: right length, on the curve, canonical encoding. Spec: libp2p peer-ids.
 */
public final class PublicKey {
  private final KeyType type;
  private final byte[] encoded;
  private final SignatureCheck check;

  private PublicKey(KeyType type, byte[] encoded, SignatureCheck check) {
    this.type = type;
    this.encoded = encoded;
    this.check = check;
  }

  /**
   * Reads the libp2p {@code PublicKey} protobuf.
   *
   * @throws Libp2pException {@code HANDSHAKE_FAILED} for anything but a canonical key within the
   *     limits
   */
  public static PublicKey fromProtobuf(byte[] encoded) {
    KeyMessage message = KeyMessage.decodeCanonical(encoded);
    return of(message.type(), message.data());
  }

  static PublicKey of(KeyType type, byte[] data) {
    SignatureCheck check =
        switch (type) {
          case RSA -> RsaKey.check(data);
          case ED25519 -> Ed25519Key.check(data);
          case SECP256K1, ECDSA -> EcdsaKey.check(type, data);
        };
    return new PublicKey(type, KeyMessage.encode(type, data), check);
  }

  /** The type of the key. */
  public KeyType type() {
    return type;
  }

  /** Returns a copy of the canonical protobuf. */
  public byte[] toProtobuf() {
    return encoded.clone();
  }

  /** Whether the signature over the message is this key's; false for any malformed signature. */
  public boolean verify(byte[] message, byte[] signature) {
    return check.verify(message, signature);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof PublicKey key && Arrays.equals(encoded, key.encoded);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(encoded);
  }

  /** Returns the type and the peer id. */
  @Override
  public String toString() {
    return type + " " + PeerId.of(this);
  }
}
