package fil.heartbeat.libp2p.yamux;

import static fil.heartbeat.libp2p.yamux.FrameHeader.FIN;
import static fil.heartbeat.libp2p.yamux.FrameHeader.RST;
import static fil.heartbeat.libp2p.yamux.FrameHeader.SYN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Peers that open streams without end do not make the session grow. */
class YamuxLoadTest {

  /** Ignores all events. */
  private static final YamuxEvents DEAF =
      new YamuxEvents() {
        @Override
        public void onStream(int streamId) {}

        @Override
        public void onData(int streamId, byte[] bytes, int offset, int length) {}

        @Override
        public void onRemoteClose(int streamId) {}

        @Override
        public void onReset(int streamId, long code) {}

        @Override
        public void onWritten(int streamId, long mark) {}

        @Override
        public void onClosed(int streamId) {}

        @Override
        public void onPong(long roundTripNanos) {}

        @Override
        public void onGoAway(long code) {}
      };

  private static void receive(YamuxSession session, byte[] frame) throws YamuxException {
    session.receive(frame, 0, frame.length, 0);
  }

  @Test
  void openingsThatAreResetLeaveNothing() throws YamuxException {
    YamuxSession session = new YamuxSession(false, YamuxLimits.DEFAULT, DEAF);
    byte[] beat = new byte[100];
    for (int i = 0; i < 100_000; i++) {
      int id = 2 * i + 1;
      receive(session, YamuxFrames.window(SYN, id, 0));
      assertThat(session.write(id, beat, 0, beat.length)).isEqualTo(1);
      assertThat(session.streams()).isEqualTo(1);
      receive(session, YamuxFrames.window(RST, id, 0));
      // Only the ACKs stay queued.
      assertThat(session.queuedBytes()).isEqualTo((i + 1L) * FrameHeader.SIZE);
    }

    session.checkInvariants();
    assertThat(session.streams()).isZero();
    assertThat(session.refusedStreams()).isZero();
  }

  @Test
  void openingsThatStayAreRefusedAndTheFloodEnds() throws YamuxException {
    YamuxSession session = new YamuxSession(false, YamuxLimits.DEFAULT, DEAF);
    for (int i = 0; i < 64 + 1024; i++) {
      receive(session, YamuxFrames.window(SYN, 2 * i + 1, 0));
    }
    assertThat(session.streams()).isEqualTo(64);
    assertThat(session.refusedStreams()).isEqualTo(1024);

    assertThatExceptionOfType(YamuxException.class)
        .isThrownBy(() -> receive(session, YamuxFrames.window(SYN, 2 * (64 + 1024) + 1, 0)));
    for (int i = 0; i < 100_000; i++) {
      receive(session, YamuxFrames.window(SYN, 2 * (2000 + i) + 1, 0));
    }
    session.checkInvariants();
    assertThat(session.streams()).isEqualTo(64);
    assertThat(session.queuedBytes()).isEqualTo((64 + 1025 + 1L) * FrameHeader.SIZE);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aMillionStreamsOfOneSessionLeaveNothing(boolean theyOpen) throws YamuxException {
    YamuxSession session = new YamuxSession(!theyOpen, YamuxLimits.DEFAULT, DEAF);
    byte[] beat = new byte[64];
    for (int i = 0; i < 1_000_000; i++) {
      int id = 2 * i + 1;
      if (theyOpen) {
        receive(session, YamuxFrames.window(SYN, id, 0));
      } else if (session.open() != id) {
        throw new AssertionError("no stream " + id);
      }
      receive(session, YamuxFrames.data(FIN, id, beat));
      if (session.write(id, beat, 0, beat.length) != 1) {
        throw new AssertionError("write on stream " + id);
      }
      session.closeWrite(id);
      int taken = session.takeOutput().length;
      if (taken != 3 * FrameHeader.SIZE + beat.length
          || session.streams() != 0
          || session.queuedBytes() != 0) {
        throw new AssertionError("stream " + id + " left something");
      }
    }

    session.checkInvariants();
    assertThat(session.inboundStreams()).isZero();
    assertThat(session.ignoredFrames(IgnoredFrame.UNKNOWN_STREAM)).isZero();
  }
}
