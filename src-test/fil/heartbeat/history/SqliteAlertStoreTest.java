package fil.heartbeat.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fil.heartbeat.fleet.State;
import fil.heartbeat.history.AlertStore.Entry;
import fil.heartbeat.testing.Await;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class SqliteAlertStoreTest {
  private static final Instant DAY = Instant.parse("2026-01-02T00:00:00Z");

  /** The schema that the first version of this program created. */
  static final List<String> VERSION_1 =
      List.of(
          "CREATE TABLE peer (id INTEGER PRIMARY KEY, peer_id TEXT NOT NULL UNIQUE)",
          "CREATE TABLE known (peer INTEGER PRIMARY KEY, nickname TEXT, miner TEXT, genesis TEXT,"
              + " head TEXT NOT NULL, height INTEGER, syncing INTEGER, address TEXT,"
              + " first_seen INTEGER NOT NULL, last_beat INTEGER NOT NULL,"
              + " head_since INTEGER NOT NULL, beats INTEGER NOT NULL, state INTEGER NOT NULL)",
          "CREATE TABLE change (id INTEGER PRIMARY KEY, peer INTEGER NOT NULL, at INTEGER NOT NULL,"
              + " from_state INTEGER NOT NULL, to_state INTEGER NOT NULL, reason TEXT)",
          "CREATE INDEX change_of_peer ON change (peer, at)",
          "CREATE INDEX change_at ON change (at)",
          "CREATE TABLE connection (peer INTEGER NOT NULL, n INTEGER NOT NULL, at INTEGER NOT NULL,"
              + " opened INTEGER NOT NULL, address TEXT, reason TEXT, PRIMARY KEY (peer, n))"
              + " WITHOUT ROWID",
          "CREATE TABLE packed (hour INTEGER PRIMARY KEY)",
          "INSERT INTO peer VALUES (1, 'a')",
          "INSERT INTO known VALUES (1, 'old', NULL, NULL, '', NULL, NULL, NULL, 1, 2, 3, 4, 0)",
          "PRAGMA application_id = 1179140657",
          "PRAGMA user_version = 1");

  /** All data given to a store is in it when it is opened again, however slow the machine is. */
  private static final Duration STOP = Duration.ofMinutes(1);

  @TempDir private Path folder;
  private volatile Instant now = DAY;

  private SqliteHistory open() {
    return SqliteHistory.open(folder, () -> now, STOP);
  }

  private Connection connect() throws Exception {
    return DriverManager.getConnection("jdbc:sqlite:" + folder.resolve(HistoryFile.NAME));
  }

  private static Entry entry(String id, @Nullable String body) {
    return new Entry("alert", id, body);
  }

  private static ResolvedRow ended(String id, @Nullable String peerId, Instant endsAt) {
    return new ResolvedRow(
        id, "NodeSilent", "warning", peerId, endsAt.minusSeconds(60), endsAt, "quiet", "{}");
  }

  private static KnownNode node(String peerId) {
    return new KnownNode(
        peerId, null, null, null, List.of(), null, null, null, DAY, DAY, DAY, 1, State.OK, DAY);
  }

  @Test
  void theLastValueOfEachEntrySurvivesARestart() throws Exception {
    SqliteHistory first = open();
    Await.done(first.write(List.of(entry("b", "1"), entry("a", "2"), entry("c", "3")), List.of()));
    Await.done(
        first.write(List.of(entry("b", "4"), entry("c", null), entry("never", null)), List.of()));
    Await.done(first.close());
    SqliteHistory second = open();
    assertThat(Await.done(second.entries())).containsExactly(entry("a", "2"), entry("b", "4"));
    Await.done(second.close());
  }

  @Test
  void anEmptyWriteSucceedsAndCompletesNoOther() throws Exception {
    SqliteHistory history = open();
    Await.done(history.write(List.of(), List.of()));
    Await.done(history.write(List.of(entry("a", "1")), List.of()));
    Await.done(history.close());
  }

  @Test
  void resolvedAlertsComeNewestFirstByNodeAndByTime() throws Exception {
    SqliteHistory history = open();
    List<ResolvedRow> all = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      all.add(ended("id" + i, i % 3 == 0 ? null : "peer" + i % 3, DAY.plusSeconds(i)));
    }
    Await.done(history.write(List.of(), all));
    Await.done(history.write(List.of(), List.of(all.get(2))));
    assertThat(Await.done(history.resolved(null, null, 1000)))
        .extracting(ResolvedRow::id)
        .containsExactly("id5", "id4", "id3", "id2", "id1", "id0");
    assertThat(Await.done(history.resolved("peer2", null, 1000)))
        .containsExactly(all.get(5), all.get(2));
    assertThat(Await.done(history.resolved(null, DAY.plusSeconds(3), 2)))
        .extracting(ResolvedRow::id)
        .containsExactly("id2", "id1");
    Await.done(history.close());
  }

  @Test
  void resolvedAlertsAreStoredForNinetyDaysEvenOfForgottenNodes() throws Exception {
    SqliteHistory history = open();
    now = DAY.plus(Duration.ofDays(90));
    history.forget("peer");
    Await.done(
        history.write(
            List.of(),
            List.of(ended("old", "peer", DAY.minusMillis(1)), ended("kept", "peer", DAY))));
    history.forget("peer");
    Await.done(history.write(List.of(), List.of(ended("new", null, now))));
    assertThat(Await.done(history.resolved(null, null, 10)))
        .extracting(ResolvedRow::id)
        .containsExactly("new", "kept");
    Await.done(history.close());
  }

  @Test
  void theOldestResolvedAlertsBeyondTheLimitAreDropped() throws Exception {
    SqliteHistory history = open();
    List<ResolvedRow> all = new ArrayList<>();
    for (int i = 0; i < AlertTables.MAX_ENDED + 2; i++) {
      all.add(ended("id" + i, null, DAY.plusMillis(i)));
    }
    Await.done(history.write(List.of(), all));
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        var row = statement.executeQuery("SELECT count(*), min(ends) FROM alert_ended")) {
      assertThat(row.getInt(1)).isEqualTo(AlertTables.MAX_ENDED);
      assertThat(row.getLong(2)).isEqualTo(DAY.plusMillis(2).toEpochMilli());
    }
    Await.done(history.close());
  }

  @Test
  void aFileOfTheFirstVersionIsMigrated() throws Exception {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      for (String sql : VERSION_1) {
        statement.execute(sql);
      }
    }
    SqliteHistory history = open();
    assertThat(Await.done(history.entries())).isEmpty();
    assertThat(Await.done(history.resolved(null, null, 10))).isEmpty();
    Await.done(history.write(List.of(entry("a", "1")), List.of(ended("e", "a", DAY))));
    assertThat(Await.done(history.entries())).containsExactly(entry("a", "1"));
    assertThat(Stored.restored(history).nodes())
        .extracting(KnownNode::nickname)
        .containsExactly("old");
    Await.done(history.close());
    try (Connection connection = connect()) {
      assertThat(Schema.pragma(connection, "user_version")).isEqualTo(Schema.VERSION);
    }
    assertThat(folder.toFile().list((dir, name) -> name.contains("damaged"))).isEmpty();
  }

  @Test
  void aFullDiskDelaysAlertsWholeAndInOrder() throws Exception {
    SqliteHistory history = open();
    Await.done(history.write(List.of(entry("before", "1")), List.of()));
    Future<Void> first;
    Future<Void> second;
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TRIGGER full BEFORE INSERT ON alert_ended"
              + " BEGIN SELECT RAISE(ROLLBACK, 'database or disk is full'); END");
      first =
          history.write(List.of(entry("a", "1"), entry("b", "1")), List.of(ended("e", null, DAY)));
      second = history.write(List.of(entry("a", "2"), entry("b", null)), List.of());
      while (history.stats().fault().isEmpty()) {
        var unused = Await.done(history.entries());
      }
      assertThat(Await.done(history.entries())).containsExactly(entry("before", "1"));
      assertThat(first.isComplete()).isFalse();
      assertThat(second.isComplete()).isFalse();
      statement.execute("DROP TRIGGER full");
    }
    Await.done(first);
    Await.done(second);
    assertThat(Await.done(history.entries()))
        .containsExactly(entry("a", "2"), entry("before", "1"));
    assertThat(Await.done(history.resolved(null, null, 9))).hasSize(1);
    Await.done(history.close());
  }

  @Test
  void otherFailedWritesKeepNoAlertFromTheDisk() throws Exception {
    SqliteHistory history = open();
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TRIGGER full BEFORE INSERT ON known"
              + " BEGIN SELECT RAISE(ROLLBACK, 'database or disk is full'); END");
      history.remember(node("n"));
      while (history.stats().fault().isEmpty()) {
        var unused = Await.done(history.entries());
      }
      Await.done(history.write(List.of(entry("a", "1")), List.of()));
      statement.execute("DROP TRIGGER full");
    }
    Await.done(history.close());
  }

  @Test
  void aClosedStoreRejectsWrites() throws Exception {
    SqliteHistory history = open();
    Future<Void> inTime = history.write(List.of(entry("a", "1")), List.of());
    Await.done(history.close());
    assertThat(inTime.succeeded()).isTrue();
    assertThatThrownBy(() -> Await.done(history.write(List.of(entry("a", "2")), List.of())))
        .isInstanceOf(ExecutionException.class)
        .hasRootCauseInstanceOf(HistoryException.class)
        .hasRootCauseMessage("the history is closed");
  }

  @Test
  void aStoreClosedOnAFullDiskReportsLostAlerts() throws Exception {
    SqliteHistory history = open();
    Future<Void> lost;
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TRIGGER full BEFORE INSERT ON alert_piece"
              + " BEGIN SELECT RAISE(ROLLBACK, 'database or disk is full'); END");
      lost = history.write(List.of(entry("a", "1")), List.of());
      Await.done(history.close());
    }
    assertThatThrownBy(() -> Await.done(lost)).hasMessageContaining("database or disk is full");
  }

  @Test
  void aBackupHasTheAlerts() throws Exception {
    SqliteHistory history = open();
    Await.done(history.write(List.of(entry("a", "1")), List.of(ended("e", "a", DAY))));
    Path other = Files.createDirectories(folder.resolve("copy"));
    Await.done(history.backup(other.resolve(HistoryFile.NAME)));
    Await.done(history.close());
    SqliteHistory copied = SqliteHistory.open(other, () -> now);
    assertThat(Await.done(copied.entries())).containsExactly(entry("a", "1"));
    assertThat(Await.done(copied.resolved("a", null, 9))).containsExactly(ended("e", "a", DAY));
    Await.done(copied.close());
  }

  @Test
  void withoutAFolderNothingIsStored() throws Exception {
    NoHistory none = new NoHistory();
    Await.done(none.write(List.of(entry("a", "1")), List.of(ended("e", "a", DAY))));
    assertThat(Await.done(none.entries())).isEmpty();
    assertThat(Await.done(none.resolved(null, null, 9))).isEmpty();
  }

  @Test
  @ExtendWith(VertxExtension.class)
  void answersComeOnTheCallersContext(Vertx vertx, VertxTestContext test) {
    SqliteHistory history = open();
    Context context = vertx.getOrCreateContext();
    context.runOnContext(
        go ->
            history
                .write(List.of(entry("a", "1")), List.of())
                .eventually(
                    () -> {
                      test.verify(() -> assertThat(Vertx.currentContext()).isSameAs(context));
                      return history.close();
                    })
                .onComplete(test.succeedingThenComplete()));
  }

  /** Beside the state of alerting, which leaves it alone. */
  @Test
  void upgradesThatNodesNamedAreKept() throws Exception {
    List<String> named = List.of("bafy 6052800 12D3 2026-01-02T00:00:00Z Fire Horse", "null 7 b");
    SqliteHistory history = open();
    history.upgrades(List.of("another"));
    history.upgrades(named);
    Await.done(history.close());
    SqliteHistory again = open();
    assertThat(Await.done(again.restore(10, Set.of())).upgrades()).isEqualTo(named);
    again.upgrades(List.of());
    Await.done(again.close());
    SqliteHistory last = open();
    assertThat(Await.done(last.restore(10, Set.of())).upgrades()).isEmpty();
    assertThat(Await.done(last.entries())).isEmpty();
    Await.done(last.close());
  }

  @Test
  void damagedUpgradesKeepNobodyFromStarting() throws Exception {
    SqliteHistory history = open();
    Await.done(history.write(List.of(new Entry("upgrades", "fleet", "[\"a")), List.of()));
    Await.done(history.close());
    SqliteHistory again = open();
    assertThat(Await.done(again.restore(10, Set.of())).upgrades()).isEmpty();
    Await.done(again.close());
  }
}
