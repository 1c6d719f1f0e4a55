package fil.heartbeat.libp2p.yamux;

import static fil.heartbeat.libp2p.yamux.FrameHeader.ACK;
import static fil.heartbeat.libp2p.yamux.FrameHeader.DATA;
import static fil.heartbeat.libp2p.yamux.FrameHeader.FIN;
import static fil.heartbeat.libp2p.yamux.FrameHeader.RST;
import static fil.heartbeat.libp2p.yamux.FrameHeader.SYN;
import static fil.heartbeat.libp2p.yamux.YamuxSession.INITIAL_WINDOW;
import static fil.heartbeat.libp2p.yamux.YamuxSession.MAX_SENT_PAYLOAD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Windows in both directions. */
class YamuxFlowTest {

  @Test
  void aBodyOfAWholeWindowWithTheSynIsAccepted() throws YamuxException {
    YamuxSide side = YamuxSide.listener();

    side.receive(YamuxFrames.data(SYN, 1, new byte[INITIAL_WINDOW]));

    assertThat(side.data(1)).hasSize(INITIAL_WINDOW);
  }

  @ParameterizedTest
  @ValueSource(longs = {262_145, 1 << 20, 0x7fff_ffffL, 0x8000_0000L, 0xffff_ffffL})
  void aBodyAboveAWindowIsRefusedByItsHeader(long length) {
    YamuxSide opening = YamuxSide.listener();
    assertOverrun(opening, YamuxFrames.frame(DATA, SYN, 1, length));
    assertThat(opening.session.streams()).isZero();
    assertThat(opening.log).isEmpty();

    assertOverrun(YamuxSide.listener(), YamuxFrames.frame(DATA, 0, 99, length));
  }

  @Test
  void unconsumedBytesCountAgainstTheWindow() throws YamuxException {
    YamuxSide side = YamuxSide.listenerWithStream();
    side.receive(YamuxFrames.data(0, 1, new byte[INITIAL_WINDOW - 10]));
    side.receive(YamuxFrames.data(0, 1, new byte[10]));
    side.receive(YamuxFrames.data(ACK, 1, new byte[0]));
    assertThat(side.sent()).isEmpty();

    assertOverrun(side, YamuxFrames.frame(DATA, 0, 1, 1));
  }

  @Test
  void aPausedStreamDoesNotHoldUpItsSiblings() throws YamuxException {
    YamuxSide side = YamuxSide.listenerWithStream();
    side.receive(YamuxFrames.window(SYN, 3, 0), YamuxFrames.data(0, 1, new byte[INITIAL_WINDOW]));

    side.receive(YamuxFrames.data(0, 3, new byte[INITIAL_WINDOW]));
    side.session.consumed(3, INITIAL_WINDOW);

    assertThat(side.sent()).containsExactly("WINDOW ACK #3 0", "WINDOW #3 262144");
  }

  @Test
  void aBodyIsDeliveredAsItArrives() throws YamuxException {
    YamuxSide side = YamuxSide.listenerWithStream();

    side.receive(YamuxFrames.frame(DATA, 0, 1, 1000));
    assertThat(side.data(1)).isEmpty();
    side.receive(new byte[400]);
    assertThat(side.data(1)).hasSize(400);
    side.receive(new byte[600]);
    assertThat(side.data(1)).hasSize(1000);
  }

  @Test
  void creditIsReturnedOnConsumptionAtHalfAWindow() throws YamuxException {
    YamuxSide side = YamuxSide.listenerWithStream();
    side.receive(YamuxFrames.data(0, 1, new byte[INITIAL_WINDOW]));

    side.session.consumed(1, INITIAL_WINDOW / 2 - 1);
    assertThat(side.sent()).isEmpty();
    side.session.consumed(1, 1);
    assertThat(side.sent()).containsExactly("WINDOW #1 131072");
    side.session.consumed(1, INITIAL_WINDOW / 2);
    assertThat(side.sent()).containsExactly("WINDOW #1 131072");

    side.receive(YamuxFrames.data(0, 1, new byte[INITIAL_WINDOW]));
    assertThat(side.data(1)).hasSize(2 * INITIAL_WINDOW);
  }

