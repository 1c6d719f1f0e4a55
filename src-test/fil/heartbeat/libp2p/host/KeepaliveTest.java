package fil.heartbeat.libp2p.host;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.libp2p.host.Keepalive.Act;
import fil.heartbeat.libp2p.host.Keepalive.Verdict;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class KeepaliveTest {
  private static final long SECOND = 1_000_000_000L;

  private final Keepalive keepalive = new Keepalive(Duration.ofSeconds(30), Duration.ofSeconds(50));

  @Test
  void anActiveConnectionIsLeftAlone() {
    assertThat(keepalive.judge(10 * SECOND, 4 * SECOND, 0))
        .isEqualTo(new Verdict(Act.WAIT, 24 * SECOND));
  }

  @Test
  void silenceIsAnsweredWithAPing() {
    assertThat(keepalive.judge(34 * SECOND, 4 * SECOND, 4 * SECOND))
        .isEqualTo(new Verdict(Act.PING, 20 * SECOND));
  }

  @Test
  void aPingOfAnEarlierSilenceDoesNotCount() {
    assertThat(keepalive.judge(100 * SECOND, 60 * SECOND, 40 * SECOND).act()).isEqualTo(Act.PING);
  }

  @Test
  void anUnansweredPingGetsItsTime() {
    assertThat(keepalive.judge(40 * SECOND, 4 * SECOND, 34 * SECOND))
        .isEqualTo(new Verdict(Act.WAIT, 14 * SECOND));
    assertThat(keepalive.judge(54 * SECOND, 4 * SECOND, 34 * SECOND).act()).isEqualTo(Act.DEAD);
  }

  @Test
  void aPingThatIsDueSoonLeavesWithOtherBytes() {
    assertThat(keepalive.joins(26 * SECOND, 4 * SECOND, 4 * SECOND)).isFalse();
    assertThat(keepalive.joins(27 * SECOND, 4 * SECOND, 4 * SECOND)).isTrue();
    assertThat(keepalive.joins(40 * SECOND, 4 * SECOND, 27 * SECOND)).isFalse();
  }

  @Test
  void anEarlyPingMakesNoConnectionDieSooner() {
    assertThat(keepalive.judge(50 * SECOND, 4 * SECOND, 27 * SECOND))
        .isEqualTo(new Verdict(Act.WAIT, 4 * SECOND));
    assertThat(keepalive.judge(54 * SECOND, 4 * SECOND, 27 * SECOND).act()).isEqualTo(Act.DEAD);
  }

  /** The process was stopped for an hour: the peer's bytes may lie unread in the socket. */
  @Test
  void aLocalStallDoesNotDisconnectThePeer() {
    assertThat(keepalive.judge(3_600 * SECOND, 0, -SECOND).act()).isEqualTo(Act.PING);
  }

  @Test
  void theClockMayWrapAround() {
    long start = Long.MAX_VALUE - 10 * SECOND;
    assertThat(keepalive.judge(start + 20 * SECOND, start, start).act()).isEqualTo(Act.WAIT);
    assertThat(keepalive.judge(start + 30 * SECOND, start, start).act()).isEqualTo(Act.PING);
  }

  @Test
  void theStricterOfTwoHolds() {
    assertThat(keepalive.tightened(Duration.ofSeconds(3), Duration.ofSeconds(60)))
        .isEqualTo(new Keepalive(Duration.ofSeconds(3), Duration.ofSeconds(50)));
  }
}
