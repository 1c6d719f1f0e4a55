package fil.heartbeat.libp2p;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The DER forms of P-256 keys: PKIX for public keys; SEC 1 (which Go writes) and PKCS#8 around it
 * for private ones. Spec: RFC 5480, RFC 5915, RFC 5958.
 */
final class P256Der {
  private static final int POINT_BYTES = 65;
  private static final int UNCOMPRESSED = 4;
  private static final int PKIX_BYTES = 91;

  /** Object id 1.2.840.10045.3.1.7. */
  private static final byte[] CURVE = HexFormat.of().parseHex("06082a8648ce3d030107");

  /** Object id 1.2.840.10045.2.1 and the curve. */
  private static final byte[] ALGORITHM =
      HexFormat.of().parseHex("301306072a8648ce3d020106082a8648ce3d030107");

  private P256Der() {}

  /** Scalar and point of a private key; the point is empty when the key does not carry it. */
  static final class Secret {
    private final byte[] scalar;
    private final byte[] point;

    private Secret(byte[] scalar, byte[] point) {
      this.scalar = scalar;
      this.point = point;
    }

    byte[] scalar() {
      return scalar;
    }

    byte[] point() {
      return point;
    }
  }

  static byte[] pkix(byte[] point) {
    byte[] wholeBytes = {0};
    return Der.element(Der.SEQUENCE, ALGORITHM, Der.element(Der.BIT_STRING, wholeBytes, point));
  }

  /** The uncompressed point inside a PKIX key, which has one size and one form. */
  static byte[] point(byte[] pkix) {
    if (pkix.length != PKIX_BYTES) {
      throw KeyMessage.malformed(
          "ECDSA key of " + pkix.length + " bytes (expected: 91, PKIX of P-256)");
    }
    byte[] point = Arrays.copyOfRange(pkix, PKIX_BYTES - POINT_BYTES, PKIX_BYTES);
    if (point[0] != UNCOMPRESSED || !Arrays.equals(pkix(point), pkix)) {
      throw KeyMessage.malformed(
          "ECDSA key of another curve or form (expected: PKIX of an uncompressed P-256 point)");
    }
    return point;
  }

  static byte[] sec1(byte[] scalar, byte[] point) {
    byte[] wholeBytes = {0};
    return Der.element(
        Der.SEQUENCE,
        Der.integer(BigInteger.ONE),
        Der.element(Der.OCTET_STRING, scalar),
        Der.element(Der.CONTEXT_0, CURVE),
        Der.element(Der.CONTEXT_1, Der.element(Der.BIT_STRING, wholeBytes, point)));
  }

  static Secret secret(byte[] encoded) {
    Der outer = new Der(encoded);
    Der sequence = outer.inside(Der.SEQUENCE);
    outer.end();
    BigInteger version = sequence.integer();
    if (version.signum() == 0) {
      expect(Der.element(Der.SEQUENCE, sequence.content(Der.SEQUENCE)), ALGORITHM);
      // Attributes may follow; they do not concern the key.
      Der inner = sequence.inside(Der.OCTET_STRING);
      Der sec1 = inner.inside(Der.SEQUENCE);
      inner.end();
      return secret(sec1.integer(), sec1);
    }
    return secret(version, sequence);
  }

  private static Secret secret(BigInteger version, Der sec1) {
    if (!version.equals(BigInteger.ONE)) {
      throw KeyMessage.malformed("ECDSA private key of another version (expected: 1)");
    }
    byte[] scalar = sec1.content(Der.OCTET_STRING);
    if (sec1.at(Der.CONTEXT_0)) {
      expect(sec1.content(Der.CONTEXT_0), CURVE);
    }
    byte[] point = sec1.at(Der.CONTEXT_1) ? sec1.inside(Der.CONTEXT_1).bits() : new byte[0];
    sec1.end();
    return new Secret(scalar, point);
  }

  private static void expect(byte[] found, byte[] expected) {
    if (!Arrays.equals(found, expected)) {
      throw KeyMessage.malformed("ECDSA private key of another curve (expected: P-256)");
    }
  }
}
