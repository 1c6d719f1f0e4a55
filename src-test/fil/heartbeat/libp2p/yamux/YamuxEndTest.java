package fil.heartbeat.libp2p.yamux;

import static fil.heartbeat.libp2p.yamux.FrameHeader.ACK;
import static fil.heartbeat.libp2p.yamux.FrameHeader.DATA;
import static fil.heartbeat.libp2p.yamux.FrameHeader.FIN;
import static fil.heartbeat.libp2p.yamux.FrameHeader.GO_AWAY;
import static fil.heartbeat.libp2p.yamux.FrameHeader.RST;
import static fil.heartbeat.libp2p.yamux.FrameHeader.SYN;
import static fil.heartbeat.libp2p.yamux.FrameHeader.WINDOW_UPDATE;
import static fil.heartbeat.libp2p.yamux.YamuxSession.INITIAL_WINDOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How directions, streams and sessions end. */
class YamuxEndTest {
  private static final byte[] THREE = {1, 2, 3};

  @ParameterizedTest
  @ValueSource(ints = {DATA, WINDOW_UPDATE})
  void eitherFrameEndsTheRemoteDirection(int type) throws YamuxException {
    YamuxSide side = YamuxSide.listenerWithStream();

    side.receive(YamuxFrames.frame(type, FIN, 1, 0), YamuxFrames.frame(type, FIN, 1, 0));

    assertThat(side.log).containsExactly("remote close 1");
    assertThat(side.write(1, 5)).isEqualTo(1);
    side.session.closeWrite(1);
    assertThat(side.log).containsExactly("remote close 1", "written 1 1", "closed 1");
    assertThat(side.sent()).containsExactly("DATA #1 5", "WINDOW FIN #1 0");
    assertThat(side.session.streams()).isZero();
  }

  @Test
  void aFinWithPayloadEndsAfterThePayload() throws YamuxException {
    YamuxSide side = YamuxSide.listenerWithStream();

    side.receive(YamuxFrames.data(ACK | FIN, 1, THREE));

    assertThat(side.log).containsExactly("data 1", "remote close 1");
    assertThat(side.data(1)).containsExactly(1, 2, 3);
  }

  @ParameterizedTest
  @ValueSource(ints = {DATA, WINDOW_UPDATE})
  void eitherFrameResetsAStream(int type) throws YamuxException {
    YamuxSide side = YamuxSide.listenerWithStream();
    side.write(1, INITIAL_WINDOW + 1);

    side.receive(YamuxFrames.frame(type, RST, 1, 0));

    assertThat(side.log).containsExactly("reset 1 0");
    assertThat(side.session.queuedBytes()).isZero();
    assertThat(side.sent()).isEmpty();
    assertThat(side.write(1, 1)).isEqualTo(-1);
    assertThat(side.session.streams()).isZero();
  }

  @Test
  void aResetWithPayloadDropsThePayload() throws YamuxException {
    YamuxSide side = YamuxSide.listenerWithStream();

    side.receive(YamuxFrames.data(RST, 1, THREE), YamuxFrames.window(SYN, 3, 0));

    assertThat(side.log).containsExactly("reset 1 0", "stream 3");
  }

  static List<int[]> mixes() {
    List<int[]> mixes = new ArrayList<>();
    for (int flags = 0; flags < 16; flags++) {
      mixes.add(new int[] {DATA, flags});
      mixes.add(new int[] {WINDOW_UPDATE, flags});
    }
    return mixes;
  }

  @ParameterizedTest
  @MethodSource("mixes")
  void anyMixOfFlagsIsAccepted(int[] mix) throws YamuxException {
    boolean syn = (mix[1] & SYN) != 0;
    YamuxSide side = syn ? YamuxSide.listener() : YamuxSide.listenerWithStream();
    byte[] frame =
        mix[0] == DATA ? YamuxFrames.data(mix[1], 1, THREE) : YamuxFrames.window(mix[1], 1, 3);

    side.receive(frame, YamuxFrames.window(SYN, 3, 0));

    List<String> expected = new ArrayList<>();
    if (syn) {
      expected.add("stream 1");
    }
    if ((mix[1] & RST) != 0) {
      expected.add("reset 1 " + (mix[0] == DATA ? 0 : 3));
    } else {
      if (mix[0] == DATA) {
        expected.add("data 1");
      }
      if ((mix[1] & FIN) != 0) {
        expected.add("remote close 1");
      }
    }
    expected.add("stream 3");
    assertThat(side.log).isEqualTo(expected);
  }

