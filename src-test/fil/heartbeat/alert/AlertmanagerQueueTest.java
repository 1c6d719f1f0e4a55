package fil.heartbeat.alert;

import static fil.heartbeat.alert.AlertScript.sink;
import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.alert.model.Selector;
import fil.heartbeat.alert.model.Silence;
import fil.heartbeat.config.AlertsConfig;
import fil.heartbeat.config.SinkConfig;
import fil.heartbeat.fleet.ChainState;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Notifications to an Alertmanager that another aggregator also sends to. */
class AlertmanagerQueueTest {
  private static final AlertsConfig CONFIG =
      AlertScript.config(sink("am", SinkConfig.Type.ALERTMANAGER, false, 600));

  private final AlertScript script = AlertScript.withNodes(CONFIG, "a", "b", "c");

  /** The other one may have resolved it; this one cannot judge it yet. */
  @Test
  void aRestoredAlertIsNotRepeatedWhileWarming() {
    script.chain("a", ChainState.FORKED);
    script.chain("b", ChainState.FORKED);
    script.until(10);
    script.now = script.now.plusSeconds(100);
    script.chain("b", ChainState.OK);
    script.restart();
    script.until(155);
    assertThat(script.lines).containsExactly("0s am * !a !b", "141s am * =a", "151s am * -b =a");
  }

  /**
   * The last repetition is still valid; another one would restart an alert that the other
   * aggregator ended.
   */
  @Test
  void aClearingAlertIsNotRepeatedWhileTheLastRepetitionLasts() {
    script.chain("a", ChainState.FORKED);
    script.until(20);
    script.chain("a", ChainState.OK);
    script.until(25);
    script.chain("b", ChainState.FORKED);
    script.until(40);
    assertThat(script.lines).containsExactly("0s am * !a", "26s am * !b", "31s am * -a =b");
  }

  @Test
  void anAlertClearingForLongIsRepeated() {
    script.config(CONFIG.withRules(all -> all.withKeepFiringFor(Duration.ofMinutes(10))));
    script.chain("a", ChainState.FORKED);
    script.until(1);
    script.chain("a", ChainState.OK);
    script.until(300);
    assertThat(script.lines)
        .containsExactly("0s am * !a", "122s am * =a", "182s am * =a", "242s am * =a");
  }

  /**
   * An alert that the sink may know of, and that is suppressed now, may be the first restored one.
   */
  @Test
  void anAlertSuppressedSinceACrashDoesNotBlockOtherRepetitions() {
    script.chain("b", ChainState.FORKED);
    script.until(5);
    Silence silence =
        script.engine.addSilence(
            new Selector(Map.of("nickname", List.of("a"))),
            script.now.plusSeconds(1),
            script.now.plusSeconds(3600),
            "alice",
            "",
            script.now);
    assertThat(silence.holds(script.now)).isFalse();
    script.chain("a", ChainState.FORKED);
    List<String> before = List.copyOf(script.store.keySet());
    script.steps =
        step -> {
          if (step.equals("due")) {
            script.steps = later -> {};
            before.forEach(key -> script.store.put(key, script.store.remove(key)));
            throw new AlertScript.Killed();
          }
        };
    script.until(6);
    script.lines.clear();
    script.until(200);
    assertThat(script.lines).hasSizeGreaterThanOrEqualTo(2).allMatch(line -> line.contains("=b"));
  }
}