  @Test
  void creditIsNeverMoreThanWasReceived() throws YamuxException {
    YamuxSide side = YamuxSide.listenerWithStream();
    side.receive(YamuxFrames.data(0, 1, new byte[INITIAL_WINDOW / 2]));

    side.session.consumed(1, Integer.MAX_VALUE);
    side.session.consumed(1, Integer.MAX_VALUE);

    assertThat(side.sent()).containsExactly("WINDOW #1 131072");
    side.session.checkInvariants();
  }

  @Test
  void aStreamThatTheRemoteClosedNeedsNoCredit() throws YamuxException {
    YamuxSide side = YamuxSide.listenerWithStream();
    side.receive(YamuxFrames.data(FIN, 1, new byte[INITIAL_WINDOW]));

    side.session.consumed(1, INITIAL_WINDOW);

    assertThat(side.sent()).isEmpty();
  }

  @Test
  void creditIsStillReturnedAfterTheLocalFin() throws YamuxException {
    YamuxSide side = YamuxSide.listenerWithStream();
    side.session.closeWrite(1);
    side.receive(YamuxFrames.data(0, 1, new byte[INITIAL_WINDOW]));

    side.session.consumed(1, INITIAL_WINDOW);

    assertThat(side.sent()).containsExactly("WINDOW #1 262144", "WINDOW FIN #1 0");
    assertThat(side.data(1)).hasSize(INITIAL_WINDOW);
  }

  @Test
  void aLongWriteIsSplit() throws YamuxException {
    YamuxSide side = YamuxSide.listenerWithStream();

    assertThat(side.write(1, 2 * MAX_SENT_PAYLOAD + 1)).isEqualTo(1);

    assertThat(side.log).containsExactly("written 1 1");
    assertThat(side.sent()).containsExactly("DATA #1 16384", "DATA #1 16384", "DATA #1 1");
  }

  @Test
  void streamsTakeTurns() throws YamuxException {
    YamuxSide side = YamuxSide.listenerWithStream();
    side.receive(YamuxFrames.window(SYN, 3, 0), YamuxFrames.window(SYN, 5, 0));
    side.sent();

    side.write(1, 3 * MAX_SENT_PAYLOAD);
    side.session.closeWrite(1);
    side.write(3, 100);
    side.write(5, MAX_SENT_PAYLOAD + 7);
    side.write(3, 200);

    assertThat(side.sent())
        .containsExactly(
            "DATA #1 16384",
            "DATA #3 100",
            "DATA #5 16384",
            "DATA #1 16384",
            "DATA #3 200",
            "DATA #5 7",
            "DATA #1 16384",
            "WINDOW FIN #1 0");
    assertThat(side.session.queuedBytes()).isZero();
  }

  @Test
  void aMarkIsReportedWhenTheWindowCoveredAllBytesUpToIt() throws YamuxException {
    YamuxSide side = YamuxSide.listenerWithStream();

    assertThat(side.write(1, INITIAL_WINDOW - 1)).isEqualTo(1);
    assertThat(side.write(1, 2)).isEqualTo(2);
    assertThat(side.write(1, 0)).isEqualTo(3);
    assertThat(side.write(1, 10)).isEqualTo(4);
    assertThat(side.log).containsExactly("written 1 1");
    assertThat(side.sent()).hasSize(17).endsWith("DATA #1 1");
    assertThat(side.session.queuedBytes()).isEqualTo(1 + 10 + 3 * FrameHeader.SIZE);

    side.receive(YamuxFrames.window(0, 1, 1));
    assertThat(side.log).containsExactly("written 1 1", "written 1 2", "written 1 3");
    side.receive(YamuxFrames.window(0, 1, 9));
    assertThat(side.log).hasSize(3);
    side.receive(YamuxFrames.window(0, 1, 1));
    assertThat(side.log).hasSize(4).endsWith("written 1 4");
    assertThat(side.sent()).containsExactly("DATA #1 1", "DATA #1 9", "DATA #1 1");
    assertThat(side.session.queuedBytes()).isZero();
  }

