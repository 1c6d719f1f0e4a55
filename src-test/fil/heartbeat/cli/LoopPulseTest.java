package fil.heartbeat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.testing.CanIgnoreReturnValue;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LoopPulseTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final LoopPulse pulse = new LoopPulse(Duration.ofSeconds(60), 0);
  private long now;

  @CanIgnoreReturnValue
  private boolean lookAfter(long nanos) {
    now += nanos;
    return pulse.update(now);
  }

  @Test
  void anAnsweringThreadIsAskedAgainAndNeverDead() {
    for (int second = 0; second < 300; second++) {
      assertThat(lookAfter(SECOND)).isTrue();
      pulse.answer();
      assertThat(pulse.isDead()).isFalse();
    }
  }

  @Test
  void aThreadUnansweringForTooLongIsDeadAndAskedOnce() {
    assertThat(lookAfter(SECOND)).isTrue();
    for (int second = 1; second <= 59; second++) {
      assertThat(lookAfter(SECOND)).isFalse();
      assertThat(pulse.isDead()).as("after %s s", second).isFalse();
    }
    assertThat(lookAfter(SECOND)).isFalse();
    assertThat(pulse.isDead()).isTrue();
  }

  @Test
  void anAnswerInTheLastMomentSavesIt() {
    lookAfter(SECOND);
    for (int second = 0; second < 60; second++) {
      lookAfter(SECOND);
    }
    pulse.answer();
    assertThat(pulse.isDead()).isFalse();
    assertThat(lookAfter(SECOND)).isTrue();
    assertThat(pulse.isDead()).isFalse();
  }

  @Test
  void aSuspendedOrStoppedProcessIsNoDeadThread() {
    lookAfter(SECOND);
    lookAfter(3600 * SECOND);
    assertThat(pulse.isDead()).isFalse();
    for (int second = 0; second < 59; second++) {
      lookAfter(SECOND);
      assertThat(pulse.isDead()).isFalse();
    }
  }

  @Test
  void secondsWithALateAskingThreadDoNotCount() {
    lookAfter(SECOND);
    for (int look = 0; look < 1_000; look++) {
      lookAfter(2 * SECOND);
      assertThat(pulse.isDead()).isFalse();
    }
  }
}
