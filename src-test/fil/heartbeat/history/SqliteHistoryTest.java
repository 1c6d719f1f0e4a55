package fil.heartbeat.history;

import static fil.heartbeat.history.Stored.DAY;
import static fil.heartbeat.history.Stored.node;
import static fil.heartbeat.history.Stored.slot;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import fil.heartbeat.fleet.State;
import fil.heartbeat.testing.Await;
import fil.heartbeat.testing.LogLines;
import io.vertx.core.Future;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class SqliteHistoryTest {
  @TempDir private Path folder;
  private volatile Instant now = DAY;

  private SqliteHistory open() {
    return Stored.open(folder, clock());
  }

  private InstantSource clock() {
    return () -> now;
  }

  @Test
  void knownNodesSurviveARestart() throws Exception {
    SqliteHistory first = open();
    first.remember(node("a", State.OK, 1));
    first.remember(node("a", State.FORKED, 7));
    first.remember(
        new KnownNode(
            "b", null, null, null, List.of(), null, null, null, DAY, DAY, DAY, 1, State.OK, DAY));
    Await.done(first.close());
    SqliteHistory second = open();
    assertThat(Stored.restored(second).nodes())
        .containsExactlyInAnyOrder(
            node("a", State.FORKED, 7),
            new KnownNode(
                "b", null, null, null, List.of(), null, null, null, DAY, DAY, DAY, 1, State.OK,
                DAY));
    Await.done(second.close());
  }

  /** The clock was set back, and earlier counts are from the future. */
  @Test
  void rowsFromTheFutureAreNotTheNewest() throws Exception {
    now = DAY.plusSeconds(40);
    SqliteHistory first = open();
    first.remember(node("a", State.OK, 1));
    first.epoch(slot(DAY, State.OK, "a"));
    first.epoch(slot(DAY.plusSeconds(3600), State.OK, "a"));
    first.counted(List.of(new BeatCount("a", DAY.plusSeconds(3620), DAY.plusSeconds(3610), 10)));
    Await.done(first.close());
    SqliteHistory second = open();
    assertThat(Stored.restored(second).nodes()).containsExactly(node("a", State.OK, 1));
    second.counted(List.of(new BeatCount("a", DAY.plusSeconds(29), DAY.plusSeconds(20), 10)));
    Await.done(second.close());
    SqliteHistory third = open();
    assertThat(Stored.restored(third).nodes().get(0).height())
        .isEqualTo(DAY.getEpochSecond() / SlotRow.SLOT_SECONDS);
    Await.done(third.close());
  }

  @Test
  void countsAndHeadOfTheNewestSlotAreRestoredToo() throws Exception {
    now = DAY.plusSeconds(40);
    SqliteHistory first = open();
    first.remember(node("a", State.OK, 1));
    first.remember(node("b", State.OK, 1));
    first.epoch(slot(DAY, State.OK, "a", "b"));
    first.counted(
        List.of(
            new BeatCount("a", DAY.plusSeconds(29), DAY.plusSeconds(20), 10),
            new BeatCount("b", DAY.plusSeconds(3), DAY.plusSeconds(1), 1),
            new BeatCount("never remembered", DAY, DAY, 1)));
    Await.done(first.close());
    SqliteHistory second = open();
    KnownNode a = Stored.restored(second).nodes().get(0);
    assertThat(a.lastBeat()).isEqualTo(DAY.plusSeconds(29));
    assertThat(a.headSince()).isEqualTo(DAY.plusSeconds(20));
    assertThat(a.beats()).isEqualTo(10);
    assertThat(a.head()).containsExactly("bafya");
    assertThat(a.height()).isEqualTo(DAY.getEpochSecond() / SlotRow.SLOT_SECONDS);
    assertThat(Stored.restored(second).nodes()).hasSize(2).contains(node("b", State.OK, 1));
    second.forget("a");
    Await.done(second.close());
    SqliteHistory third = open();
    assertThat(Stored.restored(third).nodes()).containsExactly(node("b", State.OK, 1));
    Await.done(third.close());
  }

  @Test
  void aFileOfTheFirstVersionIsAccepted() throws Exception {
    Await.done(open().close());
    try (var connection =
            DriverManager.getConnection("jdbc:sqlite:" + folder.resolve(HistoryFile.NAME));
        Statement statement = connection.createStatement()) {
      statement.execute("DROP TABLE alert_piece");
      statement.execute("DROP TABLE alert_ended");
      statement.execute("DROP TABLE counted");
      statement.execute("ALTER TABLE known DROP COLUMN state_since");
      statement.execute("ALTER TABLE known DROP COLUMN parted_at");
      statement.execute("INSERT INTO peer VALUES (1, 'a')");
      statement.execute(
          "INSERT INTO known VALUES (1, 'nick', NULL, NULL, '', NULL, NULL, NULL, 1000, 3000, 2000,"
              + " 7, 13)");
      statement.execute("PRAGMA user_version = 1");
    }
    SqliteHistory history = open();
    KnownNode a = Stored.restored(history).nodes().get(0);
    assertThat(a.beats()).isEqualTo(7);
    assertThat(a.state()).isEqualTo(State.OK);
    assertThat(a.stateSince()).isEqualTo(Instant.ofEpochMilli(3000));
    assertThat(a.partedAt()).isNull();
    Await.done(history.close());
  }

  /** The tables of days are those that a program wrote before it recorded what nodes report. */
  @Test
  void daysOfVersionFourAreReadAndGoOn() throws Exception {
    now = DAY.plus(Duration.ofHours(25));
    long day = DAY.getEpochSecond() / 86_400;
    long slot = DAY.getEpochSecond() / SlotRow.SLOT_SECONDS;
    Await.done(open().close());
    try (var connection =
            DriverManager.getConnection("jdbc:sqlite:" + folder.resolve(HistoryFile.NAME));
        Statement statement = connection.createStatement()) {
      for (String sql :
          List.of(
              "CREATE TABLE slots_%1$d (slot INTEGER NOT NULL, peer INTEGER NOT NULL, height"
                  + " INTEGER, head INTEGER, lag INTEGER, state INTEGER NOT NULL, beats INTEGER NOT"
                  + " NULL, gap INTEGER NOT NULL, PRIMARY KEY (slot, peer)) WITHOUT ROWID",
              "CREATE TABLE heads_%1$d (id INTEGER PRIMARY KEY, cids TEXT NOT NULL UNIQUE)",
              "CREATE TABLE rollups_%2$d (hour INTEGER NOT NULL, peer INTEGER NOT NULL, height"
                  + " INTEGER, lag INTEGER, shares BLOB NOT NULL, beats INTEGER NOT NULL, gap"
                  + " INTEGER NOT NULL, PRIMARY KEY (hour, peer)) WITHOUT ROWID",
              "INSERT INTO peer VALUES (1, 'a')",
              "INSERT INTO slots_%1$d VALUES (%3$d, 1, 7, NULL, 2, 13, 10, 3000)",
              "INSERT INTO rollups_%2$d VALUES (%4$d, 1, 6, 3, x'0d78', 1200, 3000)",
              "PRAGMA user_version = 4")) {
        statement.execute(sql.formatted(day, day - 1, slot, (day - 1) * 24));
      }
    }
    SqliteHistory history = open();
    history.epoch(slot(DAY.plusSeconds(30), State.OK, "a"));
    Await.done(history.close());
    SqliteHistory again = open();
    List<HistoryPoint> points =
        Await.done(
            again.points(
                "a", DAY.minus(Duration.ofDays(1)), DAY.plusSeconds(60), Duration.ofSeconds(30)));
    Reported reported = new Reported((slot + 1) % 7, 40 - (slot + 1) % 3, slot + 1);
    assertThat(points)
        .extracting(HistoryPoint::lagEpochs, HistoryPoint::reported)
        .containsExactly(tuple(3L, Reported.NONE), tuple(2L, Reported.NONE), tuple(0L, reported));
    Await.done(again.close());
  }

  @Test
  void aForgottenPeerIsGone() throws Exception {
    SqliteHistory first = open();
    first.remember(node("a", State.OK, 1));
    first.stateChanged(new StateChange("a", DAY, State.OK, State.SILENT, "r"));
    first.connection(new ConnectionEvent("a", DAY, true, null, null));
    first.epoch(slot(DAY, State.OK, "a"));
    Await.done(first.close());
    SqliteHistory second = open();
    second.forget("a");
    Await.done(second.close());
    SqliteHistory third = open();
    assertThat(Stored.restored(third).nodes()).isEmpty();
    assertThat(Await.done(third.changes("a", DAY, DAY.plusSeconds(9), 10))).isEmpty();
    assertThat(Await.done(third.connections("a"))).isEmpty();
    assertThat(Await.done(third.points("a", DAY, DAY.plusSeconds(60), Duration.ofSeconds(30))))
        .isEmpty();
    Await.done(third.close());
  }

  @Test
  void changesAndConnectionsComeNewestFirstAndBounded() throws Exception {
    SqliteHistory first = open();
    for (int i = 0; i < 150; i++) {
      first.connection(new ConnectionEvent("a", DAY.plusSeconds(i), i % 2 == 0, null, "r" + i));
      first.stateChanged(new StateChange("a", DAY.plusSeconds(i), State.OK, State.SILENT, "r" + i));
    }
    Await.done(first.close());
    SqliteHistory second = open();
    assertThat(Await.done(second.connections("a")))
        .hasSize(100)
        .first()
        .isEqualTo(new ConnectionEvent("a", DAY.plusSeconds(149), false, null, "r149"));
    assertThat(Await.done(second.changes("a", DAY.plusSeconds(10), DAY.plusSeconds(20), 3)))
        .extracting(StateChange::reason)
        .containsExactly("r19", "r18", "r17");
    Await.done(second.close());
  }

  /** Four days of two nodes, one of which is silent every other hour. */
  @Test
  void pointsAreTheSameFromSlotsPackedHoursAndRollUps() throws Exception {
    SqliteHistory history = open();
    long hours = 4 * 24;
    for (int hour = 0; hour < hours; hour++) {
      for (int i = 0; i < DayTables.SLOTS_AN_HOUR; i++) {
        now = DAY.plus(Duration.ofHours(hour)).plusSeconds(30L * i);
        history.epoch(slot(now, hour % 2 == 0 ? State.OK : State.SILENT, "a", "b"));
      }
      if (hour % 12 == 11) {
        now = now.plusSeconds(30);
        Await.done(history.close());
        history = open();
      }
    }
    Instant end = DAY.plus(Duration.ofHours(hours));
    List<HistoryPoint> byHour = Await.done(history.points("a", DAY, end, Duration.ofHours(1)));
    assertThat(byHour).hasSize((int) hours);
    for (int hour = 0; hour < hours; hour++) {
      HistoryPoint point = byHour.get(hour);
      assertThat(point.t()).isEqualTo(DAY.plus(Duration.ofHours(hour)));
      assertThat(point.state()).isEqualTo(hour % 2 == 0 ? State.OK : State.SILENT);
      assertThat(point.shares()).isEqualTo(Map.of(point.state(), 1.0));
      assertThat(point.beats()).isEqualTo(1200);
      assertThat(point.longestGapMillis()).isEqualTo(3000);
      // The worst of the hour.
      assertThat(point.reported())
          .isEqualTo(new Reported(6L, 38L, point.t().getEpochSecond() / SlotRow.SLOT_SECONDS));
      assertThat(point.height())
          .isEqualTo(point.t().plusSeconds(3570).getEpochSecond() / SlotRow.SLOT_SECONDS);
    }
    assertThat(
            Await.done(
                history.points("b", end.minus(Duration.ofHours(47)), end, Duration.ofSeconds(30))))
        .hasSize(47 * 120);
    assertThat(Await.done(history.points("stranger", DAY, end, Duration.ofHours(1)))).isEmpty();
    Await.done(history.close());
  }

  @Test
  void uptimeOfTheLastDayIsRestored() throws Exception {
    SqliteHistory first = open();
    for (int i = 0; i < 240; i++) {
      now = DAY.plusSeconds(30L * i);
      first.epoch(slot(now, i < 180 ? State.OK : State.SILENT, "a"));
    }
    first.remember(node("a", State.OK, 1));
    Await.done(first.close());
    SqliteHistory second = open();
    long hour = DAY.getEpochSecond() / 3600;
    assertThat(Stored.restored(second).uptime())
        .isEqualTo(
            Map.of(
                "a",
                Map.of(
                    hour,
                    new RestoredState.Slots(120, 120),
                    hour + 1,
                    new RestoredState.Slots(120, 60))));
    Await.done(second.close());
  }

  @Test
  void oldDaysAreDroppedWhole() throws Exception {
    SqliteHistory first = open();
    first.epoch(slot(DAY, State.OK, "a"));
    Await.done(first.close());
    now = DAY.plus(Duration.ofDays(100));
    SqliteHistory second = open();
    second.epoch(slot(now, State.OK, "a"));
    Await.done(second.close());
    SqliteHistory third = open();
    assertThat(Await.done(third.points("a", DAY, now.plusSeconds(60), Duration.ofDays(1))))
        .hasSize(1);
    Await.done(third.close());
  }

  @Test
  void aFileThatIsNoStoreIsMovedAside() throws Exception {
    Files.writeString(
        folder.resolve(HistoryFile.NAME), "not a database, but long enough to be one");
    SqliteHistory history = open();
    history.remember(node("a", State.OK, 1));
    Await.done(history.close());
    assertThat(folder.resolve("history.db.damaged-20260102-000000"))
        .hasContent("not a database, but long enough to be one");
  }

  @Test
  void anotherProgramsDatabaseIsMovedAside() throws Exception {
    try (var connection =
            DriverManager.getConnection("jdbc:sqlite:" + folder.resolve(HistoryFile.NAME));
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE theirs (x)");
    }
    SqliteHistory history = open();
    assertThat(Stored.restored(history).nodes()).isEmpty();
    Await.done(history.close());
    assertThat(folder.resolve("history.db.damaged-20260102-000000")).exists();
  }

  /** The owner of a closed store may delete its folder, or open it again in another process. */
  @Test
  void nothingTouchesTheFolderAfterTheClose() throws Exception {
    for (int i = 0; i < 50; i++) {
      SqliteHistory history = open();
      if (i % 2 == 0) {
        Future<?> asked = history.connections("a");
        Await.done(history.close());
        assertThat(asked.isComplete()).isTrue();
      } else {
        Await.done(history.close());
      }
      assertThat(Thread.getAllStackTraces().keySet())
          .extracting(Thread::getName)
          .noneMatch(name -> name.startsWith("heartbeat-history-check"));
    }
  }

  @Test
  void aNewerSchemaIsRejectedAndLeftAlone() throws Exception {
    Await.done(open().close());
    try (var connection =
            DriverManager.getConnection("jdbc:sqlite:" + folder.resolve(HistoryFile.NAME));
        Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA user_version = 99");
    }
    assertThatThrownBy(this::open)
        .isInstanceOf(HistoryException.class)
        .hasMessageContaining("schema version 99 (expected: at most 5;");
    assertThat(folder.toFile().list((dir, name) -> name.contains("damaged"))).isEmpty();
  }

  @Test
  void aFolderInUseIsRejected() throws Exception {
    SqliteHistory first = open();
    assertThatThrownBy(this::open)
        .isInstanceOf(HistoryException.class)
        .hasMessageStartingWith("aggregator.dataDir: " + folder + " is in use by this process, ")
        .matches(failure -> ((HistoryException) failure).isLasting());
    Await.done(first.close());
    Await.done(open().close());
  }

  // What SQLite does on a full disk: it ends the transaction itself.
  @Test
  @Timeout(60)
  void itRecoversFromAFullDiskByItself() throws Exception {
    SqliteHistory history = open();
    try (var connection =
            DriverManager.getConnection("jdbc:sqlite:" + folder.resolve(HistoryFile.NAME));
        Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TRIGGER full BEFORE INSERT ON known"
              + " BEGIN SELECT RAISE(ROLLBACK, 'database or disk is full'); END");
      history.remember(node("a", State.OK, 1));
      history.stateChanged(new StateChange("a", DAY, State.UNKNOWN, State.OK, null));
      await(history, () -> history.stats().fault().isPresent());
      assertThat(history.stats().fault().orElseThrow()).contains("database or disk is full");
      assertThat(Stored.restored(history).nodes()).isEmpty();
      statement.execute("DROP TRIGGER full");
    }
    await(history, () -> history.stats().fault().isEmpty());
    assertThat(Stored.restored(history).nodes()).hasSize(1);
    assertThat(Await.done(history.changes("a", DAY, DAY.plusSeconds(1), 10))).hasSize(1);
    assertThat(history.stats().dropped().values()).allMatch(count -> count == 0);
    Await.done(history.close());
  }

  /** Reads until the condition is true. */
  private static void await(SqliteHistory history, BooleanSupplier done) throws Exception {
    while (!done.getAsBoolean()) {
      var unused = Stored.restored(history);
    }
  }

  @Test
  void otherDatabasesInTheFolderAreNamedAtTheStart() throws Exception {
    for (String name : List.of("copy.db", "b.db", "history.db.replaced-1", "x.db-wal")) {
      Files.createFile(folder.resolve(name));
    }
    try (LogLines lines = new LogLines(SqliteHistory.class)) {
      Await.done(open().close());
      assertThat(lines.lines())
          .containsExactly(
              "WARN other databases in dataDir are not read, restore FILE puts one in place count=2"
                  + " names=b.db, copy.db");
    }
  }

  @Test
  void aBackupIsAWholeStore() throws Exception {
    SqliteHistory history = open();
    history.remember(node("a", State.OK, 1));
    Await.done(history.close());
    SqliteHistory running = open();
    Path other = Files.createDirectories(folder.resolve("copy"));
    Path copy = other.resolve(HistoryFile.NAME);
    Await.done(running.backup(copy));
    assertThatThrownBy(() -> SqliteHistory.backup(folder, copy))
        .isInstanceOf(HistoryException.class)
        .hasMessageContaining("exists (expected: a file that is not there yet)");
    Await.done(running.close());
    SqliteHistory copied = SqliteHistory.open(other, clock());
    assertThat(Stored.restored(copied).nodes()).hasSize(1);
    Await.done(copied.close());
  }
}
