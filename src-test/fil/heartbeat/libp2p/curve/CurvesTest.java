package fil.heartbeat.libp2p.curve;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fil.heartbeat.libp2p.curve.Curves.Ed25519Check;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Both libraries agree on what they compute and on what they refuse. */
class CurvesTest {
  private static final BigInteger ORDER =
      new BigInteger(
          "7237005577332262213973186563042994240857116359379907606001950938285454250989");

  @TempDir private static Path folder;

  static Stream<Curves> libraries() throws IOException {
    Curves portable = new PortableCurves();
    return Stream.of(portable, NativeCurves.load(folder));
  }

  @ParameterizedTest
  @MethodSource("libraries")
  void givesTheKnownResults(Curves curves) {
    assertThat(CurveVectors.fault(curves)).isNull();
  }

  @ParameterizedTest
  @MethodSource("libraries")
  void pointsOfSmallOrderGiveNoSecret(Curves curves) {
    byte[] key = new byte[32];
    new Random(1).nextBytes(key);
    for (String point :
        List.of(
            "0000000000000000000000000000000000000000000000000000000000000000",
            "0100000000000000000000000000000000000000000000000000000000000000",
            "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
            "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")) {
      assertThat(curves.agree(key, hex(point))).as(point).isNull();
    }
  }

  @ParameterizedTest
  @MethodSource("libraries")
  void keysOfSmallOrderAndOtherEncodingsAreRefused(Curves curves) {
    for (String key :
        List.of(
            "0000000000000000000000000000000000000000000000000000000000000000",
            "0000000000000000000000000000000000000000000000000000000000000080",
            "0100000000000000000000000000000000000000000000000000000000000000",
            "0100000000000000000000000000000000000000000000000000000000000080",
            "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
            "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
            "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
            "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "0200000000000000000000000000000000000000000000000000000000000000")) {
      assertThat(curves.ed25519(hex(key))).as(key).isNull();
    }
  }

  @ParameterizedTest
  @MethodSource("libraries")
  void aSignatureIsCheckedInWhole(Curves curves) {
    Random random = new Random(2);
    for (int i = 0; i < 50; i++) {
      byte[] seed = new byte[32];
      byte[] key = new byte[32];
      byte[] message = new byte[i];
      byte[] signature = new byte[64];
      random.nextBytes(seed);
      random.nextBytes(message);
      Ed25519.generatePublicKey(seed, 0, key, 0);
      Ed25519.sign(seed, 0, message, 0, message.length, signature, 0);
      Ed25519Check check = Objects.requireNonNull(curves.ed25519(key));
      assertThat(check.verify(message, signature)).isTrue();
      byte[] forged = signature.clone();
      forged[random.nextInt(64)] ^= (byte) (1 << random.nextInt(8));
      assertThat(check.verify(message, forged)).isFalse();
      assertThat(check.verify(message, withOrderAdded(signature))).isFalse();
      assertThat(check.verify((i + "x").getBytes(UTF_8), signature)).isFalse();
      assertThat(check.verify(message, new byte[64])).isFalse();
      assertThat(check.verify(message, new byte[63])).isFalse();
      assertThat(check.verify(message, new byte[0])).isFalse();
      assertThat(check.verify(message, new byte[65])).isFalse();
    }
  }

  @Test
  void theSecretsOfBothAreTheSame() throws IOException {
    Curves portable = new PortableCurves();
    Curves sodium = NativeCurves.load(folder);
    Random random = new Random(3);
    for (int i = 0; i < 200; i++) {
      byte[] key = new byte[32];
      byte[] remote = new byte[32];
      random.nextBytes(key);
      random.nextBytes(remote);
      assertThat(sodium.publicKey(key)).isEqualTo(portable.publicKey(key));
      assertThat(sodium.agree(key, remote)).isEqualTo(portable.agree(key, remote));
    }
  }

  @Test
  void aKeyOfAnotherLengthReachesNoLibrary() throws IOException {
    Curves sodium = NativeCurves.load(folder);
    assertThatThrownBy(() -> sodium.publicKey(new byte[31]))
        .hasMessage("key of 31 bytes (expected: 32)");
    assertThatThrownBy(() -> sodium.agree(new byte[32], new byte[33]))
        .hasMessage("key of 33 bytes (expected: 32)");
    assertThatThrownBy(() -> sodium.ed25519(new byte[0]))
        .hasMessage("key of 0 bytes (expected: 32)");
  }

  @Test
  void nothingIsLeftInTheFolder() throws IOException {
    Curves unused = NativeCurves.load(folder);
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void aFolderThatCannotBeUsedIsNamedAndNothingChanges() {
    Curves before = Curves.active();
    assertThatThrownBy(() -> NativeCurves.load(folder.resolve("absent")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(folder + "/absent");
    assertThat(Curves.active()).isSameAs(before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"FreeBSD/amd64", "Linux/riscv64", "Windows 11/aarch64", "/"})
  void someMachinesHaveNoLibrary(String machine) {
    String[] parts = machine.split("/", -1);
    assertThat(NativeCurves.resource(parts[0], parts[1])).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Linux/amd64", "Linux/aarch64", "Mac OS X/aarch64", "Windows 11/amd64"})
  void theLibraryOfAnyOtherIsThere(String machine) {
    String[] parts = machine.split("/", -1);
    assertThat(CurvesTest.class.getResource("/" + NativeCurves.resource(parts[0], parts[1])))
        .isNotNull();
  }

  /** The same scalar in another encoding, which would make a second signature of one. */
  private static byte[] withOrderAdded(byte[] signature) {
    byte[] big = new byte[32];
    for (int i = 0; i < 32; i++) {
      big[i] = signature[63 - i];
    }
    byte[] sum = new BigInteger(1, big).add(ORDER).toByteArray();
    byte[] changed = signature.clone();
    for (int i = 0; i < 32; i++) {
      changed[32 + i] = i < sum.length ? sum[sum.length - 1 - i] : 0;
    }
    return changed;
  }

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text);
  }
}