  /** A go-libp2p peer with one goroutine in Write and one in CloseWrite sends this. */
  @Test
  void dataAfterTheRemoteFinIsDroppedAndItsCreditReturned() throws YamuxException {
    YamuxSide side = YamuxSide.listenerWithStream();
    side.receive(YamuxFrames.window(FIN, 1, 0));

    for (int i = 0; i < 100; i++) {
      side.receive(YamuxFrames.data(i % 2 == 0 ? 0 : FIN, 1, new byte[50_000]));
    }

    assertThat(side.log).containsExactly("remote close 1");
    assertThat(side.data(1)).isEmpty();
    assertThat(side.session.ignoredFrames(IgnoredFrame.BEHIND_FIN)).isEqualTo(100);
    assertThat(side.sent()).isNotEmpty().allMatch(frame -> frame.startsWith("WINDOW #1 "));
    assertThat(side.write(1, 10)).isEqualTo(1);
    side.session.closeWrite(1);
    assertThat(side.sent()).containsExactly("DATA #1 10", "WINDOW FIN #1 0");
    assertThat(side.log).endsWith("closed 1");
  }

  @Test
  void dataAfterAFinBeyondTheWindowIsStillAnOverrun() throws YamuxException {
    YamuxSide side = YamuxSide.listenerWithStream();
    side.receive(YamuxFrames.data(FIN, 1, new byte[INITIAL_WINDOW - 10]));

    assertThatExceptionOfType(YamuxException.class)
        .isThrownBy(() -> side.receive(YamuxFrames.frame(DATA, 0, 1, 11)))
        .satisfies(e -> assertThat(e.reason()).isEqualTo("window"));
  }

  @Test
  void creditForAnEndedStreamIsIgnored() throws YamuxException {
    YamuxSide side = YamuxSide.listenerWithStream();
    side.session.closeWrite(1);
    side.receive(YamuxFrames.window(FIN, 1, 0), YamuxFrames.window(0, 1, 0xffff_ffffL));

    assertThat(side.log).containsExactly("remote close 1", "closed 1");
    assertThat(side.ignored()).isEqualTo(1);
    assertThat(side.session.isEnded()).isFalse();
  }

  @Test
  void framesForUnknownStreamsAreDrainedCountedAndNotAnswered() throws YamuxException {
    YamuxSide side = YamuxSide.listener();

    side.receive(
        YamuxFrames.data(0, 1, new byte[5000]),
        YamuxFrames.data(FIN, 2, THREE),
        YamuxFrames.data(ACK, 0, THREE),
        YamuxFrames.window(0, 3, 0xffff_ffffL),
        YamuxFrames.window(ACK, 8, 0),
        YamuxFrames.window(RST, 5, 0),
        YamuxFrames.window(FIN, 7, 0));

    assertThat(side.ignored()).isEqualTo(7);
    assertThat(side.log).isEmpty();
    assertThat(side.sent()).isEmpty();
    assertThat(side.session.streams()).isZero();
  }

  @Test
  void creditAfterTheRemoteFinOpensTheWindow() throws YamuxException {
    YamuxSide side = YamuxSide.listenerWithStream();
    side.write(1, INITIAL_WINDOW + 3);
    side.session.closeWrite(1);
    assertThat(side.sent()).hasSize(16).doesNotContain("WINDOW FIN #1 0");

    side.receive(YamuxFrames.window(FIN, 1, 0), YamuxFrames.window(0, 1, 3));

    assertThat(side.log).containsExactly("remote close 1", "written 1 1", "closed 1");
    assertThat(side.sent()).containsExactly("DATA #1 3", "WINDOW FIN #1 0");
    side.receive(YamuxFrames.window(0, 1, 3));
    assertThat(side.ignored()).isEqualTo(1);
  }

  @Test
  void nothingIsWrittenAfterTheLocalFin() throws YamuxException {
    YamuxSide side = YamuxSide.listenerWithStream();
    side.session.closeWrite(1);
    side.session.closeWrite(1);

    assertThat(side.write(1, 1)).isEqualTo(-1);
    assertThat(side.sent()).containsExactly("WINDOW FIN #1 0");
  }

  @Test
  void bothDirectionsMayEndAtOnce() throws YamuxException {
    YamuxPair pair = new YamuxPair();
    int id = pair.dialer.session.open();
    pair.settle();
    pair.dialer.session.closeWrite(id);
    pair.listener.session.closeWrite(id);

    pair.settle();

    for (YamuxSide side : pair.sides()) {
      assertThat(side.log).endsWith("remote close 1", "closed 1");
      assertThat(side.session.streams()).isZero();
      assertThat(side.session.queuedBytes()).isZero();
    }
  }

