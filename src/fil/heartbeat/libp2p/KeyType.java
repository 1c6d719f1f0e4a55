package fil.heartbeat.libp2p;

/** The key types of libp2p, in the order of their protobuf numbers. Spec: libp2p peer-ids. */
public enum KeyType {
  RSA,
  ED25519,
  SECP256K1,
  ECDSA
}
