package fil.heartbeat.alert;

import static fil.heartbeat.alert.AlertFixture.ALICE;
import static fil.heartbeat.alert.AlertFixture.START;
import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.alert.model.Alert;
import fil.heartbeat.alert.model.Notification;
import fil.heartbeat.alert.model.Sink;
import fil.heartbeat.config.AlertsConfig;
import fil.heartbeat.config.SinkConfig;
import fil.heartbeat.history.AlertStore;
import fil.heartbeat.history.ResolvedRow;
import fil.heartbeat.history.SqliteHistory;
import fil.heartbeat.testing.Await;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * One node is lost and comes back, and the process is killed once: before or after each write to
 * the store and each message to a receiver, in turn. A killed process has no further effect; the
 * next one starts 5 s later on the same file.
 */
@ExtendWith(VertxExtension.class)
@Timeout(300)
class KillAtEachStepTest {
  private static final Instant LOST = START.plusSeconds(35);
  private static final Instant BACK = START.plusSeconds(140);
  private static final Instant END = START.plusSeconds(215);
  private static final int WARMING_SECONDS = 30;

  /**
   * A message of a receiver, and when it came.
   *
   * @param begun when the process started
   */
  private record Received(
      String sink, Notification notification, Instant at, boolean warming, Instant begun) {
    Alert alert() {
      return notification.alerts().get(0);
    }

    boolean fires() {
      return notification.isFiring();
    }
  }

  @TempDir private Path folder;

  /** One run of the scenario, with a kill at one of its steps. */
  private final class Run {
    private final Path own;
    private final int killAt;
    private final boolean returns;
    private final AlertFixture fixture = new AlertFixture();
    private final List<Received> received = new ArrayList<>();
    private int steps;
    private Instant begun = START;
    private boolean killed;
    private String step = "never";

    private Instant back = BACK;

    /**
     * @param returns whether the node comes back while the process is down
     */
    Run(int killAt, boolean returns) throws Exception {
      this.killAt = killAt;
      this.returns = returns;
      own = Files.createDirectories(folder.resolve("run" + killAt));
    }

    /** One process, which has no effect once it is dead. */
    private final class Life {
      private final Promise<Void> death = Promise.promise();

      /** Passes a point where the process may be killed; false when it is dead. */
      boolean passes(String where) {
        if (isOver()) {
          return false;
        }
        steps++;
        if (killed || steps != killAt) {
          return true;
        }
        killed = true;
        step = where;
        death.complete();
        return false;
      }

      boolean isOver() {
        return death.future().isComplete();
      }

      /** Waits for the future, or for the death of the process that should complete it. */
      void get(Future<Void> deed) throws Exception {
        Await.done(Future.any(deed, death.future()));
      }

      /** A dead process waits for nothing. */
      Duration timeLimit(Duration limit) {
        return isOver() ? Duration.ZERO : AlertFixture.PATIENT.apply(limit);
      }
    }

    private <T> Future<T> gone() {
      return Future.failedFuture(new IllegalStateException("killed"));
    }

    private final class Store implements AlertStore {
      private final SqliteHistory file;
      private final Life life;

      Store(SqliteHistory file, Life life) {
        this.file = file;
        this.life = life;
      }

      @Override
      public Future<List<Entry>> entries() {
        return file.entries();
      }

      @Override
      public Future<Void> write(List<Entry> entries, List<ResolvedRow> ended) {
        if (!life.passes("before keep of " + entries)) {
          return gone();
        }
        return file.write(entries, ended)
            .compose(
                kept ->
                    life.passes("behind keep of " + entries) ? Future.succeededFuture() : gone());
      }

      @Override
      public Future<List<ResolvedRow>> resolved(
          @Nullable String peerId, @Nullable Instant before, int limit) {
        return file.resolved(peerId, before, limit);
      }
    }

    private final class Receiver implements Sink {
      private final SinkConfig config;
      private final Life life;

      Receiver(SinkConfig config, Life life) {
        this.config = config;
        this.life = life;
      }

      @Override
      public Future<Void> deliver(Notification notification) {
        if (!life.passes("before delivery to " + config.name())) {
          return gone();
        }
        received.add(
            new Received(config.name(), notification, fixture.now, fixture.warming, begun));
        return life.passes("behind delivery to " + config.name())
            ? Future.succeededFuture()
            : gone();
      }

      @Override
      public Future<Void> close() {
        return Future.succeededFuture();
      }
    }

    /** Without group wait, so that a missing write cannot be made up for by chance. */
    private AlertsConfig config() {
      AlertsConfig usual =
          AlertFixture.config(AlertFixture.sink("ops"), AlertFixture.sink("pager"));
      return returns ? AlertFixture.withTimes(usual, Duration.ZERO, Duration.ZERO) : usual;
    }

