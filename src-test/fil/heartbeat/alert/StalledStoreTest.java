package fil.heartbeat.alert;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.aggregator.Changes;
import fil.heartbeat.aggregator.Node;
import fil.heartbeat.alert.model.AlertRule;
import fil.heartbeat.alert.model.DeliveryException;
import fil.heartbeat.alert.model.Notification;
import fil.heartbeat.alert.state.AlertBounds;
import fil.heartbeat.alert.state.StateWriter;
import fil.heartbeat.fleet.Agreement;
import fil.heartbeat.fleet.ChainState;
import fil.heartbeat.fleet.Liveness;
import fil.heartbeat.fleet.Standing;
import fil.heartbeat.fleet.Verdict;
import fil.heartbeat.history.AlertStore;
import fil.heartbeat.history.ResolvedRow;
import fil.heartbeat.testing.FleetFixtures;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The store answers nothing for ten minutes, in which the whole fleet is in trouble twice and
 * recovers: no alert and no entry is dropped, also not what the failed write brings back.
 */
class StalledStoreTest {
  private static final int NODES = 500;

  /** What each node of a large fleet gets, without the floors. */
  private static final AlertBounds BOUNDS =
      new AlertBounds(2 * NODES, 2 * NODES, 5 * NODES, 2 * NODES);

  /** Answers the writes when the test says so. */
  private static final class Store implements AlertStore {
    private final List<Promise<Void>> answers = new ArrayList<>();
    private int resolved;

    @Override
    public Future<List<Entry>> entries() {
      return Future.succeededFuture(List.of());
    }

    @Override
    public Future<Void> write(List<Entry> entries, List<ResolvedRow> rows) {
      Promise<Void> answer = Promise.promise();
      answers.add(answer);
      resolved = rows.size();
      return answer.future();
    }

    @Override
    public Future<List<ResolvedRow>> resolved(
        @Nullable String peerId, @Nullable Instant before, int limit) {
      return Future.succeededFuture(List.of());
    }
  }

  private final Store store = new Store();
  private Instant now = AlertScript.START;
  private final StateWriter writer = new StateWriter(store, () -> now, BOUNDS);
  private final AlertEngine engine =
      new AlertEngine(
          AlertScript.config(AlertScript.sink("ops")), BOUNDS, List.of(), AlertScript.START);
  private int firing;

  private List<Node> nodes(ChainState chain) {
    return IntStream.range(0, NODES)
        .mapToObj(
            i -> {
              Node node = FleetFixtures.node("p" + i, "", 1L);
              return new Node(
                  node.peerId(),
                  null,
                  Standing.VOTER,
                  null,
                  node.claims(),
                  List.of(),
                  new Verdict(Liveness.BEATING, chain, Agreement.UNKNOWN, null, false, null, now),
                  node.contact());
            })
        .toList();
  }

  /** One second; a sink that answers confirms at once. */
  private void second(List<Node> changed, boolean delivers) {
    now = now.plusSeconds(1);
    Changes changes = FleetFixtures.changes(now, 1, false, false, changed, List.of(), List.of(), 0);
    engine.observe(changes, List.of(), List.of(), Optional.empty(), now);
    Future<Void> unused = writer.write(engine.takeChanges(), engine.takeResolved());
    Optional<Notification> next = engine.next("ops", now);
    next.ifPresent(
        notification -> {
          if (delivers) {
            engine.delivered(notification, now);
          } else {
            engine.failed(
                notification,
                new DeliveryException(DeliveryException.Kind.UNREACHABLE, "down", null),
                now);
          }
        });
    firing =
        (int)
            engine.alerts().stream()
                .filter(alert -> alert.rule() == AlertRule.NODE_FORKED && alert.endsAt() == null)
                .count();
  }

  private void standStill(boolean delivers) {
    second(nodes(ChainState.OK), delivers);
    for (int second = 1; second <= 600; second++) {
      List<Node> changed =
          second == 30 || second == 300
              ? nodes(ChainState.FORKED)
              : second == 150 || second == 420 ? nodes(ChainState.OK) : List.of();
      second(changed, delivers);
      if (second == 100 || second == 370) {
        assertThat(firing).isEqualTo(NODES);
      }
    }
    assertThat(firing).isZero();
    assertThat(store.answers).hasSize(1);
    store.answers.get(0).fail("disk full");
    assertThat(writer.dropped().values()).containsOnly(0L);
    assertThat(engine.dropped()).isEmpty();
    second(List.of(), delivers);
    assertThat(store.resolved).isEqualTo(2 * NODES);
  }

  @Test
  void nothingIsDroppedWhileTheStoreStandsStill() {
    standStill(true);
  }

  @Test
  void nothingIsDroppedWhileTheSinkIsDownToo() {
    standStill(false);
  }
}
