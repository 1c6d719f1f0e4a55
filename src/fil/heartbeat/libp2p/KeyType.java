package fil.heartbeat.libp2p;

import java.util.Optional;

/** The key types of libp2p, in the order of their protobuf numbers. Spec: libp2p peer-ids. */
public enum KeyType {
  /** RSA of 2048 to 8192 bits. */
  RSA(0),
  /** Ed25519, the usual type. */
  ED25519(1),
  /** ECDSA on secp256k1. */
  SECP256K1(2),
  /** ECDSA on P-256. */
  ECDSA(3);

  private final int number;

  KeyType(int number) {
    this.number = number;
  }

  /** The number in the {@code Type} field. */
  int number() {
    return number;
  }

  static Optional<KeyType> ofNumber(long number) {
    for (KeyType type : values()) {
      if (type.number == number) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }
}
