package fil.heartbeat.history;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.testing.Await;
import fil.heartbeat.testing.LogLines;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A log that is truncated or deleted while it is in use. */
@Timeout(120)
class DatabaseFilesTest {
  @TempDir private Path folder;

  /** What happens to the log. */
  enum Then {
    CUT_IN_THE_MIDDLE,
    CUT_INSIDE_A_PAGE,
    EMPTIED,
    DELETED,
    REPLACED
  }

  /** Several pages of the log. */
  private static void write(SqliteHistory history) throws Exception {
    history.remember(Stored.node("a"));
    for (int i = 0; i < 4; i++) {
      AlertStore.Entry entry =
          new AlertStore.Entry("alert", "many" + i, "x".repeat(2 * Stored.PAGE));
      Await.done(history.write(List.of(entry), List.of()));
    }
    Await.done(history.write(List.of(Stored.entry("a1")), List.of()));
  }

  private void happens(Then then) throws Exception {
    Path log = Stored.log(folder);
    long length = Files.size(log);
    assertThat(length).isGreaterThan(2 * Stored.PAGE);
    switch (then) {
      case CUT_IN_THE_MIDDLE -> cut(log, length / 2);
      case CUT_INSIDE_A_PAGE -> cut(log, length - Stored.PAGE / 2);
      case EMPTIED -> cut(log, 0);
      case DELETED -> Files.delete(log);
      case REPLACED -> {
        byte[] same = Files.readAllBytes(log);
        Files.delete(log);
        // Otherwise it might get the inode number of the deleted one.
        Files.write(folder.resolve("between"), same, StandardOpenOption.CREATE_NEW);
        Files.write(log, same, StandardOpenOption.CREATE_NEW);
      }
    }
  }

  private static void cut(Path log, long length) throws Exception {
    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "rw")) {
      file.setLength(length);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aWriteAfterItStartsANewFileWithTheReadableRows(Then then) throws Exception {
    SqliteHistory history = Stored.open(folder, () -> Stored.DAY);
    write(history);
    // The check of a start that is still running may notice it before the write does.
    try (LogLines log = new LogLines(HistoryFile.class)) {
      happens(then);
      history.remember(Stored.node("b"));
      Await.done(history.write(List.of(Stored.entry("a2")), List.of()));
      assertThat(log.lines())
          .singleElement()
          .asString()
          .startsWith(
              "ERROR history file cannot be used; starting a new one file=" + Stored.file(folder))
          .contains("moved-to=" + folder.resolve(Stored.aside(folder).get(0)))
          .contains("cause=history.db-wal was deleted, replaced or cut while it was in use")
          .contains("salvaged=");
    }
    Await.done(history.close());
    SqliteHistory next = Stored.open(folder, () -> Stored.DAY);
    assertThat(Await.done(next.entries())).contains(Stored.entry("a2"));
    assertThat(Stored.restored(next).nodes()).extracting(KnownNode::peerId).contains("b");
    if (then == Then.DELETED || then == Then.REPLACED) {
      // It is still open, so all of it can be read.
      assertThat(Await.done(next.entries())).hasSize(6);
    }
    Await.done(next.close());
  }

  @ParameterizedTest
  @EnumSource
  void aReadAfterItIsAnswered(Then then) throws Exception {
    SqliteHistory history = Stored.open(folder, () -> Stored.DAY);
    write(history);
    happens(then);
    assertThat(Await.done(history.entries())).hasSizeLessThanOrEqualTo(5);
    Await.done(history.write(List.of(Stored.entry("a2")), List.of()));
    assertThat(Await.done(history.entries())).contains(Stored.entry("a2"));
    Await.done(history.close());
    assertThat(Stored.aside(folder)).isNotEmpty();
  }

  /** A reader prevents later frames from being copied, so their loss is not noticed either. */
  @Test
  void aTruncationIsNoticedDuringARead() throws Exception {
    SqliteHistory history = Stored.open(folder, () -> Stored.DAY);
    Await.done(history.write(List.of(Stored.entry("a0")), List.of()));
    try (var connection = DriverManager.getConnection("jdbc:sqlite:" + Stored.file(folder));
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      boolean unused = statement.execute("SELECT count(*) FROM known");
      write(history);
      happens(Then.CUT_INSIDE_A_PAGE);
      Await.done(history.write(List.of(Stored.entry("a2")), List.of()));
      assertThat(Stored.aside(folder)).hasSize(1);
    }
    Await.done(history.close());
    SqliteHistory next = Stored.open(folder, () -> Stored.DAY);
    assertThat(Await.done(next.entries())).contains(Stored.entry("a2"));
    Await.done(next.close());
  }

  @Test
  void anotherProgramMayCheckpointTheLog() throws Exception {
    SqliteHistory history = Stored.open(folder, () -> Stored.DAY);
    Await.done(history.write(List.of(Stored.entry("a1")), List.of()));
    Await.done(history.write(List.of(Stored.entry("a2")), List.of()));
    try (var connection = DriverManager.getConnection("jdbc:sqlite:" + Stored.file(folder));
        Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA wal_checkpoint(TRUNCATE)");
    }
    assertThat(Files.size(Stored.log(folder))).isZero();
    Await.done(history.write(List.of(Stored.entry("a3")), List.of()));
    assertThat(Await.done(history.entries())).hasSize(3);
    Await.done(history.close());
    assertThat(Stored.aside(folder)).isEmpty();
  }

  /** The check reads pages beyond the end of the log before the next write notices its loss. */
  @ParameterizedTest
  @EnumSource
  void theCheckNamesTheCauseAndNotWhatFollowsFromIt(Then then) throws Exception {
    try (HistoryFile history = HistoryFile.open(folder, Stored.DAY, Database.SQLITE)) {
      Connection writing = history.startWriting();
      for (int i = 0; i < 3; i++) {
        write(history, writing, i);
      }
      happens(then);
      try (LogLines log = new LogLines(HistoryFile.class)) {
        history.beginAnew(history.generation(), "unable to get the page", Stored.DAY);
        assertThat(log.lines())
            .singleElement()
            .asString()
            .contains("cause=history.db-wal was deleted, replaced or cut while it was in use");
      }
      history.stopWriting();
    }
  }

  private static void write(HistoryFile history, Connection writing, int number)
      throws SQLException {
    int rows =
        history.write(
            history.generation(),
            writing,
            connection -> {
              connection.setAutoCommit(false);
              try (Statement statement = connection.createStatement()) {
                int changed =
                    statement.executeUpdate(
                        "INSERT INTO alert_piece VALUES ('alert', 'id"
                            + number
                            + "', '"
                            + "x".repeat(2 * Stored.PAGE)
                            + "')");
                connection.commit();
                return changed;
              }
            });
    assertThat(rows).isOne();
  }
}
