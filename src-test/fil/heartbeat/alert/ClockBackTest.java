package fil.heartbeat.alert;

import static fil.heartbeat.alert.AlertScript.sink;
import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.alert.model.DeliveryException;
import fil.heartbeat.config.SinkConfig;
import fil.heartbeat.fleet.ChainState;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The wall clock is set back by an hour, as when a machine first reaches a time server. */
class ClockBackTest {
  private static final int STEP = 3_600;

  private static AlertScript script(SinkConfig sink) {
    AlertScript script = AlertScript.withNodes(AlertScript.config(sink), "a", "b", "c");
    script.run(2 * STEP);
    script.start();
    return script;
  }

  private static void putBack(AlertScript script) {
    script.now = script.now.minusSeconds(STEP);
  }

  @Test
  void anAlertmanagerStillGetsRepetitionsEachMinute() {
    AlertScript script = script(sink("am", SinkConfig.Type.ALERTMANAGER, false, 600));
    script.chain("a", ChainState.FORKED);
    script.until(10);
    putBack(script);
    script.run(130);
    assertThat(script.lines)
        .containsExactly("0s am * !a", "-3589s am * =a", "-3529s am * =a", "-3469s am * =a");
  }

  @Test
  void earlierNotificationsDoNotCountForTheRateAfterwards() {
    AlertScript script = script(sink("ops", SinkConfig.Type.WEBHOOK, false, 1));
    script.chain("a", ChainState.FORKED);
    script.until(10);
    putBack(script);
    script.chain("b", ChainState.FORKED);
    script.run(10);
    assertThat(script.lines)
        .containsExactly("5s ops NodeForked/mainnet !a", "-3584s ops NodeForked/mainnet !b =a");
  }

  @Test
  void aGroupDoesNotWaitLonger() {
    AlertScript script = script(sink("ops"));
    script.chain("a", ChainState.FORKED);
    script.until(2);
    putBack(script);
    script.run(10);
    assertThat(script.lines).containsExactly("-3597s ops NodeForked/mainnet !a");
  }

  /** The last delivery is stored, so this also covers a clock that is set back before a start. */
  @Test
  void theWatchdogGoesOn() {
    AlertScript script = script(sink("ops", SinkConfig.Type.WEBHOOK, true, 600));
    putBack(script);
    script.run(700);
    assertThat(script.lines)
        .hasSizeBetween(2, 4)
        .allMatch(line -> line.endsWith("ops Watchdog +Watchdog"));
  }

  @Test
  void aFailedSinkIsRetried() {
    AlertScript script = script(sink("ops"));
    script.failing.put(
        "ops",
        new DeliveryException(DeliveryException.Kind.LIMITED, "later", Duration.ofMinutes(30)));
    script.chain("a", ChainState.FORKED);
    script.until(10);
    script.failing.clear();
    putBack(script);
    script.run(10);
    assertThat(script.lines).hasSize(1);
  }
}
