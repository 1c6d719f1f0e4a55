package fil.heartbeat.libp2p;

import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.HMacDSAKCalculator;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;
import org.bouncycastle.util.BigIntegers;

/**
 * ECDSA over SHA-256 on secp256k1 and on P-256, by BouncyCastle: the JDK has no secp256k1 and
 * accepts P-256 points that are off the curve. Signatures are DER with the lower of the two values
 * of s; nonces follow from key and message. Spec: libp2p peer-ids, SEC 1, RFC 6979.
 */
final class EcdsaKey implements SecretKey {

  /** Bytes of a private scalar on both curves. */
  static final int SCALAR_BYTES = 32;

  private static final int POINT_BYTES = 33;

  /** A sequence of two integers of 33 bytes. */
  private static final int MAX_SIGNATURE_BYTES = 72;

  private static final SecureRandom RANDOM = Randomness.source();
  private static final ECDomainParameters SECP256K1 = domain("secp256k1");
  private static final ECDomainParameters P256 = domain("secp256r1");

  private final KeyType type;
  private final BigInteger scalar;
  private final ECPoint point;

  private EcdsaKey(KeyType type, byte[] secret) {
    BigInteger value = new BigInteger(1, secret);
    ECDomainParameters domain = domain(type);
    boolean inRange = value.signum() > 0 && value.compareTo(domain.getN()) < 0;
    if (secret.length != SCALAR_BYTES || !inRange) {
      throw KeyMessage.malformed(
          type + " private key of " + secret.length + " bytes (expected: 32, from 1 to n-1)");
    }
    this.type = type;
    this.scalar = value;
    this.point = new FixedPointCombMultiplier().multiply(domain.getG(), value).normalize();
  }

  /** Reads a compressed point of secp256k1, or PKIX with an uncompressed point of P-256. */
  static SignatureCheck check(KeyType type, byte[] encoded) {
    byte[] bytes = type == KeyType.ECDSA ? P256Der.point(encoded) : encoded;
    if (type == KeyType.SECP256K1 && bytes.length != POINT_BYTES) {
      throw KeyMessage.malformed("secp256k1 key of " + bytes.length + " bytes (expected: 33)");
    }
    ECPoint point;
    try {
      point = domain(type).getCurve().decodePoint(bytes);
    } catch (IllegalArgumentException e) {
      throw new Libp2pException(
          Libp2pException.Code.HANDSHAKE_FAILED,
          "key: " + type + " key is not a point of the curve (expected: one that is)",
          e);
    }
    ECPublicKeyParameters key = new ECPublicKeyParameters(point, domain(type));
    return (message, signature) -> verify(key, message, signature);
  }

  /** Reads 32 bytes of secp256k1, or SEC 1 or PKCS#8 DER of P-256. */
  static EcdsaKey read(KeyType type, byte[] encoded) {
    if (type != KeyType.ECDSA) {
      return new EcdsaKey(type, encoded);
    }
    P256Der.Secret secret = P256Der.secret(encoded);
    EcdsaKey key = new EcdsaKey(type, secret.scalar());
    byte[] point = secret.point();
    if (point.length > 0 && !Arrays.equals(point, key.point.getEncoded(false))) {
      throw KeyMessage.malformed(
          "the public half of an ECDSA private key does not belong to it (expected: its own)");
    }
    return key;
  }

  static EcdsaKey generate(KeyType type) {
    BigInteger last = domain(type).getN().subtract(BigInteger.ONE);
    BigInteger scalar = BigIntegers.createRandomInRange(BigInteger.ONE, last, RANDOM);
    return new EcdsaKey(type, BigIntegers.asUnsignedByteArray(SCALAR_BYTES, scalar));
  }

  @Override
  public KeyType type() {
    return type;
  }

  @Override
  public byte[] encoded() {
    byte[] secret = BigIntegers.asUnsignedByteArray(SCALAR_BYTES, scalar);
    return type == KeyType.ECDSA ? P256Der.sec1(secret, point.getEncoded(false)) : secret;
  }

  @Override
  public byte[] publicEncoded() {
    return type == KeyType.ECDSA ? P256Der.pkix(point.getEncoded(false)) : point.getEncoded(true);
  }

  @Override
  public byte[] sign(byte[] message) {
    ECDomainParameters domain = domain(type);
    ECDSASigner signer = new ECDSASigner(new HMacDSAKCalculator(new SHA256Digest()));
    signer.init(true, new ECPrivateKeyParameters(scalar, domain));
    BigInteger[] pair = signer.generateSignature(sha256(message));
    BigInteger low = pair[1].min(domain.getN().subtract(pair[1]));
    return Der.element(Der.SEQUENCE, Der.integer(pair[0]), Der.integer(low));
  }

  private static boolean verify(ECPublicKeyParameters key, byte[] message, byte[] signature) {
    if (signature.length > MAX_SIGNATURE_BYTES) {
      return false;
    }
    BigInteger r;
    BigInteger s;
    try {
      Der outer = new Der(signature);
      Der pair = outer.inside(Der.SEQUENCE);
      outer.end();
      r = pair.integer();
      s = pair.integer();
      pair.end();
    } catch (Libp2pException e) {
      return false;
    }
    ECDSASigner signer = new ECDSASigner();
    signer.init(false, key);
    return signer.verifySignature(sha256(message), r, s);
  }

  private static byte[] sha256(byte[] message) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(message);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java has no SHA-256", e);
    }
  }

  private static ECDomainParameters domain(KeyType type) {
    return type == KeyType.ECDSA ? P256 : SECP256K1;
  }

  private static ECDomainParameters domain(String name) {
    X9ECParameters curve = CustomNamedCurves.getByName(name);
    return new ECDomainParameters(curve.getCurve(), curve.getG(), curve.getN(), curve.getH());
  }
}
