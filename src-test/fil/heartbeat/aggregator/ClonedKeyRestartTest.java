package fil.heartbeat.aggregator;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.alert.Rehearsal;
import fil.heartbeat.alert.model.Alert;
import fil.heartbeat.alert.model.AlertRule;
import fil.heartbeat.alert.model.Notification;
import fil.heartbeat.history.RestoredState;
import fil.heartbeat.libp2p.PeerId;
import fil.heartbeat.testing.RecordingHistory;
import fil.heartbeat.wire.Heartbeat;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A key in two places across restarts of the aggregator, which forgets the places. */
class ClonedKeyRestartTest {
  private static final Instant T0 = Instant.parse("2026-01-02T03:04:05Z");
  private static final PeerId NODE = SimulatedFleet.peer(41, 0);
  private static final String FIRST = "/ip4/192.0.2.1/tcp/1001";
  private static final String SECOND = "/ip4/192.0.2.2/tcp/1002";

  private final RecordingHistory history = new RecordingHistory();
  private final Rehearsal alerts = new Rehearsal(Rehearsal.oneSink(), T0);
  private final List<String> told = new ArrayList<>();
  private final long[] backAt = {0, 40};
  private Registry registry = registry(0);
  private long version;
  private long now;
  private int read;

  private static Moment at(long second) {
    return new Moment(T0.plusSeconds(second), second * 1_000_000_000L);
  }

  private Registry registry(long second) {
    Registry made = new Registry(AggregatorSettings.DEFAULT, history, at(second));
    made.restore(new RestoredState(List.copyOf(history.nodes.values()), Map.of()), at(second));
    return made;
  }

  private void restart(int down, int firstBack, int secondBack) {
    registry.save(at(now));
    now += down;
    registry = registry(now);
    alerts.restart(at(now).at());
    version = 0;
    backAt[0] = now + firstBack;
    backAt[1] = now + secondBack;
  }

  private void beat(int place, long period) {
    String from = place == 0 ? FIRST : SECOND;
    if (now == backAt[place]) {
      registry.onOpen(NODE, from, at(now));
    }
    if (now >= backAt[place] && (now - backAt[place]) % period == 0) {
      registry.onBeat(NODE, from, new Heartbeat("{ }", 1, "lotus-01", "", null, null), at(now));
    }
  }

  private void until(long second, long period, boolean both) {
    for (; now <= second; now++) {
      beat(0, period);
      if (both) {
        beat(1, period);
      }
      registry.evaluate(at(now));
      registry.peers().updateTwins(at(now), (peer, address) -> {});
      boolean complete = version == 0 || !registry.coversSince(version);
      alerts.observe(
          registry.steps(at(now)),
          at(now).at(),
          registry.warming(),
          complete,
          complete ? registry.nodes() : registry.nodesSince(version),
          complete ? List.of() : registry.removedSince(version),
          registry.networks());
      version = registry.version();
      conflicts();
    }
  }

  private void conflicts() {
    for (; read < alerts.told().size(); read++) {
      Notification notification = alerts.told().get(read);
      notification.alerts().stream()
          .filter(alert -> notification.news().contains(alert.id()))
          .filter(alert -> alert.rule() == AlertRule.IDENTITY_CONFLICT)
          .forEach(alert -> told.add((alert.status().isFiring() ? "+" : "-") + alert.id()));
    }
  }

  private Stream<Alert> firing() {
    return alerts.alerts().stream()
        .filter(alert -> alert.rule() == AlertRule.IDENTITY_CONFLICT)
        .filter(alert -> alert.status().isFiring());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 3, 10})
  void aFiringAlertFiresUntilItsConditionIsKnownAgain(long period) {
    until(200, period, true);
    assertThat(told).hasSize(1);
    String id = firing().findFirst().orElseThrow().id();
    for (int restart = 0; restart < 3; restart++) {
      restart(5, 3 + restart, 12 + 4 * restart);
      until(now + 200, period, true);
      assertThat(told).as("restart %s", restart).containsExactly("+" + id);
      Node node = Objects.requireNonNull(registry.node(NODE.toString()));
      assertThat(node.conflicts())
          .containsExactly("beats from two places: " + FIRST + " and " + SECOND);
    }
    until(now + 200, period, false);
    assertThat(told).containsExactly("+" + id, "-" + id);
  }

  /** Within three minutes, and not before it can be known. */
  @ParameterizedTest
  @ValueSource(longs = {1, 3, 10})
  void anAlertWhoseCauseEndedIsResolvedOnceThatIsKnown(long period) {
    until(200, period, true);
    String id = firing().findFirst().orElseThrow().id();
    restart(5, 3, 12);
    until(now + 140, period, false);
    assertThat(firing()).hasSize(1);
    until(now + 40, period, false);
    assertThat(firing()).isEmpty();
    assertThat(told).containsExactly("+" + id, "-" + id);
  }

  /** Refused peers and implausible beats do not count as a place. */
  @Test
  void refusedBeatsAreInNoPlace() {
    Heartbeat beat = new Heartbeat("{ }", 1, "lotus-01", "", null, null);
    registry.onBeat(NODE, FIRST, beat, at(0));
    registry.membership(new Membership(Set.of(), Set.of(NODE), Map.of()), at(1));
    for (int second = 1; second < 100; second++) {
      registry.onBeat(NODE, FIRST, beat, at(second));
      registry.onBeat(NODE, SECOND, beat, at(second));
    }
    registry.peers().updateTwins(at(100), (peer, address) -> told.add(address));
    assertThat(told).isEmpty();
    assertThat(Objects.requireNonNull(registry.node(NODE.toString())).conflicts()).isEmpty();
  }
}
