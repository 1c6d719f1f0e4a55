package fil.heartbeat.libp2p.curve;

import fil.heartbeat.libp2p.curve.Curves.Ed25519Check;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Known results, which a library must give before it is used. Spec: RFC 7748, RFC 8032. */
final class CurveVectors {
  // RFC 7748, 6.1.
  private static final byte[] PRIVATE =
      hex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a");
  private static final byte[] PUBLIC =
      hex("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
  private static final byte[] REMOTE =
      hex("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");
  private static final byte[] SECRET =
      hex("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742");

  // RFC 8032, 7.1, test 2.
  private static final byte[] SIGNER =
      hex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
  private static final byte[] MESSAGE = {0x72};
  private static final byte[] SIGNATURE =
      hex(
          "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
              + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");

  private CurveVectors() {}

  /** Returns which known result these do not give; null when they give all. */
  static @Nullable String fault(Curves curves) {
    if (!Arrays.equals(curves.publicKey(PRIVATE), PUBLIC)) {
      return "an X25519 public key";
    }
    byte[] secret = curves.agree(PRIVATE, REMOTE);
    if (secret == null || !Arrays.equals(secret, SECRET)) {
      return "an X25519 shared secret";
    }
    if (curves.agree(PRIVATE, new byte[Curves.KEY]) != null) {
      return "a point of small order, which is to be refused";
    }
    Ed25519Check check = curves.ed25519(SIGNER);
    if (check == null || !check.verify(MESSAGE, SIGNATURE)) {
      return "an Ed25519 signature";
    }
    byte[] forged = SIGNATURE.clone();
    forged[0] ^= 1;
    if (check.verify(MESSAGE, forged) || check.verify(new byte[] {0x73}, SIGNATURE)) {
      return "a forged Ed25519 signature, which is to be refused";
    }
    return null;
  }

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text);
  }
}
