package fil.heartbeat.libp2p.jvm;

import fil.heartbeat.libp2p.Identity;
import io.libp2p.core.crypto.KeyKt;
import io.libp2p.core.crypto.PrivKey;
import io.libp2p.core.crypto.PubKey;

/**
 * An {@link Identity} as a key of the library. The identity does the signing: the library reads
 * only some of the key encodings.
 */
final class IdentityKey extends PrivKey {
  private final Identity identity;
  private final PubKey publicKey;

  private IdentityKey(Identity identity, PubKey publicKey) {
    super(publicKey.getKeyType());
    this.identity = identity;
    this.publicKey = publicKey;
  }

  static IdentityKey of(Identity identity) {
    return new IdentityKey(identity, KeyKt.unmarshalPublicKey(identity.publicKey().toProtobuf()));
  }

  @Override
  public byte[] sign(byte[] data) {
    return identity.sign(data);
  }

  @Override
  public PubKey publicKey() {
    return publicKey;
  }

  /** Never called by the library; the secret stays with the identity. */
  @Override
  public byte[] raw() {
    throw new UnsupportedOperationException("the private key is not given out");
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof IdentityKey key && key.publicKey.equals(publicKey);
  }

  @Override
  public int hashCode() {
    return publicKey.hashCode();
  }
}
