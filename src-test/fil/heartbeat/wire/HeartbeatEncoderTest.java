package fil.heartbeat.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeartbeatEncoderTest {

  @Test
  void theFirstSendersBeatIsWrittenByteForByte() {
    Heartbeat beat =
        new Heartbeat(
            "{ QmQwnJwu3UXNEKyPwZQEEuLAPz6i3tRiYvUCJzYnVZjcwB }", 444, "BobHoblaw", "", null, null);
    assertThat(frame(beat))
        .isEqualTo(
            "{\"Head\":\"{ QmQwnJwu3UXNEKyPwZQEEuLAPz6i3tRiYvUCJzYnVZjcwB }\",\"Height\":444,"
                + "\"Nickname\":\"BobHoblaw\",\"MinerAddress\":\"\"}\n");
  }

  @Test
  void genesisAndSyncingComeLastAndOnlyWhenKnown() {
    assertThat(frame(new Heartbeat("{ }", 0, "", "f01000", "bafy", true)))
        .isEqualTo(
            "{\"Head\":\"{ }\",\"Height\":0,\"Nickname\":\"\",\"MinerAddress\":\"f01000\","
                + "\"GenesisCID\":{\"/\":\"bafy\"},\"Syncing\":true}\n");
    assertThat(frame(new Heartbeat("{ }", 0, "", "", null, false)))
        .isEqualTo(
            "{\"Head\":\"{ }\",\"Height\":0,\"Nickname\":\"\",\"MinerAddress\":\"\","
                + "\"Syncing\":false}\n");
  }

  @Test
  void diagnosticAndStoppingComeAfterAllOthersAndOnlyWhenTrue() {
    Heartbeat beat = new Heartbeat("{ }", 0, "", "", null, true);
    String members = "{\"Head\":\"{ }\",\"Height\":0,\"Nickname\":\"\",\"MinerAddress\":\"\"";
    assertThat(frame(beat.asDiagnostic()))
        .isEqualTo(members + ",\"Syncing\":true,\"Diagnostic\":true}\n");
    assertThat(frame(beat.asLast())).isEqualTo(members + ",\"Syncing\":true,\"Stopping\":true}\n");
  }

  static Stream<String> encoded() {
    return Goldens.lines("encoded.tsv");
  }

  @ParameterizedTest
  @MethodSource("encoded")
  void everyBeatHasTheBytesThatGoWrites(String line) {
    String[] columns = line.split("\t");
    Heartbeat beat =
        new Heartbeat(
            Goldens.text(columns[0]),
            Long.parseLong(columns[1]),
            Goldens.text(columns[2]),
            Goldens.text(columns[3]),
            Goldens.genesis(columns[4]),
            null);
    assertThat(frame(beat)).isEqualTo(Goldens.text(columns[5]));
  }

  @Test
  void aLoneSurrogateIsWrittenAsGoWritesInvalidText() {
    assertThat(nicknameFrame("a\ud83d")).contains("\"a\\ufffd\"");
    assertThat(nicknameFrame("\ude00b")).contains("\"\\ufffdb\"");
    assertThat(nicknameFrame("\ude00\ud83d")).contains("\"\\ufffd\\ufffd\"");
    assertThat(nicknameFrame("\ud83d\ud83d\ude00\ude00")).contains("\"\\ufffd😀\\ufffd\"");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void aWrittenBeatIsReadBackUnchanged(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 200; i++) {
      String genesis = random.nextBoolean() ? "g" + Texts.any(random, 20) : null;
      Boolean syncing = random.nextBoolean() ? random.nextBoolean() : null;
      Heartbeat beat =
          new Heartbeat(
              Texts.any(random, 200),
              random.nextLong(HeartbeatReader.MAX_HEIGHT + 1),
              Texts.any(random, 40),
              "f" + Texts.any(random, 40),
              genesis,
              syncing);
      byte[] frame = HeartbeatEncoder.encode(beat);
      assertThat(frame).endsWith('\n');
      Heartbeat expected =
          new Heartbeat(
              Texts.repaired(beat.head()),
              beat.height(),
              Texts.repaired(beat.nickname()),
              Texts.repaired(beat.minerAddress()),
              genesis == null ? null : Texts.repaired(genesis),
              syncing);
      assertThat(Goldens.decode(frame).beats()).containsExactly(expected);
    }
  }

  private static String nicknameFrame(String nickname) {
    return frame(new Heartbeat("{ }", 0, nickname, "", null, null));
  }

  private static String frame(Heartbeat beat) {
    return new String(HeartbeatEncoder.encode(beat), UTF_8);
  }
}
