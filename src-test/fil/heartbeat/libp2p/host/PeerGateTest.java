package fil.heartbeat.libp2p.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fil.heartbeat.libp2p.HostConfig;
import fil.heartbeat.libp2p.Identity;
import fil.heartbeat.libp2p.KeyType;
import fil.heartbeat.libp2p.Libp2pException.Code;
import fil.heartbeat.libp2p.PeerId;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;

class PeerGateTest {
  private static final HostConfig ONE =
      HostConfig.DEFAULT.withSockets(s -> s.withMaxConnections(1));

  private final PeerId self = Identity.generate(KeyType.ED25519).peerId();
  private final PeerId peer = Identity.generate(KeyType.ED25519).peerId();
  private final Counters counters = new Counters();
  private final RefusalLog log = new RefusalLog(() -> 0);
  private final PenaltyBox penalties = new PenaltyBox(ONE.penalty());
  private final Admission admission = new Admission();
  private final ConnectionGuard guard = new ConnectionGuard(ONE, 1);
  private final PeerGate gate = new PeerGate(self, penalties, admission, guard, log);

  private ConnectionGuard.Ticket accepted() {
    return guard.accept(InetAddress.getLoopbackAddress(), new QuietCandidate());
  }

  @Test
  void theHostsOwnKeyIsRefused() {
    assertRefused(self, accepted(), true, "self", Code.WRONG_PEER);
  }

  @Test
  void aPeerInPenaltyIsRefusedUnlessDialled() {
    Misconduct misconduct = new Misconduct(peer, counters, log, penalties);
    assertThat(misconduct.streamReset("rule", "broken", 0)).isFalse();
    assertThat(misconduct.streamReset("rule", "broken", 0)).isFalse();
    assertThat(misconduct.streamReset("rule", "broken", 0)).isTrue();
    assertThat(counters.streamsRefused.now()).containsEntry("reset", 3L);
    assertThat(counters.violations.now()).containsEntry("rule", 3L);
    ConnectionGuard.Ticket ticket = accepted();
    assertRefused(peer, ticket, false, "penalty", Code.LIMIT);
    assertThatCode(() -> gate.enter(peer, ticket, true, 0)).doesNotThrowAnyException();
  }

  @Test
  void aPeerThatIsNotAdmittedIsRefusedUnlessDialled() {
    admission.rule(each -> false);
    ConnectionGuard.Ticket ticket = accepted();
    assertRefused(peer, ticket, false, "not-admitted", Code.LIMIT);
    assertThatCode(() -> gate.enter(peer, ticket, true, 0)).doesNotThrowAnyException();
  }

  @Test
  void theOneTooManyIsRefused() {
    guard.expect(each -> false);
    ConnectionGuard.Ticket first = accepted();
    ConnectionGuard.Ticket second = accepted();
    gate.enter(peer, first, false, 0);
    assertRefused(peer, second, false, "max-connections", Code.LIMIT);
  }

  private void assertRefused(
      PeerId who, ConnectionGuard.Ticket ticket, boolean dialer, String reason, Code code) {
    assertThatThrownBy(() -> gate.enter(who, ticket, dialer, 0))
        .isInstanceOfSatisfying(
            RefusedException.class,
            e -> {
              assertThat(e.reason()).isEqualTo(reason);
              assertThat(e.code()).isEqualTo(code);
            });
  }
}
