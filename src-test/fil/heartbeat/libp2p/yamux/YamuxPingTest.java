package fil.heartbeat.libp2p.yamux;

import static fil.heartbeat.libp2p.yamux.FrameHeader.ACK;
import static fil.heartbeat.libp2p.yamux.FrameHeader.PING;
import static fil.heartbeat.libp2p.yamux.FrameHeader.SYN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;

/** Pings, both ways. */
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
  void answersNobodyTakesAreBoundedAndTheFloodEndsTheSession() throws YamuxException {
    YamuxSide side = YamuxSide.listener();
    for (int i = 0; i < 64; i++) {
      side.receive(YamuxFrames.frame(PING, SYN, 0, i));
    }
    assertThat(side.session.queuedBytes()).isEqualTo(32 * FrameHeader.SIZE);
    assertThat(side.session.ignoredFrames()).isEqualTo(32);

    assertThatExceptionOfType(YamuxException.class)
        .isThrownBy(() -> side.receive(YamuxFrames.frame(PING, SYN, 0, 64)))
        .withMessageContaining("at most 10")
        .satisfies(e -> assertThat(e.reason()).isEqualTo("ping-rate"));
    assertThat(side.sent()).hasSize(33).endsWith("GO_AWAY #0 1");
  }

  @Test
  void tenPingsASecondGoOnForEver() throws YamuxException {
    YamuxSide side = YamuxSide.listener();
    for (int i = 0; i < 64; i++) {
      side.receive(YamuxFrames.frame(PING, SYN, 0, i));
    }
    assertThat(side.sent()).hasSize(32);

    for (int second = 0; second < 100; second++) {
      side.nowNanos += SECOND;
      for (int i = 0; i < 10; i++) {
        side.receive(YamuxFrames.frame(PING, SYN, 0, i));
      }
      assertThat(side.sent()).hasSize(10);
    }
    assertThatExceptionOfType(YamuxException.class)
        .isThrownBy(() -> side.receive(YamuxFrames.frame(PING, SYN, 0, 0)));
  }

  @Test
  void onePingOfOursIsOutstandingAtATime() throws YamuxException {
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
  void anAnswerToNoPingIsIgnoredAndCounted() throws YamuxException {
    YamuxSide side = YamuxSide.dialer();
    side.receive(YamuxFrames.frame(PING, ACK, 0, 0), YamuxFrames.frame(PING, 0, 0, 0));
    assertThat(side.session.ping(0)).isTrue();
    side.sent();
    side.receive(YamuxFrames.frame(PING, ACK, 0, 2));

    assertThat(side.session.ignoredFrames()).isEqualTo(3);
    assertThat(side.log).isEmpty();
    assertThat(side.sent()).isEmpty();
    side.receive(YamuxFrames.frame(PING, ACK, 0, 1), YamuxFrames.frame(PING, ACK, 0, 1));
    assertThat(side.log).containsExactly("pong 0");
    assertThat(side.session.ignoredFrames()).isEqualTo(4);
  }
}
