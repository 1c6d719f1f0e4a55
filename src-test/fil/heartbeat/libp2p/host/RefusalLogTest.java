package fil.heartbeat.libp2p.host;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.libp2p.Identity;
import fil.heartbeat.libp2p.KeyType;
import fil.heartbeat.libp2p.PeerId;
import org.junit.jupiter.api.Test;

/** The log lines about violations. */
class RefusalLogTest {
  private static final long SECOND = 1_000_000_000L;

  private final long[] now = {0};
  private final RefusalLog log = new RefusalLog(() -> now[0]);

  private static PeerId peer() {
    return Identity.generate(KeyType.ED25519).peerId();
  }

  @Test
  void theFirstViolationOfAPeerIsLogged() {
    PeerId peer = peer();
    assertThat(log.noteViolation(peer, "window")).isZero();
    now[0] = 3_600 * SECOND;
    assertThat(log.noteViolation(peer, "window")).isNegative();
    assertThat(log.noteViolation(peer, "stream-id")).isNegative();
    assertThat(log.noteViolation(peer(), "window")).isZero();
  }

  @Test
  void manyPeersAtOnceGiveOneLineAndTheNextIsForAPeerNotLoggedYet() {
    PeerId late = peer();
    assertThat(log.noteViolation(peer(), "window")).isZero();
    for (int i = 0; i < 100; i++) {
      assertThat(log.noteViolation(late, "window")).isNegative();
    }
    assertThat(log.noteViolation(peer(), "flags")).isZero();
    now[0] = 10 * SECOND;
    assertThat(log.noteViolation(late, "window")).isEqualTo(100);
    now[0] = 20 * SECOND;
    assertThat(log.noteViolation(late, "window")).isNegative();
  }

  @Test
  void theLoggedPeersAreBounded() {
    PeerId first = peer();
    for (int i = 0; i <= RefusalLog.MAX_PEERS; i++) {
      now[0] += 10 * SECOND;
      assertThat(log.noteViolation(i == 0 ? first : peer(), "window")).isZero();
    }
    now[0] += 10 * SECOND;
    assertThat(log.noteViolation(first, "window")).isZero();
  }
}
