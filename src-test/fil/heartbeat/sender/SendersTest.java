package fil.heartbeat.sender;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fil.heartbeat.config.ConfigException;
import fil.heartbeat.config.SendersConfig;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SendersTest {
  private final Senders senders = new Senders();

  private static SenderCounters tally(String peerId) {
    return new SenderCounters(
        new Target("/ip4/192.0.2.1/tcp/1/p2p/" + peerId, peerId), Optional.of("me"), "alice");
  }

  @Test
  void aSecondSenderOfOneTargetAndIdentityIsRefused() {
    Runnable first = senders.register(tally("peer"), "me");
    assertThatThrownBy(() -> senders.register(tally("peer"), "me"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("beatTarget: /ip4/192.0.2.1/tcp/1/p2p/peer");
    Runnable otherIdentity = senders.register(tally("peer"), "you");
    Runnable otherTarget = senders.register(tally("other"), "me");
    assertThat(senders.snapshot()).hasSize(3);
    first.run();
    Runnable again = senders.register(tally("peer"), "me");
    again.run();
    otherIdentity.run();
    otherTarget.run();
    assertThat(senders.snapshot()).isEmpty();
  }

  @Test
  void unregisteringASenderTwiceDoesNotAffectItsSuccessor() {
    Runnable first = senders.register(tally("peer"), "me");
    first.run();
    Runnable successor = senders.register(tally("peer"), "me");
    first.run();
    assertThat(senders.snapshot()).hasSize(1);
    successor.run();
  }

  @Test
  void oneTargetMoreThanTheLimitIsRefused() {
    for (int i = 0; i < SendersConfig.MAX_TARGETS; i++) {
      Runnable unused = senders.register(tally("peer" + i), "me");
    }
    assertThatThrownBy(() -> senders.register(tally("one more"), "me"))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "heartbeat.maxTargets: 257 (expected: at most 256 targets; raise heartbeat.maxTargets"
                + " for more)");
    senders.limit(257);
    Runnable unused = senders.register(tally("one more"), "me");
    assertThat(senders.snapshot()).hasSize(257);
  }

  @Test
  void aLimitBelowOneIsRefused() {
    assertThatThrownBy(() -> senders.limit(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("maxTargets: 0");
  }

  @Test
  void aStatusContainsTheCounters() {
    SenderCounters tally = tally("peer");
    Runnable unused = senders.register(tally, "me");
    Instant at = Instant.parse("2026-01-01T00:00:00Z");
    tally.connectFailed("refused");
    tally.connected();
    tally.sent(at);
    tally.skipped(SkipReason.BURST);
    tally.skipped(SkipReason.BURST);
    tally.headFaults(List.of(HeadFault.STALE));
    tally.minerFault(MinerFault.NO_HANDLER);
    SenderStatus status = senders.snapshot().get(0);
    assertThat(status.target()).isEqualTo("/ip4/192.0.2.1/tcp/1/p2p/peer");
    assertThat(status.peerId()).isEqualTo("peer");
    assertThat(status.localPeerId()).contains("me");
    assertThat(status.nickname()).isEqualTo("alice");
    assertThat(status.connected()).isTrue();
    assertThat(status.beatsSent()).isEqualTo(1);
    assertThat(status.lastBeatAt()).contains(at);
    assertThat(status.lastError()).isEmpty();
    assertThat(status.connects()).isEqualTo(1);
    assertThat(status.failedConnects()).isEqualTo(1);
    assertThat(status.skipped())
        .hasSize(SkipReason.values().length)
        .containsEntry("burst", 2L)
        .containsEntry("write-in-flight", 0L);
    assertThat(status.headFailures()).hasSize(HeadFault.values().length).containsEntry("stale", 1L);
    assertThat(status.minerFailures())
        .hasSize(MinerFault.values().length)
        .containsEntry("no-handler", 1L);
    tally.lost("reset");
    assertThat(senders.snapshot().get(0).connected()).isFalse();
    assertThat(senders.snapshot().get(0).lastError()).contains("reset");
  }
}
