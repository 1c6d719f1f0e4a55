package fil.heartbeat.libp2p;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.math.BigInteger;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PublicKeyTest {
  private static final byte[] MESSAGE = "noise-libp2p-static-key:".getBytes(UTF_8);
  private static final BigInteger F4 = BigInteger.valueOf(65537);

  @ParameterizedTest
  @EnumSource
  void aKeyIsReadAndWrittenByteForByte(SpecKey key) {
    PublicKey read = PublicKey.fromProtobuf(key.publicProtobuf());
    assertThat(read.type()).isEqualTo(key.type());
    assertThat(read.toProtobuf()).isEqualTo(key.publicProtobuf());
    assertThat(read).hasToString(key.type() + " " + key.peerId());
  }

  @ParameterizedTest
  @EnumSource
  void everyTruncationIsRefused(SpecKey key) {
    byte[] whole = key.publicProtobuf();
    IntStream.range(0, whole.length).forEach(length -> refused(Arrays.copyOf(whole, length)));
    refused(Arrays.copyOf(whole, whole.length + 1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1220%s0801", // data before type
        "08011220%s1800", // an unknown field
        "080108011220%s", // type twice
        "0881001220%s", // a padded type
        "080112a000%s", // a padded length
        "8801001220%s", // another field number for the type
        "09010000000000000012 20%s", // type as fixed64
        "08041220%s", // a type of the future
        "08ffffffffffffffffff011220%s", // type -1
        "1220%s", // no type, although RSA is 0
      })
  void onlyTheCanonicalEncodingIsAKey(String template) {
    String data = HexFormat.of().formatHex(SpecKey.ED25519.publicData());
    refused(HexFormat.of().parseHex(template.replace(" ", "").replace("%s", data)));
  }

  @ParameterizedTest
  @CsvSource({"31", "33", "0", "64"})
  void anEd25519KeyHasExactly32Bytes(int length) {
    refused(KeyType.ED25519, Arrays.copyOf(SpecKey.ED25519.publicData(), length));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // y = 2, for which no x exists
        "0200000000000000000000000000000000000000000000000000000000000000",
        // y = p and p + 1: 0 and 1 written another way
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        // the points of order 1, 2, 4 and 8, for which anybody can forge signatures
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
      })
  void anEd25519KeyOffTheCurveOrOfLowOrderIsRefused(String hex) {
    refused(KeyType.ED25519, HexFormat.of().parseHex(hex));
  }

  @Test
  void aSecp256k1KeyIsA33ByteCompressedPointOfTheCurve() {
    byte[] good = SpecKey.SECP256K1.publicData();
    byte[] uncompressed =
        CustomNamedCurves.getByName("secp256k1").getCurve().decodePoint(good).getEncoded(false);
    refused(KeyType.SECP256K1, uncompressed);
    refused(KeyType.SECP256K1, new byte[1]); // infinity
    refused(KeyType.SECP256K1, new byte[33]);
    for (int prefix : new int[] {0, 1, 4, 6, 7}) {
      byte[] wrong = good.clone();
      wrong[0] = (byte) prefix;
      refused(KeyType.SECP256K1, wrong);
    }
    byte[] noPoint = new byte[33];
    noPoint[0] = 2;
    noPoint[32] = 5; // x = 5 has no y
    refused(KeyType.SECP256K1, noPoint);
    byte[] beyond = new byte[33];
    Arrays.fill(beyond, (byte) 0xff);
    beyond[0] = 2; // x above p
    refused(KeyType.SECP256K1, beyond);
  }

  @Test
  void aP256PointOffTheCurveIsRefused() {
    byte[] data = SpecKey.ECDSA.publicData();
    data[90] ^= 1;
    refused(KeyType.ECDSA, data);
    byte[] zero = SpecKey.ECDSA.publicData();
    Arrays.fill(zero, 27, 91, (byte) 0);
    refused(KeyType.ECDSA, zero);
  }

  @ParameterizedTest
  @ValueSource(strings = {"secp384r1", "secp521r1"})
  void otherCurvesAreRefused(String curve) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec(curve));
    refused(KeyType.ECDSA, generator.generateKeyPair().getPublic().getEncoded());
  }

  @ParameterizedTest
  @CsvSource({"2048", "3072", "8192"})
  void anRsaKeyWithinTheLimitsIsRead(int bits) {
    assertThat(PublicKey.of(KeyType.RSA, rsa(modulus(bits), F4)).type()).isEqualTo(KeyType.RSA);
  }

  @ParameterizedTest
  @CsvSource({"512", "1024", "2047", "8193", "16384", "65536"})
  void anRsaKeyOutsideTheLimitsIsRefused(int bits) {
    refused(KeyType.RSA, rsa(modulus(bits), F4));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "1",
        "2",
        "65536",
        "8589934593", // 2^33 + 1
        "18446744073709551617", // 2^64 + 1
      })
  void anRsaExponentOutsideTheLimitsIsRefused(String exponent) {
    refused(KeyType.RSA, rsa(modulus(2048), new BigInteger(exponent)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"3", "65537", "8589934591"})
  void anOddRsaExponentWithinTheLimitsIsRead(String exponent) {
    byte[] data = rsa(modulus(2048), new BigInteger(exponent));
    assertThat(PublicKey.of(KeyType.RSA, data).verify(MESSAGE, new byte[256])).isFalse();
  }

  @Test
  void anEvenRsaModulusIsRefused() {
    refused(KeyType.RSA, rsa(modulus(2048).subtract(BigInteger.ONE), F4));
  }

  @Test
  void everyDamageOfAnRsaKeysFrameIsRefused() {
    byte[] data = SpecKey.RSA.publicData();
    for (int at : IntStream.concat(IntStream.range(0, 32), IntStream.range(545, 547)).toArray()) {
      byte[] wrong = data.clone();
      wrong[at] ^= 0x40;
      refused(KeyType.RSA, wrong);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aMalformedSignatureIsFalseAndNothingElse(SpecKey key) {
    byte[] good = Identity.fromProtobuf(key.privateProtobuf()).sign(MESSAGE);
    PublicKey open = PublicKey.fromProtobuf(key.publicProtobuf());
    assertThat(open.verify(MESSAGE, good)).isTrue();
    int step = key == SpecKey.RSA ? 97 : 1;
    for (int length = 0; length < good.length; length += step) {
      assertThat(open.verify(MESSAGE, Arrays.copyOf(good, length))).isFalse();
    }
    assertThat(open.verify(MESSAGE, Arrays.copyOf(good, good.length + 1))).isFalse();
    assertThat(open.verify(MESSAGE, new byte[100_000])).isFalse();
    for (int at = 0; at < good.length; at += step) {
      byte[] wrong = good.clone();
      wrong[at] ^= 1;
      assertThat(open.verify(MESSAGE, wrong)).as("byte %d", at).isFalse();
    }
  }

  @Test
  void aMalleatedEd25519SignatureIsFalse() {
    byte[] good = Identity.fromProtobuf(SpecKey.ED25519.privateProtobuf()).sign(MESSAGE);
    BigInteger order =
        new BigInteger("1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3ed", 16);
    byte[] s = new byte[32];
    for (int i = 0; i < 32; i++) {
      s[i] = good[63 - i];
    }
    byte[] moved = new BigInteger(1, s).add(order).toByteArray();
    byte[] malleated = Arrays.copyOf(good, 64);
    for (int i = 0; i < 32; i++) {
      malleated[32 + i] = i < moved.length ? moved[moved.length - 1 - i] : 0;
    }
    PublicKey open = PublicKey.fromProtobuf(SpecKey.ED25519.publicProtobuf());
    assertThat(malleated).isNotEqualTo(good);
    assertThat(open.verify(MESSAGE, malleated)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "3006020100020100",
        "3006020101020100",
        "3006020100020101",
        "300702020001020101", // padded r
        "30060201ff020101", // negative r
        "308106020101020101", // padded length
        "30060201010201010000",
      })
  void ecdsaSignaturesOutOfRangeOrMalformedAreFalse(String hex) {
    byte[] signature = HexFormat.of().parseHex(hex);
    for (SpecKey key : new SpecKey[] {SpecKey.ECDSA, SpecKey.SECP256K1}) {
      PublicKey open = PublicKey.fromProtobuf(key.publicProtobuf());
      assertThat(open.verify(MESSAGE, signature)).isFalse();
    }
  }

  @Test
  void aGoodEcdsaSignatureWithAPaddedLengthIsFalse() {
    for (SpecKey key : new SpecKey[] {SpecKey.ECDSA, SpecKey.SECP256K1}) {
      byte[] good = Identity.fromProtobuf(key.privateProtobuf()).sign(MESSAGE);
      byte[] padded = new byte[good.length + 1];
      padded[0] = good[0];
      padded[1] = (byte) 0x81;
      System.arraycopy(good, 1, padded, 2, good.length - 1);
      PublicKey open = PublicKey.fromProtobuf(key.publicProtobuf());
      assertThat(open.verify(MESSAGE, good)).isTrue();
      assertThat(open.verify(MESSAGE, padded)).isFalse();
    }
  }

  @Test
  void signaturesOfTheJdkAreVerified() throws Exception {
    for (String[] names :
        new String[][] {
          {"EC", "SHA256withECDSA"}, {"RSA", "SHA256withRSA"}, {"Ed25519", "Ed25519"}
        }) {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(names[0]);
      if (names[0].equals("EC")) {
        generator.initialize(new ECGenParameterSpec("secp256r1"));
      }
      var pair = generator.generateKeyPair();
      byte[] spki = pair.getPublic().getEncoded();
      KeyType type =
          switch (names[0]) {
            case "EC" -> KeyType.ECDSA;
            case "RSA" -> KeyType.RSA;
            default -> KeyType.ED25519;
          };
      byte[] data =
          type == KeyType.ED25519 ? Arrays.copyOfRange(spki, spki.length - 32, spki.length) : spki;
      Signature signature = Signature.getInstance(names[1]);
      signature.initSign(pair.getPrivate());
      signature.update(MESSAGE);
      assertThat(PublicKey.of(type, data).verify(MESSAGE, signature.sign())).as(names[0]).isTrue();
    }
  }

  static LongStream seeds() {
    return LongStream.range(0, 300);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void damagedKeysGiveAKeyOrATypedError(long seed) {
    Random random = new Random(seed);
    byte[] encoded = java.util.List.of(SpecKey.values()).get(random.nextInt(4)).publicProtobuf();
    for (int flips = random.nextInt(4); flips >= 0; flips--) {
      encoded[random.nextInt(encoded.length)] = (byte) random.nextInt(256);
    }
    bytesGiveAKeyOrATypedError(encoded);
  }

  @FuzzTest
  void bytesGiveAKeyOrATypedError(byte[] encoded) {
    try {
      PublicKey key = PublicKey.fromProtobuf(encoded);
      assertThat(key.toProtobuf()).isEqualTo(encoded);
      assertThat(key.verify(MESSAGE, encoded)).isFalse();
      assertThat(PeerId.parse(PeerId.of(key).toString())).isEqualTo(PeerId.of(key));
    } catch (Libp2pException e) {
      assertThat(e.code()).isEqualTo(Libp2pException.Code.HANDSHAKE_FAILED);
    }
  }

  private static BigInteger modulus(int bits) {
    return new BigInteger(bits - 2, new Random(bits)).setBit(bits - 1).setBit(0);
  }

  private static byte[] rsa(BigInteger modulus, BigInteger exponent) {
    byte[] wholeBytes = {0};
    byte[] pair = Der.element(Der.SEQUENCE, Der.integer(modulus), Der.integer(exponent));
    return Der.element(
        Der.SEQUENCE,
        HexFormat.of().parseHex("300d06092a864886f70d0101010500"),
        Der.element(Der.BIT_STRING, wholeBytes, pair));
  }

  private static void refused(KeyType type, byte[] data) {
    refused(KeyMessage.encode(type, data));
  }

  private static void refused(byte[] encoded) {
    assertThatThrownBy(() -> PublicKey.fromProtobuf(encoded))
        .isInstanceOfSatisfying(
            Libp2pException.class,
            e -> assertThat(e.code()).isEqualTo(Libp2pException.Code.HANDSHAKE_FAILED))
        .hasMessageStartingWith("key: ");
  }
}
