package fil.heartbeat.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fil.heartbeat.config.LockFile;
import fil.heartbeat.fleet.State;
import fil.heartbeat.testing.Await;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A backup that is put in place: the whole circle, and each refusal. */
class HistoryRestoreTest {
  @TempDir Path folder;
  private Path data;
  private Path copy;

  @BeforeEach
  void backUp() throws Exception {
    data = folder.resolve("data");
    copy = folder.resolve("copy.db");
    Path first = folder.resolve("first");
    write(first, "a");
    SqliteHistory.backup(first, copy);
  }

  private static void write(Path folder, String peer) throws Exception {
    SqliteHistory history = Stored.open(folder, () -> Stored.DAY);
    history.remember(Stored.node(peer, State.OK, 7));
    Await.done(history.write(List.of(Stored.entry("alert of " + peer)), List.of()));
    Await.done(history.close());
  }

  private HistoryRestore.Result restore(boolean force) {
    return HistoryRestore.restore(copy, data, force, Stored.DAY);
  }

  private static List<String> peers(Path folder) throws Exception {
    SqliteHistory history = Stored.open(folder, () -> Stored.DAY);
    try {
      assertThat(Await.done(history.entries()))
          .extracting(AlertStore.Entry::id)
          .allMatch(id -> id.startsWith("alert of "));
      return Stored.restored(history).nodes().stream().map(KnownNode::peerId).toList();
    } finally {
      Await.done(history.close());
    }
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(each -> each.getFileName().toString())
          .filter(name -> !name.equals("lock") && !name.equals("tmp"))
          .sorted()
          .toList();
    }
  }

  private static void sql(Path file, String... statements) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      for (String each : statements) {
        statement.execute(each);
      }
    }
  }

  private void assertRefused(boolean force, String message) throws Exception {
    List<String> before = Files.exists(data) ? names(data) : List.of();
    assertThatThrownBy(() -> restore(force))
        .isInstanceOf(HistoryException.class)
        .hasMessageContaining(message)
        .hasMessageContaining(" (expected: ");
    assertThat(Files.exists(data) ? names(data) : List.of()).isEqualTo(before);
  }

  @Test
  void aBackupIsForItsOwnerAlone() throws Exception {
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(copy)))
        .isEqualTo("rw-------");
  }

  @Test
  void aBackupIsRestoredIntoAFolderThatIsNotThereYet() throws Exception {
    byte[] bytes = Files.readAllBytes(copy);
    HistoryRestore.Result done = restore(false);
    assertThat(done.file()).isEqualTo(data.resolve("history.db")).hasSize(done.bytes());
    assertThat(done.aside()).isEmpty();
    assertThat(names(data)).containsExactly("history.db");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(done.file())))
        .isEqualTo("rw-------");
    assertThat(peers(data)).containsExactly("a");
    assertThat(copy).hasBinaryContent(bytes);
  }

  @Test
  void aHistoryThatIsThereIsOnlyMovedAsideOnRequest() throws Exception {
    write(data, "b");
    assertRefused(false, "history.db: exists (expected: none, or --force, which moves it aside)");
    HistoryRestore.Result done = restore(true);
    assertThat(done.aside()).contains(data.resolve("history.db.replaced-20260102-000000"));
    assertThat(names(data)).containsExactly("history.db", "history.db.replaced-20260102-000000");
    assertThat(peers(data)).containsExactly("a");

    // It can be restored itself, which is how a wrong restore is undone.
    copy = done.aside().orElseThrow();
    HistoryRestore.Result back = restore(true);
    assertThat(back.aside()).contains(data.resolve("history.db.replaced-20260102-000000-2"));
    assertThat(peers(data)).containsExactly("b");
  }

  @Test
  void aPresentHistoryWithALogOfAKilledProcessIsMovedAsideWhole() throws Exception {
    Path killed = folder.resolve("killed");
    Files.createDirectories(killed);
    SqliteHistory running = Stored.open(folder.resolve("running"), () -> Stored.DAY);
    Await.done(running.write(List.of(Stored.entry("alert of b")), List.of()));
    for (String name : List.of("history.db", "history.db-wal")) {
      Files.copy(folder.resolve("running").resolve(name), killed.resolve(name));
    }
    Await.done(running.close());
    assertThat(Files.size(killed.resolve("history.db-wal"))).isPositive();
    data = killed;
    Path aside = restore(true).aside().orElseThrow();
    assertThat(peers(data)).containsExactly("a");
    assertThat(Files.exists(Path.of(aside + "-wal"))).isFalse();

    // Also as the copy: the log beside it belongs to it.
    copy = aside;
    data = folder.resolve("again");
    HistoryRestore.Result unused = restore(false);
    SqliteHistory again = Stored.open(data, () -> Stored.DAY);
    assertThat(Await.done(again.entries())).containsExactly(Stored.entry("alert of b"));
    Await.done(again.close());
  }

  @Test
  void aCopyWithALogIsRestoredWithIt() throws Exception {
    Path running = folder.resolve("running");
    SqliteHistory history = Stored.open(running, () -> Stored.DAY);
    Await.done(history.write(List.of(Stored.entry("alert of b")), List.of()));
    copy = folder.resolve("whole.db");
    Files.copy(Stored.file(running), copy);
    Files.copy(Stored.log(running), Path.of(copy + "-wal"));
    Await.done(history.close());
    HistoryRestore.Result unused = restore(false);
    assertThat(names(data)).containsExactly("history.db");
    SqliteHistory restored = Stored.open(data, () -> Stored.DAY);
    assertThat(Await.done(restored.entries())).containsExactly(Stored.entry("alert of b"));
    Await.done(restored.close());
  }

  @Test
  void aLogWithoutAFileIsNotTakenForThatOfTheCopy() throws Exception {
    Files.createDirectories(data);
    Files.writeString(Stored.log(data), "stray");
    assertRefused(false, "--force");
    Path aside = restore(true).aside().orElseThrow();
    assertThat(Path.of(aside + "-wal")).hasContent("stray");
    assertThat(peers(data)).containsExactly("a");
  }

  @Test
  void aFolderInUseIsRefusedAndItsHolderNamed() throws Exception {
    Files.createDirectories(data);
    try (LockFile lock = LockFile.take(data.resolve("lock"))) {
      assertThat(lock).isNotNull();
      assertRefused(
          true,
          "aggregator.dataDir: "
              + data
              + " is in use by this process, "
              + ProcessHandle.current().pid()
              + " (expected: a stopped aggregator)");
    }
  }

  @Test
  void theHistoryItselfIsNoCopyOfIt() throws Exception {
    write(data, "b");
    copy = data.resolve("history.db");
    assertRefused(true, "is the history itself");
    assertThat(peers(data)).containsExactly("b");
  }

  @ParameterizedTest
  @CsvSource({"absent.db, no such file", "first, no plain file"})
  void aMissingFileIsRefused(String name, String message) throws Exception {
    copy = folder.resolve(name);
    assertRefused(false, name + ": " + message + " (expected: a copy made by backup)");
    assertThat(data).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "no database at all, but long enough to be taken for one, surely"})
  void aFileThatIsNoHistoryIsRefused(String content) throws Exception {
    Files.writeString(copy, content);
    assertRefused(false, content.isEmpty() ? "is no history of this program" : "damaged: ");
  }

  @Test
  void anotherProgramsDatabaseIsRefused() throws Exception {
    copy = folder.resolve("theirs.db");
    sql(copy, "CREATE TABLE theirs (x)");
    assertRefused(false, "is no history of this program");
  }

  @Test
  void aNewerVersionIsRefusedWithoutARetry() throws Exception {
    sql(copy, "PRAGMA user_version = 99");
    assertRefused(
        false,
        "has schema version 99 (expected: at most 5; restore it with the newer program that wrote"
            + " it)");
    assertThatThrownBy(() -> restore(false))
        .matches(failure -> ((HistoryException) failure).isLasting());
  }

  @Test
  void anOlderVersionIsMigrated() throws Exception {
    copy = folder.resolve("old.db");
    sql(copy, SqliteAlertStoreTest.VERSION_1.toArray(String[]::new));
    HistoryRestore.Result unused = restore(false);
    try (Connection connection =
        DriverManager.getConnection("jdbc:sqlite:" + data.resolve("history.db"))) {
      assertThat(Schema.pragma(connection, "user_version")).isEqualTo(Schema.VERSION);
    }
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + copy)) {
      assertThat(Schema.pragma(connection, "user_version")).isEqualTo(1);
    }
  }

  @Test
  void aCopyWithoutATableIsRefused() throws Exception {
    sql(copy, "DROP TABLE alert_piece");
    assertRefused(false, "damaged: ");
  }

  @Test
  void aCutCopyIsRefused() throws Exception {
    byte[] whole = Files.readAllBytes(copy);
    for (int pages = 1; pages < whole.length / Stored.PAGE; pages++) {
      Files.write(copy, Arrays.copyOf(whole, pages * Stored.PAGE));
      assertRefused(false, "damaged: ");
    }
  }

  @ParameterizedTest
  @EnumSource(Stored.With.class)
  void aDamagedPageIsRefusedAndThePresentHistoryStays(Stored.With with) throws Exception {
    write(data, "b");
    byte[] healthy = Files.readAllBytes(copy);
    // Page 2 is the table of peers.
    Files.write(copy, Stored.damaged(healthy, 1, with, new Random(7)));
    assertRefused(true, "damaged: ");
    assertThat(peers(data)).containsExactly("b");
  }

  @Test
  void remainsOfARestoreThatWasKilledAreReplaced() throws Exception {
    Files.createDirectories(data);
    Files.writeString(data.resolve("history.db.new"), "half");
    Files.writeString(data.resolve("history.db.new-wal"), "half");
    HistoryRestore.Result unused = restore(false);
    assertThat(names(data)).containsExactly("history.db");
    assertThat(peers(data)).containsExactly("a");
  }

  /** A log that could not be written into its history, as of a damaged one. */
  @ParameterizedTest
  @CsvSource({"1,true", "2,true", "3,true", "4,true", "1,false", "2,false", "3,false", "4,false"})
  void aCrashWhileAHistoryIsSetAsideLosesNothing(int step, boolean links) throws Exception {
    Path running = folder.resolve("running");
    Files.createDirectories(data);
    SqliteHistory history = Stored.open(running, () -> Stored.DAY);
    history.remember(Stored.node("b", State.OK, 7));
    // A node is written within two seconds, an alert at once.
    do {
      Await.done(history.write(List.of(Stored.entry("alert of b")), List.of()));
    } while (Stored.restored(history).nodes().isEmpty());
    for (String name : List.of("history.db", "history.db-wal", "history.db-shm")) {
      Files.copy(running.resolve(name), data.resolve(name));
    }
    Await.done(history.close());
    Path file = data.resolve("history.db");
    Path aside = data.resolve("history.db.replaced");
    AtomicInteger steps = new AtomicInteger();
    Runnable crash =
        () -> {
          if (steps.incrementAndGet() == step) {
            throw new IllegalStateException("killed");
          }
        };
    assertThatThrownBy(
            () ->
                HistoryRestore.setAside(
                    file, aside, links ? Files::createLink : HistoryRestoreTest::noLink, crash))
        .hasMessageContaining("killed");
    assertThat(file).exists();
    Path whole = Files.exists(Path.of(file + "-wal")) ? file : aside;
    Path after = folder.resolve("after");
    Files.createDirectories(after);
    Files.copy(whole, after.resolve("history.db"));
    Files.copy(Path.of(whole + "-wal"), after.resolve("history.db-wal"));
    assertThat(peers(after)).containsExactly("b");
  }

  /** As the JDK fails on a file system without hard links. */
  private static void noLink(Path second, Path file) throws IOException {
    throw new FileSystemException(second.toString(), file.toString(), "Operation not permitted");
  }

  /** Root may run it while the daemon runs as another user; nobody else can give files away. */
  @Test
  void theFilesBelongToTheOwnerOfTheirFolder() throws Exception {
    boolean root = System.getProperty("user.name").equals("root");
    UserPrincipal owner =
        root
            ? data.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody")
            : Files.getOwner(folder);
    Path own = folder.resolve("own");
    Files.createDirectories(own);
    Files.setOwner(own, owner);
    data = own.resolve("data");
    assertThat(restore(false).aside()).isEmpty();
    Path aside = restore(true).aside().orElseThrow();
    for (Path each :
        List.of(
            data, data.resolve("history.db"), aside, data.resolve("lock"), data.resolve("tmp"))) {
      assertThat(Files.getOwner(each)).describedAs("%s", each).isEqualTo(owner);
    }
  }
}
