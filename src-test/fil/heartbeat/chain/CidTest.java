package fil.heartbeat.chain;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import fil.heartbeat.multiformats.Base32;
import fil.heartbeat.multiformats.Base58;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CidTest {
  private static final String MAINNET_GENESIS =
      "bafy2bzacecnamqgqmifpluoeldx7zzglxcljo6oja4vrmtj7432rphldpdmm2";
  private static final String V0 = "QmQwnJwu3UXNEKyPwZQEEuLAPz6i3tRiYvUCJzYnVZjcwB";

  @Test
  void aFilecoinBlockIdIsDagCborAndBlake2b() {
    byte[] bytes = Cid.parse(MAINNET_GENESIS).toBytes();
    assertThat(HexFormat.of().formatHex(bytes)).startsWith("0171a0e40220");
    assertThat(bytes).hasSize(38);
  }

  @Test
  void bothVersionsKeepTheirText() {
    assertThat(Cid.parse(MAINNET_GENESIS)).hasToString(MAINNET_GENESIS);
    assertThat(Cid.parse(V0)).hasToString(V0);
    assertThat(HexFormat.of().formatHex(Cid.parse(V0).toBytes())).startsWith("1220");
  }

  @Test
  void base58OfVersion1IsTheSameId() {
    Cid cid = Cid.parse(MAINNET_GENESIS);
    Cid same = Cid.parse("z" + Base58.encode(cid.toBytes()));
    assertThat(same).isEqualTo(cid).hasSameHashCodeAs(cid).hasToString(MAINNET_GENESIS);
  }

  @Test
  void aBlockIsNamedByItsDigest() {
    // printf 'abc' | b2sum -l 256
    assertThat(HexFormat.of().formatHex(Cid.ofBlock("abc".getBytes(UTF_8)).toBytes()))
        .isEqualTo("0171a0e40220bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
  }

  @Test
  void idsAreOrderedByTheirBytesAsUnsignedNumbers() {
    Cid low = Cid.ofBytes(HexFormat.of().parseHex("017112017f"));
    Cid high = Cid.ofBytes(HexFormat.of().parseHex("0171120180"));
    assertThat(low).isLessThan(high);
    assertThat(high.compareTo(Cid.parse(high.toString()))).isZero();
  }

  @Test
  void theBytesCannotBeChangedFromOutside() {
    byte[] bytes = Cid.parse(V0).toBytes();
    Cid cid = Cid.ofBytes(bytes);
    bytes[5] ^= 1;
    cid.toBytes()[6] ^= 1;
    assertThat(cid).hasToString(V0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "b",
        "z",
        "Qm",
        "hello",
        "BAFY2BZACECNAMQGQMIFPLUOELDX7ZZGLXCLJO6OJA4VRMTJ7432RPHLDPDMM2",
        "bafy2bzacecnamqgqmifpluoeldx7zzglxcljo6oja4vrmtj7432rphldpdmm",
        "bafy2bzacecnamqgqmifpluoeldx7zzglxcljo6oja4vrmtj7432rphldpdmm2a",
        "bafy2bzacecnamqgqmifpluoeldx7zzglxcljo6oja4vrmtj7432rphldpdmm1",
        "bafy2bzacecnamqgqmifpluoeldx7zzglxcljo6oja4vrmtj7432rphldpdmm2\n",
        "QmQwnJwu3UXNEKyPwZQEEuLAPz6i3tRiYvUCJzYnVZjcw0",
        "QmQwnJwu3UXNEKyPwZQEEuLAPz6i3tRiYvUCJzYnVZjcw",
        "Qmzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz"
      })
  void anInvalidCidIsRefusedByName(String text) {
    assertThatThrownBy(() -> Cid.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(text.replace('\n', '?'));
  }

  @Test
  void bytesOfVersion0InAMultibaseAreRefused() {
    assertThatThrownBy(() -> Cid.parse("b" + Base32.encode(Cid.parse(V0).toBytes())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("version 18");
  }

  @Test
  void lengthsAreBounded() {
    assertThatThrownBy(() -> Cid.parse("b".repeat(129)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("129 characters");
    assertThatThrownBy(() -> Cid.ofBytes(new byte[129]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("129 bytes");
    List<String> huge = List.of("0171a0e402ffffffffffffffff7f", "0171a0e402ffffffff0f00");
    for (String hex : huge) {
      assertThatThrownBy(() -> Cid.ofBytes(HexFormat.of().parseHex(hex)))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void aDigestOfAnotherLengthIsRefused() {
    assertThatThrownBy(() -> Cid.ofBlockDigest(new byte[31]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("31 bytes");
  }

  @ParameterizedTest
  @ValueSource(longs = {41, 42, 43})
  void everyIdIsReadAgainAndEveryTruncationRefused(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 200; i++) {
      byte[] block = new byte[random.nextInt(100)];
      random.nextBytes(block);
      Cid cid = Cid.ofBlock(block);
      assertThat(Cid.parse(cid.toString())).isEqualTo(cid);
      assertThat(Cid.ofBytes(cid.toBytes())).isEqualTo(cid);
      byte[] cut = Arrays.copyOf(cid.toBytes(), random.nextInt(38));
      assertThatThrownBy(() -> Cid.ofBytes(cut)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @FuzzTest
  void anyTextGivesAValueOrATypedError(byte[] data) {
    String text = new String(data, UTF_8);
    for (String prefix : List.of("", "b", "z")) {
      try {
        Cid cid = Cid.parse(prefix + text);
        assertThat(Cid.parse(cid.toString())).isEqualTo(cid);
      } catch (IllegalArgumentException e) {
        assertThat(e).hasMessageStartingWith("CID");
      }
      try {
        FilecoinAddress address = FilecoinAddress.parse(prefix + text);
        assertThat(address).hasToString(prefix + text);
      } catch (IllegalArgumentException e) {
        assertThat(e).hasMessageStartingWith("address");
      }
      try {
        TipsetKey key = TipsetKey.parse(prefix + text);
        assertThat(TipsetKey.parse(key.toString())).isEqualTo(key);
      } catch (IllegalArgumentException e) {
        assertThat(e).hasMessageMatching("(?s)(CID|tipset).*");
      }
    }
  }
}
