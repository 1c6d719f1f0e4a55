package fil.heartbeat.libp2p.yamux;

import static fil.heartbeat.libp2p.yamux.FrameHeader.ACK;
import static fil.heartbeat.libp2p.yamux.FrameHeader.PING;
import static fil.heartbeat.libp2p.yamux.FrameHeader.SYN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Pings in both directions. */
class YamuxPingTest {
  private static final long SECOND = 1_000_000_000L;

  @Test
  void aPingIsAnsweredWithItsValueAheadOfData() throws YamuxException {
    YamuxSide side = YamuxSide.listenerWithStream();
    side.write(1, 100);

    side.receive(YamuxFrames.hex("00 02 0001 00000000 00000007"));
    side.receive(YamuxFrames.frame(PING, SYN, 0, 0xffff_ffffL));

    assertThat(side.sent())
        .containsExactly("PING ACK #0 7", "PING ACK #0 4294967295", "DATA #1 100");
  }

  @Test
  void unsentAnswersAreBoundedAndNothingAfterThemIsRead() throws YamuxException {
    YamuxSide side = YamuxSide.listener();
    for (int i = 0; i < 1_000; i++) {
      side.receive(YamuxFrames.frame(PING, SYN, 0, i));
    }
    side.receive(YamuxFrames.window(SYN, 1, 0));
    assertThat(side.session.queuedBytes()).isEqualTo(32 * FrameHeader.SIZE);
    assertThat(side.session.isHeld()).isTrue();
    assertThat(side.session.heldNanos(side.nowNanos)).isZero();
    assertThat(side.session.resume(side.nowNanos)).isFalse();
    assertThat(side.log).isEmpty();

    assertThat(side.sent()).hasSize(32).startsWith("PING ACK #0 0").endsWith("PING ACK #0 31");
    assertThat(side.session.resume(side.nowNanos)).isTrue();
    assertThat(side.sent()).hasSize(32).endsWith("PING ACK #0 63");
    assertThat(side.session.heldNanos(side.nowNanos)).isEqualTo(SECOND / 10);
    assertThat(side.session.isEnded()).isFalse();
  }

  @Test
  void everyPingOfAFloodIsAnsweredAtTenASecondAndLaterFramesAreRead() throws YamuxException {
    YamuxSide side = YamuxSide.listener();
    byte[][] flood = new byte[500][];
    for (int i = 0; i < flood.length; i++) {
      flood[i] = YamuxFrames.frame(PING, SYN, 0, i);
    }
    side.receive(flood);
    side.receive(YamuxFrames.window(SYN, 1, 0), YamuxFrames.data(0, 1, new byte[] {5}));
    List<String> sent = new ArrayList<>(side.sent());
    while (side.session.isHeld()) {
      side.nowNanos += side.session.heldNanos(side.nowNanos);
      assertThat(side.session.resume(side.nowNanos)).isTrue();
      side.session.checkInvariants();
      sent.addAll(side.sent());
    }
    for (int i = 0; i < flood.length; i++) {
      assertThat(sent.get(i)).isEqualTo("PING ACK #0 " + i);
    }
    assertThat(sent).hasSize(501).endsWith("WINDOW ACK #1 0");
    assertThat(side.data(1)).containsExactly(5);
    assertThat(side.nowNanos).isBetween((500 - 64) * SECOND / 10, (500 - 63) * SECOND / 10);
    assertThat(side.ignored()).isZero();
  }

  @Test
  void tenPingsASecondAreAnsweredWithoutEnd() throws YamuxException {
    YamuxSide side = YamuxSide.listener();
    for (int i = 0; i < 32; i++) {
      side.receive(YamuxFrames.frame(PING, SYN, 0, i));
    }
    assertThat(side.sent()).hasSize(32);

    for (int second = 0; second < 100; second++) {
      side.nowNanos += SECOND;
      for (int i = 0; i < 10; i++) {
        side.receive(YamuxFrames.frame(PING, SYN, 0, i));
      }
      assertThat(side.sent()).hasSize(10);
      assertThat(side.session.isHeld()).isFalse();
    }
  }

  @Test
  void aViolationAfterAHeldPingIsFoundWhenItIsReached() throws YamuxException {
    YamuxSide side = YamuxSide.listener();
    for (int i = 0; i < 33; i++) {
      side.receive(YamuxFrames.frame(PING, SYN, 0, i));
    }
    side.receive(YamuxFrames.window(SYN, 2, 0));
    assertThat(side.session.isHeld()).isTrue();
    assertThat(side.sent()).hasSize(32);
    assertThatExceptionOfType(YamuxException.class)
        .isThrownBy(() -> side.session.resume(side.nowNanos))
        .satisfies(e -> assertThat(e.reason()).isEqualTo("stream-id"));
    assertThat(side.session.isHeld()).isFalse();
    assertThat(side.sent()).containsExactly("PING ACK #0 32", "GO_AWAY #0 1");
  }

  @Test
  void oneOwnPingIsOutstandingAtATime() throws YamuxException {
    YamuxSide side = YamuxSide.dialer();
    assertThat(side.session.pingSentNanos()).isEqualTo(Long.MIN_VALUE);

    assertThat(side.session.ping(100)).isTrue();
    assertThat(side.session.ping(200)).isFalse();
    assertThat(side.session.pingSentNanos()).isEqualTo(100);
    assertThat(side.sent()).containsExactly("PING SYN #0 1");

    side.nowNanos = 350;
    side.receive(YamuxFrames.frame(PING, ACK, 0, 1));
    assertThat(side.log).containsExactly("pong 250");
    assertThat(side.session.pingSentNanos()).isEqualTo(Long.MIN_VALUE);
    assertThat(side.session.ping(400)).isTrue();
    assertThat(side.sent()).containsExactly("PING SYN #0 2");
  }

  @Test
  void anUnmatchedAnswerIsIgnoredAndCounted() throws YamuxException {
    YamuxSide side = YamuxSide.dialer();
    side.receive(YamuxFrames.frame(PING, ACK, 0, 0), YamuxFrames.frame(PING, 0, 0, 0));
    assertThat(side.session.ping(0)).isTrue();
    side.sent();
    side.receive(YamuxFrames.frame(PING, ACK, 0, 2));

    assertThat(side.ignored()).isEqualTo(3);
    assertThat(side.log).isEmpty();
    assertThat(side.sent()).isEmpty();
    side.receive(YamuxFrames.frame(PING, ACK, 0, 1), YamuxFrames.frame(PING, ACK, 0, 1));
    assertThat(side.log).containsExactly("pong 0");
    assertThat(side.ignored()).isEqualTo(4);
  }
}
