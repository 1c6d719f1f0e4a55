package fil.heartbeat.libp2p;

/** A private key of one type, in the encodings of libp2p's {@code Data} fields. */
interface SecretKey {
  KeyType type();

  byte[] encoded();

  byte[] publicEncoded();

  byte[] sign(byte[] message);
}
