package fil.heartbeat.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Any bytes at all: beats, or a typed error, in bounded memory. */
class HeartbeatFuzzTest {
  private static final String EXAMPLE =
      "{\"Head\":\"{ a b }\",\"Height\":12,\"Nickname\":\"x\\u00e9\\ud83d\",\"MinerAddress\":\"\","
          + "\"GenesisCID\":{\"/\":\"bafy\"},\"Syncing\":true,\"x\":[{\"y\":[1.5e3,null]}]}\n";

  @FuzzTest
  void anyBytesGiveBeatsOrATypedError(byte[] data) {
    survive(data);
  }

  @ParameterizedTest
  @ValueSource(longs = {31, 32, 33, 34, 35, 36})
  void changedBeatsGiveBeatsOrATypedError(long seed) {
    Random random = new Random(seed);
    byte[] example = (EXAMPLE + EXAMPLE).getBytes(UTF_8);
    for (int i = 0; i < 3000; i++) {
      byte[] data = Arrays.copyOf(example, 1 + random.nextInt(example.length));
      for (int changes = random.nextInt(4); changes > 0; changes--) {
        byte with =
            random.nextBoolean()
                ? (byte) random.nextInt()
                : example[random.nextInt(example.length)];
        data[random.nextInt(data.length)] = with;
      }
      survive(data);
    }
  }

  private static void survive(byte[] data) {
    HeartbeatDecoder decoder = new HeartbeatDecoder();
    List<Heartbeat> beats = new ArrayList<>();
    List<String> drops = new ArrayList<>();
    int step = data.length == 0 ? 1 : 1 + (data[0] & 0x3f);
    String reason = null;
    try {
      for (int at = 0; at < data.length; at += step) {
        int length = Math.min(step, data.length - at);
        decoder.receive(ByteBuffer.wrap(data, at, length), beats::add, drops::add);
        assertThat(decoder.held())
            .isLessThanOrEqualTo(Math.min(HeartbeatDecoder.MAX_OBJECT, 512 + 2 * data.length));
      }
    } catch (HeartbeatException e) {
      reason = e.reason();
      assertThat(reason).isIn("malformed", "too-large", "too-deep");
      assertThat(decoder.held()).isZero();
    }
    assertThat(Goldens.decode(data)).isEqualTo(new Goldens.Decoded(beats, drops, reason));
    for (Heartbeat beat : beats) {
      assertThat(beat.height()).isBetween(0L, HeartbeatReader.MAX_HEIGHT);
      assertThat(beat.nickname()).isEqualTo(Texts.repaired(beat.nickname()));
      assertThat(Goldens.decode(HeartbeatEncoder.encode(beat)).beats()).containsExactly(beat);
    }
  }
}
