package fil.heartbeat.libp2p.yamux;

import static fil.heartbeat.libp2p.yamux.FrameHeader.ACK;
import static fil.heartbeat.libp2p.yamux.FrameHeader.FIN;
import static fil.heartbeat.libp2p.yamux.FrameHeader.PING;
import static fil.heartbeat.libp2p.yamux.FrameHeader.RST;
import static fil.heartbeat.libp2p.yamux.FrameHeader.SYN;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How received bytes are split does not matter. */
class YamuxSplitTest {
  private static final byte[] TALK =
      YamuxFrames.join(
          YamuxFrames.frame(PING, SYN, 0, 9),
          YamuxFrames.data(SYN, 1, ascii("fil/heartbeat/1.0.0\n")),
          YamuxFrames.data(0, 1, ascii("{\"Head\":[]}\n")),
          YamuxFrames.data(FIN, 1, ascii("{}\n")),
          YamuxFrames.window(SYN, 3, 5000),
          YamuxFrames.data(0, 77, ascii("nobody")),
          YamuxFrames.data(SYN | ACK | FIN, 5, ascii("short")),
          YamuxFrames.data(RST, 3, ascii("late")),
          YamuxFrames.data(SYN, 7, new byte[0]),
          YamuxFrames.data(0, 7, ascii("last")),
          YamuxFrames.window(RST, 7, 0x1001));

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Test
  void everySplitInTwoGivesTheSame() throws YamuxException {
    YamuxSide whole = YamuxSide.listener();
    whole.receive(TALK);
    byte[] answer = whole.session.takeOutput();
    assertThat(whole.log)
        .containsExactly(
            "stream 1",
            "data 1",
            "remote close 1",
            "stream 3",
            "stream 5",
            "data 5",
            "remote close 5",
            "reset 3 0",
            "stream 7",
            "data 7",
            "reset 7 4097");

    for (int cut = 0; cut <= TALK.length; cut++) {
      YamuxSide side = YamuxSide.listener();
      side.receive(Arrays.copyOf(TALK, cut));
      side.receive(Arrays.copyOfRange(TALK, cut, TALK.length));
      assertSame(side, whole, answer);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 11, 12, 13})
  void piecesOfOneSizeGiveTheSame(int step) throws YamuxException {
    YamuxSide whole = YamuxSide.listener();
    whole.receive(TALK);
    YamuxSide side = YamuxSide.listener();

    for (int at = 0; at < TALK.length; at += step) {
      side.receive(Arrays.copyOfRange(TALK, at, Math.min(TALK.length, at + step)));
    }

    assertSame(side, whole, whole.session.takeOutput());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void anySplitGivesTheSameAndOffsetsAreHonoured(long seed) throws YamuxException {
    Random random = new Random(seed);
    YamuxSide whole = YamuxSide.listener();
    whole.receive(TALK);
    YamuxSide side = YamuxSide.listener();
    int at = 0;
    while (at < TALK.length) {
      int part = Math.min(random.nextInt(40), TALK.length - at);
      side.session.receive(TALK, at, part, 0);
      at += part;
    }

    assertSame(side, whole, whole.session.takeOutput());
  }

  private static void assertSame(YamuxSide side, YamuxSide whole, byte[] answer) {
    assertThat(side.log).isEqualTo(whole.log);
    for (int id = 1; id <= 7; id += 2) {
      assertThat(side.data(id)).isEqualTo(whole.data(id));
    }
    assertThat(side.session.takeOutput()).isEqualTo(answer);
    assertThat(side.ignored()).isEqualTo(whole.ignored());
  }
}