  @Test
  void writesBehindAClosedWindowAreCountedEvenWhenEmpty() throws YamuxException {
    YamuxSide side = YamuxSide.listenerWithStream();
    side.write(1, INITIAL_WINDOW + 1);
    side.sent();
    long before = side.session.queuedBytes();

    for (int i = 0; i < 100; i++) {
      side.write(1, 0);
    }

    assertThat(side.session.queuedBytes()).isEqualTo(before + 100 * FrameHeader.SIZE);
    side.session.reset(1, 0);
    assertThat(side.sent()).containsExactly("WINDOW RST #1 0");
    assertThat(side.session.queuedBytes()).isZero();
  }

  @Test
  void creditBeyond32BitsEndsTheSession() throws YamuxException {
    YamuxSide side = YamuxSide.listenerWithStream();
    side.receive(YamuxFrames.window(0, 1, 0xffff_ffffL - INITIAL_WINDOW));

    assertOverflow(side, YamuxFrames.window(0, 1, 1));
  }

  @Test
  void aHugeDeltaTwiceIsAnOverflow() throws YamuxException {
    YamuxSide side = YamuxSide.listenerWithStream();
    side.write(1, INITIAL_WINDOW + 5);

    side.receive(YamuxFrames.window(0, 1, 0xffff_ffffL));
    assertThat(side.log).containsExactly("written 1 1");
    assertOverflow(side, YamuxFrames.window(0, 1, 0xffff_ffffL));
  }

  @Test
  void aHugeDeltaOnSynIsAnOverflowAndOnRstACode() throws YamuxException {
    assertOverflow(YamuxSide.listener(), YamuxFrames.window(SYN, 1, 0xffff_ffffL));

    YamuxSide side = YamuxSide.listenerWithStream();
    side.receive(YamuxFrames.window(RST, 1, 0xffff_ffffL));
    side.receive(YamuxFrames.window(SYN | RST, 3, 0xffff_ffffL));
    side.receive(YamuxFrames.window(0, 1, 0xffff_ffffL), YamuxFrames.window(0, 1, 0xffff_ffffL));
    assertThat(side.log).containsExactly("reset 1 4294967295", "stream 3", "reset 3 4294967295");
    assertThat(side.ignored()).isEqualTo(2);
  }

  @Test
  void aLargerWindowOnTheSynIsUsed() throws YamuxException {
    YamuxSide side = YamuxSide.listener();
    side.receive(YamuxFrames.window(SYN, 1, 1 << 20));

    side.write(1, INITIAL_WINDOW + (1 << 20));

    assertThat(side.log).containsExactly("stream 1", "written 1 1");
    assertThat(side.sent()).hasSize(1 + 80);
  }

  @Test
  void anOwnerThatWritesAtEachMarkCausesNoRecursion() throws YamuxException {
    int[] depth = new int[2];
    YamuxSide side =
        new YamuxSide(false, YamuxLimits.DEFAULT) {
          @Override
          public void onWritten(int streamId, long mark) {
            depth[0]++;
            depth[1] = Math.max(depth[0], depth[1]);
            if (mark < 50_000) {
              var ignored = session.write(streamId, new byte[] {1}, 0, 1);
            } else {
              session.closeWrite(streamId);
            }
            depth[0]--;
          }
        };
    side.receive(YamuxFrames.window(SYN, 1, 0));

    side.write(1, 1);

    assertThat(depth[1]).isEqualTo(1);
    List<String> expected = Collections.nCopies(50_000, "DATA #1 1");
    assertThat(side.sent()).hasSize(50_002).containsAll(expected).endsWith("WINDOW FIN #1 0");
  }

  private static void assertOverrun(YamuxSide side, byte[] frame) {
    assertThatExceptionOfType(YamuxException.class)
        .isThrownBy(() -> side.receive(frame))
        .withMessageContaining("expected: at most")
        .satisfies(e -> assertThat(e.reason()).isEqualTo("window"));
    assertThat(side.sent()).endsWith("GO_AWAY #0 1");
  }

  private static void assertOverflow(YamuxSide side, byte[] frame) {
    assertThatExceptionOfType(YamuxException.class)
        .isThrownBy(() -> side.receive(frame))
        .withMessageContaining("4294967295")
        .satisfies(e -> assertThat(e.reason()).isEqualTo("window-overflow"));
    assertThat(side.sent()).endsWith("GO_AWAY #0 1");
  }
}
