package fil.heartbeat.libp2p.curve;

import org.bouncycastle.math.ec.rfc7748.X25519;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.jspecify.annotations.Nullable;

/** By BouncyCastle, several times faster than the JDK's own providers up to JDK 25. */
final class PortableCurves implements Curves {

  @Override
  public byte[] publicKey(byte[] privateKey) {
    byte[] publicKey = new byte[KEY];
    X25519.generatePublicKey(privateKey, 0, publicKey, 0);
    return publicKey;
  }

  @Override
  public byte @Nullable [] agree(byte[] privateKey, byte[] remotePublicKey) {
    byte[] secret = new byte[KEY];
    return X25519.calculateAgreement(privateKey, 0, remotePublicKey, 0, secret, 0) ? secret : null;
  }

  @Override
  public @Nullable Ed25519Check ed25519(byte[] publicKey) {
    Ed25519.PublicPoint point = Ed25519.validatePublicKeyPartialExport(publicKey, 0);
    if (point == null) {
      return null;
    }
    return (message, signature) ->
        signature.length == ED25519_SIGNATURE
            && Ed25519.verify(signature, 0, point, message, 0, message.length);
  }

  @Override
  public String library() {
    return "BouncyCastle";
  }
}
