package fil.heartbeat.alert;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.aggregator.IngestCounts;
import fil.heartbeat.aggregator.Overview;
import fil.heartbeat.alert.notify.MonitoredSink;
import fil.heartbeat.alert.notify.TimeLimit;
import fil.heartbeat.fleet.NetworkReport;
import fil.heartbeat.history.HistoryStats;
import fil.heartbeat.testing.FleetFixtures;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SelfCheckTest {
  private static final Instant NOW = AlertFixture.START;
  private final SelfCheck selfCheck = new SelfCheck();
  private final MonitoredSink sink =
      new MonitoredSink(
          AlertFixture.sink("ops"),
          new RecordingSink(AlertFixture.sink("ops")),
          new TimeLimit() {
            @Override
            public <T> Future<T> within(Future<T> future, Duration limit) {
              return future;
            }
          });

  private Optional<Validity> certificate = Optional.empty();

  private List<String> faults(Instant now, long overflow) {
    return faults(now, overflow, HistoryStats.OFF, Optional.empty(), List.of(), true);
  }

  private List<String> faults(
      Instant now,
      long overflow,
      HistoryStats history,
      Optional<String> store,
      List<NetworkReport> networks,
      boolean canary) {
    return selfCheck.faults(
        FleetFixtures.overview(now, 1, false, networks)
            .withAccounts(
                new Overview.Accounts(
                    new IngestCounts(0, 0, Map.of(IngestCounts.OVERFLOW, overflow)),
                    0,
                    FleetFixtures.hostStats(Map.of()),
                    history)),
        store,
        List.of(sink),
        canary,
        certificate,
        now);
  }

  @Test
  void aHealthyAggregatorHasNoFaults() {
    assertThat(faults(NOW, 7)).isEmpty();
    assertThat(faults(NOW.plusSeconds(1), 7)).isEmpty();
  }

  @Test
  void eachFaultIsReported() {
    assertThat(
            faults(
                NOW,
                0,
                new HistoryStats(1, 0, Map.of(), Optional.of("disk full"), 0),
                Optional.of("no answer"),
                List.of(FleetFixtures.report(true)),
                false))
        .containsExactly(
            "history is not written: disk full",
            "the clock of this machine is about 10 min ahead of that of the nodes of mainnet",
            "alerts are not kept: no answer",
            "the canary's beats do not come through from end to end");
  }

  @ParameterizedTest
  @CsvSource({
    "PT10M, about 10 min ahead of",
    "PT-10M, about 10 min behind",
    "PT-1M, about 60 s behind",
    "PT89S, about 89 s ahead of",
    "PT90S, about 2 min ahead of",
    "PT119M, about 119 min ahead of",
    "PT-2H, about 2 h behind",
    "PT-47H, about 47 h behind",
    "P3D, about 3 days ahead of"
  })
  void directionAndSizeOfAClockErrorAreReported(Duration ahead, String text) {
    assertThat(
            faults(
                NOW,
                0,
                HistoryStats.OFF,
                Optional.empty(),
                List.of(FleetFixtures.report(ahead)),
                true))
        .containsExactly("the clock of this machine is " + text + " that of the nodes of mainnet");
  }

  @Test
  void anExpiredCertificateIsAFault() {
    certificate = Optional.of(new Validity(NOW, NOW));
    assertThat(faults(NOW.minusSeconds(1), 0))
        .containsExactly("the certificate is not valid before " + NOW);
    assertThat(faults(NOW, 0)).isEmpty();
    assertThat(faults(NOW.plusSeconds(1), 0))
        .containsExactly("the certificate is out of date since " + NOW);
  }

  @Test
  void lostBeatsAreAFaultForHalfAMinute() {
    assertThat(faults(NOW, 7)).isEmpty();
    assertThat(faults(NOW.plusSeconds(1), 8)).hasSize(1);
    assertThat(faults(NOW.plusSeconds(30), 8)).hasSize(1);
    assertThat(faults(NOW.plusSeconds(31), 8)).isEmpty();
  }

  @Test
  void aSinkThatFailsForFiveMinutesIsAFaultUntilItRecovers() {
    sink.failed(RecordingSink.refusal(), NOW);
    sink.failed(RecordingSink.refusal(), NOW.plusSeconds(200));
    assertThat(faults(NOW.plusSeconds(299), 0)).isEmpty();
    assertThat(faults(NOW.plusSeconds(300), 0))
        .containsExactly("a sink has not been told for 5 minutes: ops: 404");
    sink.succeeded(NOW.plusSeconds(301));
    assertThat(faults(NOW.plusSeconds(302), 0)).isEmpty();
  }
}
