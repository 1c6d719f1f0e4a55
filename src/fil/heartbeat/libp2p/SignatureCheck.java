package fil.heartbeat.libp2p;

/** What a checked public key can do. */
@FunctionalInterface
interface SignatureCheck {

  /** False for any malformed signature; never throws. */
  boolean verify(byte[] message, byte[] signature);
}