  @Test
  void readingContinuesAfterTheLocalFin() throws YamuxException {
    YamuxPair pair = new YamuxPair();
    int id = pair.dialer.session.open();
    pair.dialer.session.closeWrite(id);
    pair.settle();

    pair.listener.write(id, 1000);
    pair.listener.session.closeWrite(id);
    pair.settle();

    assertThat(pair.dialer.data(id)).hasSize(1000);
    assertThat(pair.dialer.log).containsExactly("data 1", "remote close 1", "closed 1");
  }

  @Test
  void theOwnerMayCloseWriteAndResetFromInsideEvents() throws YamuxException {
    YamuxSide side =
        new YamuxSide(false, YamuxLimits.DEFAULT) {
          @Override
          public void onData(int streamId, byte[] bytes, int offset, int length) {
            super.onData(streamId, bytes, offset, length);
            session.consumed(streamId, length);
            if (streamId == 3) {
              session.reset(3, 9);
            } else {
              var ignored = session.write(streamId, bytes, offset, length);
            }
          }

          @Override
          public void onRemoteClose(int streamId) {
            super.onRemoteClose(streamId);
            session.closeWrite(streamId);
          }
        };
    side.receive(YamuxFrames.window(SYN, 1, 0), YamuxFrames.window(SYN, 3, 0));
    side.sent();

    side.receive(YamuxFrames.data(FIN, 3, THREE), YamuxFrames.data(FIN, 1, THREE));

    assertThat(side.log.subList(2, side.log.size()))
        .containsExactly("data 3", "data 1", "written 1 1", "remote close 1", "closed 1");
    assertThat(side.sent()).containsExactly("WINDOW RST #3 9", "DATA #1 3", "WINDOW FIN #1 0");
    assertThat(side.session.streams()).isZero();
  }

  @Test
  void aResetAtAMarkEndsTheStreamThere() throws YamuxException {
    YamuxSide side =
        new YamuxSide(false, YamuxLimits.DEFAULT) {
          @Override
          public void onWritten(int streamId, long mark) {
            super.onWritten(streamId, mark);
            if (mark == 2) {
              session.reset(streamId, 0);
            }
          }
        };
    side.receive(YamuxFrames.window(SYN, 1, 0));
    side.write(1, INITIAL_WINDOW);
    side.write(1, 1);
    side.write(1, 1);
    side.session.closeWrite(1);
    side.sent();

    side.receive(YamuxFrames.window(FIN, 1, 100));

    assertThat(side.log).containsExactly("stream 1", "written 1 1", "written 1 2");
    assertThat(side.sent()).containsExactly("WINDOW RST #1 0");
    assertThat(side.session.queuedBytes()).isZero();
  }

  @Test
  void callsForAnEndedStreamDoNothing() throws YamuxException {
    YamuxSide side = YamuxSide.listenerWithStream();
    side.session.reset(1, 0);
    side.sent();

    side.session.reset(1, 0);
    side.session.closeWrite(1);
    side.session.consumed(1, 1_000_000);
    assertThat(side.write(1, 1)).isEqualTo(-1);

    assertThat(side.sent()).isEmpty();
  }

  @Test
  void aLocalGoAwayIsSentLastAndStopsNewStreams() throws YamuxException {
    YamuxSide side = YamuxSide.listenerWithStream();
    side.session.goAway(0);
    side.session.goAway(2);
    side.write(1, 10);
    side.receive(YamuxFrames.window(SYN, 3, 0));

    assertThat(side.session.isEnded()).isTrue();
    assertThat(side.session.open()).isZero();
    assertThat(side.session.ping(0)).isFalse();
    assertThat(side.log).containsExactly("written 1 1");
    assertThat(side.sent()).containsExactly("WINDOW RST #3 4098", "DATA #1 10", "GO_AWAY #0 0");
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2, 0x1003, 0xffff_ffffL})
  void aGoAwayOfThePeerIsReportedWithItsCode(long code) throws YamuxException {
    YamuxSide side = YamuxSide.dialer();

    side.receive(YamuxFrames.frame(GO_AWAY, 0, 0, code));

    assertThat(side.log).containsExactly("go away " + code);
    assertThat(side.session.open()).isZero();
    assertThat(side.sent()).isEmpty();
  }
}
