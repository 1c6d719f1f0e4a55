package fil.heartbeat.libp2p.noise;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.libp2p.noise.NoiseException.Reason;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NoisePayloadTest {

  @Test
  void theSignedBytesAreThePrefixAndTheKey() {
    assertThat(NoisePayload.signed(NoiseVector.ascending(0)))
        .isEqualTo(
            Frames.join(
                "noise-libp2p-static-key:".getBytes(StandardCharsets.US_ASCII),
                NoiseVector.ascending(0)));
  }

  @Test
  void withoutMuxersThereIsNoExtension() {
    assertThat(NoisePayload.encode(new byte[] {1}, new byte[] {2}, List.of()))
        .isEqualTo(NoiseVector.hex("0a0101120102"));
  }

  @ParameterizedTest
  @CsvSource({
    "jvm's empty older fields,          0a010112010a1a002200,                   ''",
    "an unknown field of each type,     0a010112010a2807320201023901020304050607084501020304220808011201621a0161, b",
    "an empty extension,                0a010112010a2200,                       ''",
    "certificate hashes only,           0a010112010a22030a0161,                 ''",
    "two muxers in their order,         0a010112010a2206120162120161,           b a",
    "another order of the fields,       220312016112010a0a0101,                 a",
    "the last extension counts,         0a010112010a220312016122031201622200,   ''",
    "the last key and signature count,  0a010f12010f0a010112010a,               ''",
    "an empty muxer,                    0a010112010a22021200,                   ''",
  })
  void aPayloadOfOtherImplementationsIsRead(String what, String encoded, String muxers)
      throws Exception {
    NoisePayload payload = NoisePayload.decode(NoiseVector.hex(encoded));
    assertThat(payload.identityKey()).as(what).containsExactly(1);
    assertThat(payload.signature()).as(what).containsExactly(10);
    assertThat(String.join(" ", payload.muxers())).as(what).isEqualTo(muxers);
  }

  @ParameterizedTest
  @CsvSource({
    "nothing,                        ''",
    "no signature,                   0a0101",
    "no key,                         120101",
    "an empty key,                   0a00120101",
    "an empty signature,             0a01011200",
    "a length past the end,          0a0201",
    "a length of 2^63,               0a80808080808080808001",
    "a repeated length that overruns, 0a01011201010a7f01",
    "a key as a number,              0801120101",
    "an extension as a number,       0a01011201012001",
    "an extension that overruns,     0a010112010122031202",
    "a muxer as a number,            0a010112010122021001",
    "a muxer that is not UTF-8,      0a0101120101220412021fff",
    "a group,                        0a01011201010b",
    "field number 0,                 0a01011201010000",
  })
  void aBrokenPayloadIsRefused(String what, String encoded) {
    NoiseException failure =
        Frames.failure(
            Reason.INVALID,
            () -> assertThat(NoisePayload.decode(NoiseVector.hex(encoded))).as(what).isNull());
    assertThat(failure).hasMessageContaining("noise payload");
  }

  @Test
  void aHundredMuxersAreAcceptedAndNoMore() throws Exception {
    byte[] most = NoisePayload.encode(new byte[1], new byte[1], Collections.nCopies(100, "a"));
    assertThat(NoisePayload.decode(most).muxers()).hasSize(100);
    byte[] more = NoisePayload.encode(new byte[1], new byte[1], Collections.nCopies(101, "a"));
    Frames.failure(Reason.INVALID, () -> assertThat(NoisePayload.decode(more)).isNull());
  }

  @Test
  void everyTruncationIsAnErrorOrHasBothProofs() {
    byte[] whole = NoiseVector.INITIATOR_PAYLOAD;
    for (int length = 0; length <= whole.length; length++) {
      survive(Arrays.copyOf(whole, length));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void anyBytesGiveATypedErrorOrAValue(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 2000; i++) {
      byte[] bytes = NoiseVector.INITIATOR_PAYLOAD.clone();
      for (int flips = random.nextInt(4); flips >= 0; flips--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      survive(Arrays.copyOf(bytes, random.nextInt(bytes.length + 1)));
    }
  }

  /** Expects a value whose parts are within the input, or a typed error. */
  static void survive(byte[] bytes) {
    try {
      NoisePayload payload = NoisePayload.decode(bytes);
      assertThat(payload.identityKey().length + payload.signature().length)
          .isBetween(2, bytes.length);
      assertThat(payload.muxers()).hasSizeLessThanOrEqualTo(NoisePayload.MAX_MUXERS);
    } catch (NoiseException e) {
      assertThat(e.reason()).isEqualTo(Reason.INVALID);
      assertThat(e).hasMessageContaining("noise payload");
    }
  }
}
