package fil.heartbeat.libp2p;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.math.BigInteger;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class IdentityTest {
  private static final byte[] MESSAGE = "noise-libp2p-static-key:".getBytes(UTF_8);

  @ParameterizedTest
  @EnumSource
  void aSpecPrivateKeyGivesItsPublicKeyAndItself(SpecKey key) {
    Identity identity = Identity.fromProtobuf(key.privateProtobuf());
    assertThat(identity.publicKey().toProtobuf()).isEqualTo(key.publicProtobuf());
    assertThat(identity.publicKey().type()).isEqualTo(key.type());
    assertThat(identity.peerId()).hasToString(key.peerId());
    assertThat(identity.toProtobuf()).isEqualTo(key.privateProtobuf());
  }

  @ParameterizedTest
  @EnumSource
  void aSpecKeysSignatureIsVerifiedByItsPublicKey(SpecKey key) {
    byte[] signature = Identity.fromProtobuf(key.privateProtobuf()).sign(MESSAGE);
    PublicKey open = PublicKey.fromProtobuf(key.publicProtobuf());
    assertThat(open.verify(MESSAGE, signature)).isTrue();
    assertThat(open.verify(new byte[0], signature)).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void aNewKeyIsReadBackAsItself(KeyType type) {
    Identity made = Identity.generate(type);
    Identity read = Identity.fromProtobuf(made.toProtobuf());
    assertThat(read.peerId()).isEqualTo(made.peerId());
    assertThat(read.publicKey()).isEqualTo(made.publicKey()).hasSameHashCodeAs(made.publicKey());
    assertThat(made.publicKey().verify(MESSAGE, read.sign(MESSAGE))).isTrue();
    assertThat(Identity.generate(type).peerId()).isNotEqualTo(made.peerId());
  }

  @ParameterizedTest
  @EnumSource
  void printingAnIdentityShowsNothingSecret(SpecKey key) {
    Identity identity = Identity.fromProtobuf(key.privateProtobuf());
    assertThat(identity).hasToString(key.type() + " " + key.peerId());
  }

  @Test
  void anOldEd25519FileWithThePublicKeyTwiceIsRead() {
    byte[] encoded = SpecKey.ED25519.privateProtobuf();
    byte[] old = Arrays.copyOf(Arrays.copyOfRange(encoded, 4, 68), 96);
    System.arraycopy(old, 32, old, 64, 32);
    Identity identity = Identity.fromProtobuf(KeyMessage.encode(KeyType.ED25519, old));
    assertThat(identity.peerId()).hasToString(SpecKey.ED25519.peerId());
    assertThat(identity.toProtobuf()).isEqualTo(encoded);

    for (int at : new int[] {32, 95}) {
      byte[] wrong = old.clone();
      wrong[at] ^= 1;
      assertThatThrownBy(() -> Identity.fromProtobuf(KeyMessage.encode(KeyType.ED25519, wrong)))
          .hasMessageContaining("public half");
    }
  }

  /** RFC 8032, 7.1, test 2. */
  @Test
  void aSecretOf32BytesGivesItsEd25519Key() {
    byte[] secret =
        HexFormat.of().parseHex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
    Identity identity = Identity.ofEd25519Secret(secret);
    assertThat(identity.publicKey().toProtobuf())
        .isEqualTo(
            HexFormat.of()
                .parseHex(
                    "080112203d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"));
    assertThat(Identity.fromProtobuf(identity.toProtobuf()).peerId()).isEqualTo(identity.peerId());
    assertThatThrownBy(() -> Identity.ofEd25519Secret(new byte[31]))
        .isInstanceOf(Libp2pException.class)
        .hasMessageContaining("31 bytes (expected: 32)");
  }

  @Test
  void aP256KeyInPkcs8IsReadAndWrittenAsSec1() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    var pair = generator.generateKeyPair();
    byte[] pkcs8 = pair.getPrivate().getEncoded();
    Identity identity = Identity.fromProtobuf(KeyMessage.encode(KeyType.ECDSA, pkcs8));
    byte[] pkix = KeyMessage.decode(identity.publicKey().toProtobuf()).data();
    assertThat(pkix).isEqualTo(pair.getPublic().getEncoded());
    assertThat(KeyMessage.decode(identity.toProtobuf()).data()).startsWith(0x30, 0x77, 2, 1, 1, 4);
    assertThat(Identity.fromProtobuf(identity.toProtobuf()).peerId()).isEqualTo(identity.peerId());
  }

  @Test
  void aP256KeyWithThePublicHalfOfAnotherIsRefused() {
    byte[] data = KeyMessage.decode(SpecKey.ECDSA.privateProtobuf()).data();
    data[data.length - 1] ^= 1;
    assertThatThrownBy(() -> Identity.fromProtobuf(KeyMessage.encode(KeyType.ECDSA, data)))
        .hasMessageContaining("public half");
  }

  @Test
  void aKeyOfAnotherCurveIsRefused() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp384r1"));
    byte[] pkcs8 = generator.generateKeyPair().getPrivate().getEncoded();
    assertThatThrownBy(() -> Identity.fromProtobuf(KeyMessage.encode(KeyType.ECDSA, pkcs8)))
        .hasMessageContaining("expected: P-256");
  }

  @Test
  void aScalarOutsideTheCurvesOrderIsRefused() {
    String order = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";
    for (String scalar : new String[] {order, "00".repeat(32), "ff".repeat(32), "01", ""}) {
      byte[] data = HexFormat.of().parseHex(scalar);
      assertThatThrownBy(() -> Identity.fromProtobuf(KeyMessage.encode(KeyType.SECP256K1, data)))
          .isInstanceOf(Libp2pException.class)
          .hasMessageContaining("from 1 to n-1");
    }
  }

  @Test
  void secp256k1SignaturesHaveALowS() {
    Identity identity = Identity.fromProtobuf(SpecKey.SECP256K1.privateProtobuf());
    BigInteger half =
        new BigInteger("7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0", 16);
    IntStream.range(0, 64)
        .forEach(
            i -> {
              Der pair = new Der(identity.sign(new byte[] {(byte) i})).inside(Der.SEQUENCE);
              assertThat(pair.integer()).isPositive();
              assertThat(pair.integer()).isLessThanOrEqualTo(half);
            });
  }

  @Test
  void anRsaKeyWhosePartsDoNotFitIsRefused() {
    byte[] data = KeyMessage.decode(SpecKey.RSA.privateProtobuf()).data();
    // A change in the private exponent does not matter, since the primes are used to sign; anywhere
    // else it does.
    for (int at : new int[] {20, 520, 1100, 1400, 1700, 1950, 2200}) {
      byte[] wrong = data.clone();
      wrong[at] ^= 1;
      assertThatThrownBy(() -> Identity.fromProtobuf(KeyMessage.encode(KeyType.RSA, wrong)))
          .as("byte %d", at)
          .isInstanceOf(Libp2pException.class);
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyTruncationIsRefusedWithoutShowingTheKey(SpecKey key) {
    byte[] whole = key.privateProtobuf();
    int step = whole.length > 500 ? 37 : 1;
    IntStream.iterate(0, length -> length < whole.length, length -> length + step)
        .forEach(
            length ->
                assertThatThrownBy(() -> Identity.fromProtobuf(Arrays.copyOf(whole, length)))
                    .isInstanceOfSatisfying(
                        Libp2pException.class,
                        e ->
                            assertThat(e.code()).isEqualTo(Libp2pException.Code.HANDSHAKE_FAILED)));
  }

  @Test
  void theJdkAgreesOnP256() throws Exception {
    Identity identity = Identity.fromProtobuf(SpecKey.ECDSA.privateProtobuf());
    var spec = new java.security.spec.X509EncodedKeySpec(SpecKey.ECDSA.publicData());
    var jdk = java.security.Signature.getInstance("SHA256withECDSA");
    jdk.initVerify(KeyFactory.getInstance("EC").generatePublic(spec));
    jdk.update(MESSAGE);
    assertThat(jdk.verify(identity.sign(MESSAGE))).isTrue();
  }

  @FuzzTest
  void bytesGiveAKeyOrATypedError(byte[] input) {
    try {
      Identity identity = Identity.fromProtobuf(input);
      assertThat(Identity.fromProtobuf(identity.toProtobuf()).peerId())
          .isEqualTo(identity.peerId());
    } catch (Libp2pException e) {
      assertThat(e.code()).isEqualTo(Libp2pException.Code.HANDSHAKE_FAILED);
    }
  }
}
