package fil.heartbeat.libp2p.host;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PerMinuteTest {
  private static final long MINUTE = 60_000_000_000L;

  @Test
  void aMinuteAllowsItsNumberAndTheNextOneAllowsItAgain() {
    PerMinute limit = new PerMinute(2, -5);
    assertThat(limit.allows(0)).isTrue();
    assertThat(limit.allows(0)).isTrue();
    assertThat(limit.allows(MINUTE - 6)).isFalse();
    assertThat(limit.allows(MINUTE - 5)).isTrue();
    assertThat(limit.allows(2 * MINUTE - 6)).isTrue();
    assertThat(limit.allows(2 * MINUTE - 6)).isFalse();
  }
}
