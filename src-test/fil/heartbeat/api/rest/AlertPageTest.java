package fil.heartbeat.api.rest;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.alert.model.AlertRule;
import fil.heartbeat.alert.model.AlertStatus;
import fil.heartbeat.alert.model.Severity;
import fil.heartbeat.api.http.Parameters;
import fil.heartbeat.testing.FakeAlerts;
import io.vertx.core.MultiMap;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AlertPageTest {
  private static final List<Severity> SEVERITIES =
      List.of(Severity.INFO, Severity.WARNING, Severity.CRITICAL);

  private final FakeAlerts alerts = new FakeAlerts();
  private int pages;
  private boolean incomplete;

  private AlertPage page(String query, @Nullable String cursor) {
    MultiMap parameters = MultiMap.caseInsensitiveMultiMap();
    for (String each : query.split("&", -1)) {
      parameters.add(each.substring(0, each.indexOf('=')), each.substring(each.indexOf('=') + 1));
    }
    if (cursor != null) {
      parameters.add("cursor", cursor);
    }
    return AlertPage.of(AlertQuery.parse(new Parameters(parameters, AlertQuery.PARAMETERS)), alerts)
        .result();
  }

  /** The ids of all pages in order. */
  private List<String> all(String query) {
    List<String> ids = new ArrayList<>();
    String cursor = null;
    do {
      AlertPage page = page(query, cursor);
      page.rows().forEach(row -> ids.add(row.getString("id")));
      incomplete |= page.json().getBoolean("incomplete");
      cursor = page.next();
      assertThat(++pages).as("pages until the end").isLessThan(100);
    } while (cursor != null);
    return ids;
  }

  private void firing(int count) {
    for (int i = 0; i < count; i++) {
      Severity severity = SEVERITIES.get(i % SEVERITIES.size());
      alerts.add(FakeAlerts.firing("a" + i, AlertRule.NODE_BEHIND, severity, "p" + i));
    }
  }

  private void over(int count, Instant endsAt) {
    for (int i = 0; i < count; i++) {
      AlertRule rule = i % 50 == 0 ? AlertRule.NODE_FORKED : AlertRule.NODE_SILENT;
      alerts.add(FakeAlerts.over(endsAt + "-" + i, rule, "p" + i, endsAt));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 20, 21, 1000})
  void everyPageContinuesAfterTheOneBefore(int limit) {
    firing(20);
    over(30, FakeAlerts.NOW);
    over(3, FakeAlerts.NOW.minusNanos(1));
    over(9, FakeAlerts.NOW.minusSeconds(1));
    List<String> ids = all("status=firing,resolved&limit=" + limit);
    assertThat(ids).hasSize(62).doesNotHaveDuplicates();
    assertThat(ids.subList(0, 20)).allMatch(id -> id.startsWith("a"));
    assertThat(pages).isBetween(62 / limit, 62 / limit + 2);
    assertThat(incomplete).isFalse();
  }

  @Test
  void theMostSevereComeFirst() {
    firing(6);
    alerts.add(
        FakeAlerts.with(
            FakeAlerts.firing("later", AlertRule.NODE_FORKED, Severity.CRITICAL, "p"),
            AlertStatus.PENDING,
            null));
    assertThat(all("limit=2")).containsExactly("a2", "a5", "a1", "a4", "a0", "a3", "later");
  }

  @Test
  void theWatchdogIsListedOnlyByName() {
    alerts.add(FakeAlerts.firing("always", AlertRule.WATCHDOG, Severity.INFO, "p"));
    alerts.add(FakeAlerts.over("before", AlertRule.WATCHDOG, "p", FakeAlerts.NOW));
    firing(1);
    assertThat(all("status=firing,resolved")).containsExactly("a0");
    assertThat(all("status=firing,resolved&rule=Watchdog")).containsExactly("always", "before");
  }

  @Test
  void aNewAlertShiftsNoOther() {
    firing(3);
    AlertPage first = page("limit=2", null);
    alerts.add(FakeAlerts.firing("new", AlertRule.NODE_FORKED, Severity.CRITICAL, "p"));
    AlertPage second = page("limit=2", first.next());
    assertThat(second.rows()).extracting(row -> row.getString("id")).containsExactly("a0");
  }

  @Test
  void aRareAlertIsFoundAmongMany() {
    over(2_000, FakeAlerts.NOW.minusSeconds(5));
    for (int i = 0; i < 1_000; i++) {
      over(1, FakeAlerts.NOW.minusSeconds(10 + i));
    }
    alerts.add(
        FakeAlerts.over("rare", AlertRule.NODE_AHEAD, "p", FakeAlerts.NOW.minusSeconds(9_000)));
    assertThat(all("status=resolved&rule=NodeAhead&limit=5")).containsExactly("rare");
  }

  @Test
  void aPageThatSearchedTooManyIsShort() {
    for (int i = 0; i < AlertPage.MAX_CHUNK * AlertPage.MAX_CHUNKS; i++) {
      alerts.add(
          FakeAlerts.over("o" + i, AlertRule.NODE_SILENT, "p", FakeAlerts.NOW.minusSeconds(i)));
    }
    AlertPage page = page("status=resolved&rule=NodeAhead", null);
    assertThat(page.rows()).isEmpty();
    assertThat(page.next()).isNotNull();
    assertThat(all("status=resolved&rule=NodeAhead")).isEmpty();
    assertThat(pages).isEqualTo(2);
  }

  @Test
  void tooManyAlertsOfOneMomentAreReported() {
    over(AlertPage.MAX_CHUNK + 200, FakeAlerts.NOW);
    over(5, FakeAlerts.NOW.minusSeconds(1));
    List<String> ids = all("status=resolved&limit=300");
    assertThat(ids).hasSize(AlertPage.MAX_CHUNK + 5).doesNotHaveDuplicates();
    assertThat(incomplete).isTrue();
  }
}
