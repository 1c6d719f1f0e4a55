package fil.heartbeat.alert;

import static fil.heartbeat.alert.AlertScript.sink;
import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.alert.model.Alert;
import fil.heartbeat.alert.model.AlertRule;
import fil.heartbeat.alert.model.Severity;
import fil.heartbeat.history.AlertStore.Entry;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What addresses spent, over a restart of the aggregator. */
class BalanceRestartTest {
  private final AlertScript script =
      AlertScript.withNodes(AlertScript.config(sink("ops")), "a", "b", "c");

  private void tell(String fil) {
    Problem.tell(script, "b", all -> all.balances(List.of(Problem.balance("f07", "worker", fil))));
  }

  /** 30 FIL of 100 in an hour: what is left lasts two days. */
  private void spend() {
    tell("100");
    script.run(3_600);
    tell("70");
    script.run(620);
    assertThat(script.alert(AlertRule.BALANCE_LOW))
        .map(Alert::summary)
        .hasValue("b: worker f07 has 70 FIL, enough for 2 d 8 h at the 30 FIL of the last 24 h");
    script.start();
  }

  @Test
  void aLowBalanceStaysLowWithoutAGap() {
    spend();
    script.restart();
    for (int i = 0; i < 600; i++) {
      script.run(1);
      assertThat(script.fires(AlertRule.BALANCE_LOW)).isTrue();
    }
    assertThat(script.lines).isEmpty();
    // With the 30 before the restart it is less than a day's.
    tell("45");
    script.run(30);
    assertThat(script.alert(AlertRule.BALANCE_LOW))
        .map(Alert::severity)
        .hasValue(Severity.CRITICAL);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aBalanceThatWasFilledMeanwhileIsLowNoMore(boolean before) {
    spend();
    if (before) {
      tell("900");
      script.restart();
    } else {
      script.restart();
      script.run(300);
      tell("900");
    }
    script.run(300);
    assertThat(script.alert(AlertRule.BALANCE_LOW)).isEmpty();
    assertThat(script.lines).singleElement().asString().endsWith("BalanceLow/mainnet -b");
  }

  /** The one that is low is not reported right after the restart. */
  @Test
  void anAddressThatWasLowIsAwaited() {
    spend();
    Problem.tell(script, "b", all -> all.balances(List.of(Problem.balance("f08", "worker", "50"))));
    script.restart();
    script.run(600);
    assertThat(script.fires(AlertRule.BALANCE_LOW)).isTrue();
    assertThat(script.lines).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 25})
  void whatWasSpentMeanwhileIsOfTheLastDay(int hours) {
    tell("100");
    script.run(60);
    script.now = script.now.plus(Duration.ofHours(hours));
    script.restart();
    tell("60");
    script.run(900);
    assertThat(script.fires(AlertRule.BALANCE_LOW)).isEqualTo(hours < 24);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[\"wallet",
        "[\"wallet\"]",
        "[\"low\"]",
        "[\"wallet -1 2026-01-05T12:00:00Z 2026-01-05T12:00:00Z false  f07\"]",
        "[\"wallet 1 yesterday 2026-01-05T12:00:00Z false  f07\"]",
        "[\"wallet 1 2026-01-05T13:00:00Z 2026-01-05T12:00:00Z false  f07\"]",
        "[\"wallet 1 2026-01-05T12:00:00Z 2026-01-05T12:00:00Z false 2026-01-05T12:00:00Z f07\"]",
        "[\"wallet 111111111111111111111111111111111111111111111111111"
            + " 2026-01-05T12:00:00Z 2026-01-05T12:00:00Z false  f07\"]"
      })
  void aDamagedTextIsRefusedCountedAndDeleted(String body) {
    spend();
    script.store.put("burns/b", new Entry("burns", "b", body));
    script.restart();
    script.node("b").disconnect(script.now);
    script.run(1);
    assertThat(script.engine.dropped()).containsEntry(AlertStateStore.UNREADABLE, 1L);
    assertThat(script.store).doesNotContainKey("burns/b");
    assertThat(script.fires(AlertRule.BALANCE_LOW)).isTrue();
  }

  @Test
  void whatIsStoredEndsWithTheNode() {
    spend();
    assertThat(script.store).containsKey("burns/b");
    script.forget("b");
    script.run(2);
    assertThat(script.store).doesNotContainKey("burns/b");
  }

  @Test
  void whatIsStoredOfANodeThatNeverCameBackEndsAfterADay() {
    spend();
    script.restart();
    script.nodes.remove("b");
    script.run(86_500);
    assertThat(script.store).doesNotContainKey("burns/b");
  }
}
