package fil.heartbeat.alert;

import static fil.heartbeat.alert.AlertScript.sink;
import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.alert.model.Alert;
import fil.heartbeat.alert.model.AlertRule;
import fil.heartbeat.alert.model.Severity;
import fil.heartbeat.config.AlertsConfig;
import fil.heartbeat.fleet.Standing;
import org.junit.jupiter.api.Test;

/** Alerts about nodes that were stopped on purpose. */
class StoppedTest {
  private static final AlertsConfig CONFIG = AlertScript.config(sink("ops"));

  @Test
  void aStoppedNodeIsSentAfterAQuarterOfAnHourAndNothingElse() {
    AlertScript script = AlertScript.withNodes(CONFIG, "a", "b");
    script.stop("a");
    script.until(2000);
    script.beat("a");
    script.until(2400);
    assertThat(script.lines)
        .containsExactly("905s ops NodeStopped/mainnet +a", "2016s ops NodeStopped/mainnet -a");
    assertThat(script.ended)
        .singleElement()
        .satisfies(
            each -> {
              assertThat(each.severity()).isEqualTo(Severity.WARNING.label());
              assertThat(each.summary()).startsWith("a is stopped since 2026-");
            });
  }

  @Test
  void restartsAreNotSentHoweverOften() {
    AlertScript script = AlertScript.withNodes(CONFIG, "a", "b");
    for (int i = 0; i < 12; i++) {
      script.stop("a");
      script.run(50);
      script.beat("a");
      script.run(10);
    }
    assertThat(script.lines).isEmpty();
    assertThat(script.ended).isEmpty();
  }

  /** The stop messages prove that our own network works. */
  @Test
  void aStoppedFleetIsNotIsolated() {
    AlertScript script =
        AlertScript.withNodes(CONFIG, "n0", "n1", "n2", "n3", "n4", "n5", "n6", "n7");
    script.until(100);
    script.stop("n0", "n1", "n2", "n3", "n4", "n5", "n6");
    script.until(900);
    assertThat(script.lines).isEmpty();
    script.until(1200);
    assertThat(script.lines)
        .containsExactly("1006s ops NodeStopped/mainnet +n0 +n1 +n2 +n3 +n4 +n5 +n6");
  }

  @Test
  void aFiringSilenceIsResolvedWhenTheNodeStops() {
    AlertScript script = AlertScript.withNodes(CONFIG, "a", "b");
    script.silent("a");
    script.until(60);
    script.stop("a");
    script.until(600);
    assertThat(script.lines)
        .containsExactly("20s ops NodeSilent/mainnet +a", "76s ops NodeSilent/mainnet -a");
  }

  @Test
  void aStoppedStrangerRaisesNothing() {
    AlertScript script = AlertScript.withNodes(CONFIG, "a", "b");
    script.node("b").standing = Standing.STRANGER;
    script.stop("b");
    script.until(3000);
    assertThat(script.lines).isEmpty();
    assertThat(script.engine.alerts()).extracting(Alert::rule).containsExactly(AlertRule.WATCHDOG);
  }

  /** The engine restarts in the middle of the quarter of an hour, and after it. */
  @Test
  void aStoppedNodeIsSentOnceOverARestartOfTheAggregator() {
    AlertScript script = AlertScript.withNodes(CONFIG, "a", "b");
    script.stop("a");
    script.until(600);
    script.restart();
    script.until(1500);
    script.restart();
    script.until(3000);
    assertThat(script.lines).containsExactly("905s ops NodeStopped/mainnet +a");
  }
}
