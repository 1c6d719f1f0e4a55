package fil.heartbeat.alert.rule;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.testing.LogLines;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is said of parts of a round that throw. */
class RuleGuardTest {
  private static final Instant START = Instant.parse("2026-01-05T12:00:00Z");

  private final RuleGuard guard = new RuleGuard();
  private Instant now = START;

  private void round(Runnable part) {
    guard.begin(now);
    part.run();
    guard.end();
    now = now.plusSeconds(1);
  }

  private void fails(String rule, String subject) {
    guard.run(
        rule,
        subject,
        () -> {
          throw new IllegalStateException("odd");
        });
  }

  private static List<String> errors(LogLines log) {
    return log.lines().stream().filter(each -> each.startsWith("ERROR ")).toList();
  }

  @Test
  void aFailureIsSaidAtOnceThenAfterOneAndFiveMinutesAndAtItsEnd() {
    try (LogLines log = new LogLines(RuleGuard.class)) {
      for (int i = 0; i < 600; i++) {
        round(() -> fails("BalanceLow", "a"));
      }
      String text = "ERROR an alert rule failed, its alerts stay as they are rule=BalanceLow ";
      assertThat(errors(log))
          .containsExactly(
              text + "subject=a failures=1 seconds=0",
              text + "subject=a failures=61 seconds=60",
              text + "subject=a failures=301 seconds=300");
      round(() -> {});
      assertThat(log.lines())
          .last()
          .isEqualTo(
              "INFO an alert rule works again rule=BalanceLow subject=a failures=600 seconds=600");
    }
    assertThat(guard.faults(now)).isEmpty();
  }

  /** The clock that was set is no reason to remind, nor does it change since when. */
  @Test
  void aClockThatIsSetChangesNothing() {
    try (LogLines log = new LogLines(RuleGuard.class)) {
      round(() -> fails("BalanceLow", "a"));
      guard.moved(Duration.ofHours(2));
      now = now.plus(Duration.ofHours(2));
      round(() -> fails("BalanceLow", "a"));
      assertThat(errors(log)).hasSize(1);
    }
    assertThat(guard.faults(now.minusSeconds(1)))
        .containsExactly("alert rules have failed since 2026-01-05T14:00:00Z: BalanceLow of a");
  }

  @Test
  void aFleetThatFailsAsAWholeFillsNoLog() {
    try (LogLines log = new LogLines(RuleGuard.class)) {
      round(
          () -> {
            for (int i = 0; i < 10_000; i++) {
              fails("BalanceLow", "n" + i);
            }
          });
      assertThat(errors(log)).hasSize(RuleGuard.MAX_PARTS + 1);
      assertThat(guard.subjects()).hasSize(10_000);
    }
    assertThat(guard.faults(now))
        .singleElement()
        .asString()
        .endsWith("BalanceLow of n0 and more than 100 more");
  }
}
