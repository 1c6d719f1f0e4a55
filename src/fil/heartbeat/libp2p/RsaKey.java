package fil.heartbeat.libp2p;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.RSAPrivateCrtKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** RSA with PKCS#1 v1.5 signatures over SHA-256, by the JDK's provider. Spec: RFC 8017. */
final class RsaKey implements SecretKey {
  private static final int MIN_BITS = 2048;

  /**
   * Largest key: checking signatures of longer ones is expensive enough for an attack by
   * handshakes.
   */
  private static final int MAX_BITS = 8192;

  /** A public key of {@link #MAX_BITS} takes 1,062 bytes. */
  private static final int MAX_PUBLIC_BYTES = 1100;

  private static final BigInteger MIN_EXPONENT = BigInteger.valueOf(3);
  private static final BigInteger MAX_EXPONENT = BigInteger.ONE.shiftLeft(33);

  /** The algorithm identifier: object id 1.2.840.113549.1.1.1 and null. */
  private static final byte[] ALGORITHM = HexFormat.of().parseHex("300d06092a864886f70d0101010500");

  private static final int PRIVATE_INTEGERS = 8;
  private static final String SCHEME = "SHA256withRSA";

  private final List<BigInteger> integers;
  private final PrivateKey key;

  /** Takes n, e, d, p, q, d mod p-1, d mod q-1, 1/q mod p, as PKCS#1 orders them. */
  private RsaKey(List<BigInteger> integers) {
    this.integers = integers;
    checkSize(integers.get(0), integers.get(1));
    if (!integers.get(3).multiply(integers.get(4)).equals(integers.get(0))) {
      throw KeyMessage.malformed("RSA primes do not give the modulus (expected: p × q = n)");
    }
    try {
      key =
          KeyFactory.getInstance("RSA")
              .generatePrivate(
                  new RSAPrivateCrtKeySpec(
                      integers.get(0),
                      integers.get(1),
                      integers.get(2),
                      integers.get(3),
                      integers.get(4),
                      integers.get(5),
                      integers.get(6),
                      integers.get(7)));
      byte[] probe = new byte[32];
      if (check(publicEncoded()).verify(probe, signed(probe))) {
        return;
      }
    } catch (GeneralSecurityException | ArithmeticException e) {
      throw new Libp2pException(
          Libp2pException.Code.HANDSHAKE_FAILED, "key: RSA private key is not usable", e);
    }
    throw KeyMessage.malformed("RSA private key does not fit its public half (expected: its own)");
  }

  /** Reads a PKIX SubjectPublicKeyInfo; its size is checked before anything is computed. */
  static SignatureCheck check(byte[] encoded) {
    if (encoded.length > MAX_PUBLIC_BYTES) {
      throw KeyMessage.malformed(
          "RSA of " + encoded.length + " bytes (expected: at most " + MAX_PUBLIC_BYTES + ")");
    }
    Der outer = new Der(encoded);
    Der info = outer.inside(Der.SEQUENCE);
    outer.end();
    byte[] algorithm = Der.element(Der.SEQUENCE, info.content(Der.SEQUENCE));
    if (!Arrays.equals(algorithm, ALGORITHM)) {
      throw KeyMessage.malformed("RSA key names another algorithm (expected: rsaEncryption)");
    }
    Der bits = new Der(info.bits());
    info.end();
    Der integers = bits.inside(Der.SEQUENCE);
    bits.end();
    BigInteger modulus = integers.integer();
    BigInteger exponent = integers.integer();
    integers.end();
    checkSize(modulus, exponent);
    try {
      var key =
          KeyFactory.getInstance("RSA").generatePublic(new RSAPublicKeySpec(modulus, exponent));
      return (message, signature) -> verify(key, message, signature);
    } catch (GeneralSecurityException e) {
      throw new Libp2pException(
          Libp2pException.Code.HANDSHAKE_FAILED, "key: RSA key is not usable", e);
    }
  }

  /** Reads a PKCS#1 RSAPrivateKey of two primes. */
  static RsaKey read(byte[] encoded) {
    Der outer = new Der(encoded);
    Der sequence = outer.inside(Der.SEQUENCE);
    outer.end();
    if (sequence.integer().signum() != 0) {
      throw KeyMessage.malformed("RSA private key of another version (expected: 0, two primes)");
    }
    List<BigInteger> integers = new ArrayList<>();
    while (integers.size() < PRIVATE_INTEGERS) {
      integers.add(sequence.integer());
    }
    sequence.end();
    return new RsaKey(integers);
  }

  static RsaKey generate() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(MIN_BITS, Randomness.source());
      RSAPrivateCrtKey key = (RSAPrivateCrtKey) generator.generateKeyPair().getPrivate();
      return new RsaKey(
          List.of(
              key.getModulus(),
              key.getPublicExponent(),
              key.getPrivateExponent(),
              key.getPrimeP(),
              key.getPrimeQ(),
              key.getPrimeExponentP(),
              key.getPrimeExponentQ(),
              key.getCrtCoefficient()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no RSA", e);
    }
  }

  @Override
  public KeyType type() {
    return KeyType.RSA;
  }

  @Override
  public byte[] encoded() {
    List<byte[]> parts = new ArrayList<>();
    parts.add(Der.integer(BigInteger.ZERO));
    for (BigInteger integer : integers) {
      parts.add(Der.integer(integer));
    }
    return Der.element(Der.SEQUENCE, parts.toArray(new byte[0][]));
  }

  @Override
  public byte[] publicEncoded() {
    byte[] pair =
        Der.element(Der.SEQUENCE, Der.integer(integers.get(0)), Der.integer(integers.get(1)));
    byte[] wholeBytes = {0};
    return Der.element(Der.SEQUENCE, ALGORITHM, Der.element(Der.BIT_STRING, wholeBytes, pair));
  }

  @Override
  public byte[] sign(byte[] message) {
    try {
      return signed(message);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("RSA key stopped signing", e);
    }
  }

  private byte[] signed(byte[] message) throws GeneralSecurityException {
    Signature signature = Signature.getInstance(SCHEME);
    signature.initSign(key, Randomness.source());
    signature.update(message);
    return signature.sign();
  }

  private static boolean verify(java.security.PublicKey key, byte[] message, byte[] bytes) {
    try {
      Signature signature = Signature.getInstance(SCHEME);
      signature.initVerify(key);
      signature.update(message);
      return signature.verify(bytes);
    } catch (SignatureException e) {
      return false;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no " + SCHEME, e);
    }
  }

  private static void checkSize(BigInteger modulus, BigInteger exponent) {
    int bits = modulus.bitLength();
    if (bits < MIN_BITS || bits > MAX_BITS || !modulus.testBit(0)) {
      throw KeyMessage.malformed(
          "RSA modulus of " + bits + " bits (expected: odd, " + MIN_BITS + " to " + MAX_BITS + ")");
    }
    boolean outside = exponent.compareTo(MIN_EXPONENT) < 0 || exponent.compareTo(MAX_EXPONENT) > 0;
    if (outside || !exponent.testBit(0)) {
      throw KeyMessage.malformed(
          "RSA exponent of " + exponent.bitLength() + " bits (expected: odd, 3 to 2^33)");
    }
  }
}
