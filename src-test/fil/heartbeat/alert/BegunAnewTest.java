package fil.heartbeat.alert;

import static fil.heartbeat.alert.AlertFixture.ALICE;
import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.alert.model.Actor;
import fil.heartbeat.alert.model.Alert;
import fil.heartbeat.alert.model.AlertStatus;
import fil.heartbeat.alert.model.Selector;
import fil.heartbeat.alert.model.Silence;
import fil.heartbeat.history.AlertStore.Entry;
import fil.heartbeat.history.SqliteHistory;
import fil.heartbeat.testing.Await;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The file is damaged while it is in use: the state of alerts is written to the new one. */
@ExtendWith(VertxExtension.class)
@Timeout(120)
class BegunAnewTest {
  private static final Actor ANN = new Actor("ann", "192.0.2.7");

  private static final int PAGE = 4096;
  private static final Selector OF_BOB = new Selector(Map.of("peerId", List.of("12D3KooWBob")));

  /** From the loss of a connection to the firing, plus the group wait. */
  private static final int TOLD_AFTER = 60 + 5 + 1;

  @TempDir private Path folder;
  private final AlertFixture fixture = new AlertFixture();
  private final RecordingSink ops = new RecordingSink(AlertFixture.sink("ops"));
  private final RecordingSink pager = new RecordingSink(AlertFixture.sink("pager"));

  /** One life of the process. */
  private record Life(SqliteHistory history, AlertVerticle alerts, String id) {}

  private Life begin(Vertx vertx) throws Exception {
    SqliteHistory history = SqliteHistory.open(folder, () -> fixture.now);
    AlertVerticle alerts =
        new AlertVerticle(
            AlertFixture.config(ops.config, pager.config),
            fixture,
            history,
            fixture,
            each -> RecordingSink.of(each, ops, pager),
            () -> fixture.now,
            false,
            AlertFixture.PATIENT);
    return new Life(history, alerts, Await.done(vertx.deployVerticle(alerts)));
  }

  private static void end(Vertx vertx, Life life) throws Exception {
    Await.done(vertx.undeploy(life.id()));
    Await.done(life.history().close());
  }

  @Test
  void firingSilencedAndPendingDeliveriesSurviveTheNextStart(Vertx vertx) throws Exception {
    pager.answer = any -> Future.failedFuture(RecordingSink.refusal());
    Life first = begin(vertx);
    fixture.up(ALICE);
    fixture.rounds(first.alerts(), 5);
    fixture.down(ALICE, fixture.now);
    fixture.rounds(first.alerts(), TOLD_AFTER);
    Silence silence =
        Await.done(
            first
                .alerts()
                .addSilence(
                    OF_BOB, fixture.now, fixture.now.plus(Duration.ofHours(2)), ANN, "new disks"));
    Alert fires = only(first);
    Await.done(first.alerts().acknowledge(fires.id(), ANN, "on it"));
    end(vertx, first);

    // The connection that writes has no data of the alerts in memory.
    Life second = begin(vertx);
    List<Entry> before = Await.done(second.history().entries());
    assertThat(before).isNotEmpty();
    damageAllBut(1);
    assertThat(Await.done(second.history().resolved(null, null, 10))).isEmpty();
    Await.done(second.alerts().idle());
    assertThat(aside()).isEqualTo(1);
    assertThat(Await.done(second.history().entries())).containsExactlyInAnyOrderElementsOf(before);
    end(vertx, second);

    pager.answer = any -> Future.succeededFuture();
    pager.sent.clear();
    Life third = begin(vertx);
    assertThat(only(third).id()).isEqualTo(fires.id());
    assertThat(only(third).status()).isEqualTo(AlertStatus.ACKNOWLEDGED);
    assertThat(Await.done(third.alerts().silences())).containsExactly(silence);
    // The sink that was not notified gets it; the other does not get it twice.
    fixture.rounds(third.alerts(), 120);
    assertThat(pager.story()).containsExactly("NodeDisconnected firing");
    assertThat(ops.story()).containsExactly("NodeDisconnected firing");
    end(vertx, third);
  }

  private static Alert only(Life life) throws Exception {
    return Await.done(life.alerts().alerts()).stream()
        .filter(each -> ALICE.equals(each.peerId()))
        .reduce(
            (one, more) -> {
              throw new AssertionError(one + " and " + more);
            })
        .orElseThrow();
  }

  /** Overwrites the pages behind the first ones, in the file that is open. */
  private void damageAllBut(int pages) throws Exception {
    try (RandomAccessFile file =
        new RandomAccessFile(folder.resolve("history.db").toFile(), "rw")) {
      byte[] zeros = new byte[PAGE];
      for (long at = (long) pages * PAGE; at < file.length(); at += PAGE) {
        file.seek(at);
        file.write(zeros);
      }
    }
  }

  private long aside() throws Exception {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(each -> each.getFileName().toString())
          .filter(name -> name.startsWith("history.db.damaged-"))
          .filter(name -> !name.endsWith("-wal") && !name.endsWith("-shm"))
          .count();
    }
  }
}
