package fil.heartbeat.libp2p;

/** Verifies signatures of a validated public key. */
@FunctionalInterface
interface SignatureCheck {

  /** False for any malformed signature; never throws. */
  boolean verify(byte[] message, byte[] signature);
}