    /** One process from its start to its end; returns whether it was killed. */
    private boolean live(Vertx vertx) throws Exception {
      Life life = new Life();
      begun = fixture.now;
      SqliteHistory file = SqliteHistory.open(own, () -> fixture.now);
      AlertVerticle alerts =
          new AlertVerticle(
              config(),
              fixture,
              new Store(file, life),
              fixture,
              sink -> new Receiver(sink, life),
              () -> fixture.now,
              false,
              life::timeLimit);
      String id = Await.done(vertx.deployVerticle(alerts));
      while (!life.isOver() && fixture.now.isBefore(END)) {
        fixture.now = fixture.now.plusSeconds(1);
        fixture.warming = fixture.now.isBefore(begun.plusSeconds(WARMING_SECONDS));
        if (fixture.now.isBefore(LOST) || !fixture.now.isBefore(back)) {
          fixture.up(ALICE);
        } else {
          fixture.down(ALICE, LOST);
        }
        life.get(alerts.round().compose(told -> alerts.idle()));
      }
      Await.done(vertx.undeploy(id));
      Await.done(file.close());
      return life.isOver();
    }

    void play(Vertx vertx) throws Exception {
      if (live(vertx)) {
        if (returns && fixture.now.isAfter(LOST)) {
          back = fixture.now.isBefore(BACK) ? fixture.now.plusSeconds(2) : BACK;
        }
        fixture.now = fixture.now.plusSeconds(5);
        assertThat(live(vertx)).isFalse();
      }
      assertThat(fixture.now).isEqualTo(END);
    }

    void check() throws Exception {
      for (String sink : List.of("ops", "pager")) {
        List<Received> own = received.stream().filter(each -> each.sink().equals(sink)).toList();
        List<Received> firing = own.stream().filter(Received::fires).toList();
        List<Received> over = own.stream().filter(each -> !each.fires()).toList();
        if (back.isBefore(BACK)) {
          // A sink that was not notified need not be, but one that was must get the resolution.
          if (firing.isEmpty()) {
            continue;
          }
        }
        assertThat(firing).as("told at least once, killed %s", step).isNotEmpty();
        assertThat(over).as("taken back at least once, killed %s", step).isNotEmpty();
        assertThat(own.size()).as("repeated once at most, killed %s", step).isLessThanOrEqualTo(3);
        assertThat(firing).extracting(each -> each.notification().id()).containsOnly(id(firing));
        assertThat(over).extracting(each -> each.notification().id()).containsOnly(id(over));
        assertThat(firing)
            .as("the first word is no false one, killed %s", step)
            .allSatisfy(each -> assertThat(each.at()).isAfterOrEqualTo(LOST.plusSeconds(60)));
        assertThat(over)
            .as("never falsely over, killed %s", step)
            .allSatisfy(each -> assertThat(each.at()).isAfterOrEqualTo(back));
        assertThat(own.get(own.size() - 1).fires()).as("the last word").isFalse();
      }
      assertThat(received)
          .as("nothing fires while warming, killed %s", step)
          .filteredOn(each -> each.warming() && each.fires())
          .allSatisfy(each -> assertThat(each.alert().startsAt()).isBefore(each.begun()));
      List<String> incidents = received.stream().map(each -> each.alert().id()).distinct().toList();
      assertThat(incidents).as("one incident, killed %s", step).hasSizeLessThanOrEqualTo(1);
      SqliteHistory file = SqliteHistory.open(own, () -> fixture.now);
      assertThat(Await.done(file.resolved(null, null, 10)))
          .as("in history once, killed %s", step)
          .hasSizeLessThanOrEqualTo(1)
          .extracting(ResolvedRow::id)
          .containsAll(incidents);
      Await.done(file.close());
    }

    private String id(List<Received> same) {
      return same.get(0).notification().id();
    }
  }

  /** Returns the number of points where it was killed. */
  private int killEverywhere(Vertx vertx, boolean returns) throws Exception {
    int kill = 0;
    Run run;
    do {
      kill++;
      run = new Run(kill, returns);
      run.play(vertx);
      run.check();
    } while (run.killed);
    return kill - 1;
  }

  // Firing: stored, sent to two and stored; resolved: the same; each with a point before and after.
  @Test
  void nothingIsLostOrFalseWhereverItIsKilled(Vertx vertx) throws Exception {
    assertThat(killEverywhere(vertx, false)).isGreaterThanOrEqualTo(16);
  }

  @Test
  void anAlertThatEndsWhileTheProcessIsDownIsResolved(Vertx vertx) throws Exception {
    assertThat(killEverywhere(vertx, true)).isGreaterThanOrEqualTo(16);
  }
}
