package fil.heartbeat.libp2p;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import fil.heartbeat.multiformats.Base58;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PeerIdTest {

  @ParameterizedTest
  @EnumSource
  void theIdOfASpecKeyIsTheKnownOne(SpecKey key) {
    PeerId id = PeerId.of(PublicKey.fromProtobuf(key.publicProtobuf()));
    assertThat(id).hasToString(key.peerId());
    assertThat(id.toCid()).isEqualTo(key.cid());
  }

  @ParameterizedTest
  @CsvSource({
    "12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq,"
        + " bafzaajaiaejcahwr5d5ofrfbis4l5d6uwr57hu5tjodrypfm6yaq6dsc2r2pzyt6",
    "16Uiu2HAmLhLvBoYaoZfaMUKuibM6ac163GwKY74c5kiSLg5KvLpY,"
        + " bafzaajiiaijcca3xo7uzjzcsyilaj6i54cj44qk7kqzpoao5rti2pjx6udtdbp6kte",
    "QmVMT29id3TUASyfZZ6k9hmNyc2nYabCo4uMSpDw4zrgDk,"
        + " bafzbeidigywdclqvl5hxfefwp5onbffcfife7pza57mmfb4tiqmtkdjw64",
    "QmaeANgBs1DTSxWSrPPtobgQuxW8XTfsS4ydbK4rCHzqxG,"
        + " bafzbeifwzcumbiyql7bhv7fe7mixg6i7aohegq75k234m63bnw6dbicmzu",
    "QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N,"
        + " bafzbeie5745rpv2m6tjyuugywy4d5ewrqgqqhfnf445he3omzpjbx5xqxe",
  })
  void bothTextsNameTheSameId(String base58, String cid) {
    PeerId id = PeerId.parse(base58);
    assertThat(PeerId.parse(cid)).isEqualTo(id).hasSameHashCodeAs(id).hasToString(base58);
    assertThat(id.toCid()).isEqualTo(cid);
    assertThat(PeerId.fromBytes(id.toBytes())).isEqualTo(id);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "12D3KooWM6CgA9iBFZmcYAHA6A2qvbAxqfkmrYiRQuz3XEsk4Ksv",
        "QmfXbAwNjJLXfesgztEHe8HwgVDCMMpZ9Eax1HYq6hn9uE",
        "16Uiu2HAkutTMoTzDw1tCvSRtu6YoixJwS46S1ZFxW8hSx9fWHiPs",
      })
  void theIdsOfTheTlsSpecAreRead(String text) {
    assertThat(PeerId.parse(text)).hasToString(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''| expected: 12D3KooW",
        "hello| expected: 12D3KooW",
        "zQmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N| expected: 12D3KooW",
        "1| expected: sha2-256 of 32 bytes",
        "11| expected: sha2-256 of 32 bytes",
        "QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx50| character '0' at 45",
        "QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5| expected: sha2-256 of 32 bytes",
        "b| expected: CIDv1 of a libp2p key",
        "bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi| expected: CIDv1 of a libp2p",
        "BAFZBEIE5745RPV2M6TJYUUGYWY4D5EWRQGQQHFNF445HE3OMZPJBX5XQXE| expected: 12D3KooW",
        "bafzbeie5745rpv2m6tjyuugywy4d5ewrqgqqhfnf445he3omzpjbx5xqxe=| character '='",
      })
  void badTextIsNamedWithWhatWasExpected(String text, String expected) {
    assertThatThrownBy(() -> PeerId.parse(text))
        .isInstanceOfSatisfying(
            Libp2pException.class,
            e -> assertThat(e.code()).isEqualTo(Libp2pException.Code.BAD_ADDRESS))
        .hasMessageContaining("\"" + text + "\"")
        .hasMessageContaining(expected);
  }

  @Test
  void textAbove128CharactersIsNotParsed() {
    assertThatThrownBy(() -> PeerId.parse("1".repeat(129)))
        .hasMessageContaining("expected: at most 128")
        .hasMessageContaining("…");
  }

  @Test
  void badTextCannotBreakALogLine() {
    assertThatThrownBy(() -> PeerId.parse("Qm\nlevel=error")).hasMessageNotContaining("\n");
    assertThatThrownBy(() -> PeerId.parse("b\nlevel=error")).hasMessageNotContaining("\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "00", "0000", "1220", "1221", // and 33 bytes, below
        "1320", // sha2-512 by number
        "002b", // 43 bytes of key
        "8000", // 0 written in two bytes
      })
  void otherHashesAreRefused(String start) {
    byte[] prefix = HexFormat.of().parseHex(start);
    int length =
        prefix.length == 2 && !start.equals("1220") ? 2 + (prefix[1] & 0xff) : prefix.length;
    assertThatThrownBy(() -> PeerId.fromBytes(Arrays.copyOf(prefix, length)))
        .isInstanceOf(Libp2pException.class);
  }

  @Test
  void theLongestInlineKeyHas42Bytes() {
    byte[] multihash = new byte[44];
    multihash[1] = 42;
    assertThat(PeerId.fromBytes(multihash).toBytes()).isEqualTo(multihash);
  }

  @ParameterizedTest
  @EnumSource
  void everyTruncationAndExtensionIsRefused(SpecKey key) {
    byte[] whole = PeerId.parse(key.peerId()).toBytes();
    IntStream.rangeClosed(0, whole.length + 1)
        .filter(length -> length != whole.length)
        .forEach(
            length ->
                assertThatThrownBy(() -> PeerId.fromBytes(Arrays.copyOf(whole, length)))
                    .isInstanceOf(Libp2pException.class));
  }

  static LongStream seeds() {
    return LongStream.range(0, 200);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void textAndBytesRoundTripAndOrderAgrees(long seed) {
    Random random = new Random(seed);
    PeerId one = drawn(random);
    PeerId two = drawn(random);
    assertThat(PeerId.parse(one.toString())).isEqualTo(one);
    assertThat(PeerId.parse(one.toCid())).isEqualTo(one);
    assertThat(Integer.signum(one.compareTo(two))).isEqualTo(-Integer.signum(two.compareTo(one)));
    assertThat(one.compareTo(two) == 0).isEqualTo(one.equals(two));
  }

  private static PeerId drawn(Random random) {
    int length = random.nextBoolean() ? 32 : 1 + random.nextInt(42);
    byte[] multihash = new byte[2 + length];
    random.nextBytes(multihash);
    multihash[0] = (byte) (length == 32 && random.nextBoolean() ? 0x12 : 0);
    multihash[1] = (byte) length;
    return PeerId.fromBytes(multihash);
  }

  @Test
  void returnedBytesAreCopies() {
    PeerId id = PeerId.parse(SpecKey.ED25519.peerId());
    id.toBytes()[0] = 99;
    assertThat(id.toBytes()).isEqualTo(Base58.decode(SpecKey.ED25519.peerId()));
  }

  @FuzzTest
  void textGivesAnIdOrATypedError(byte[] input) {
    String text = new String(input, java.nio.charset.StandardCharsets.UTF_8);
    try {
      PeerId id = PeerId.parse(text);
      assertThat(PeerId.parse(id.toString())).isEqualTo(id);
      assertThat(id.toString().equals(text) || id.toCid().equals(text)).isTrue();
    } catch (Libp2pException e) {
      assertThat(e.code()).isEqualTo(Libp2pException.Code.BAD_ADDRESS);
    }
  }
}
