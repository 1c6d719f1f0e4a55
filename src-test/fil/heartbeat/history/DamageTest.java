package fil.heartbeat.history;

import static fil.heartbeat.history.Stored.DAY;
import static fil.heartbeat.history.Stored.PAGE;
import static fil.heartbeat.history.Stored.damaged;
import static fil.heartbeat.history.Stored.entry;
import static fil.heartbeat.history.Stored.node;
import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.fleet.State;
import fil.heartbeat.history.Stored.With;
import fil.heartbeat.testing.Await;
import fil.heartbeat.testing.LogLines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A damaged, deleted or replaced file never ends the process or its restarts. */
@Timeout(300)
class DamageTest {
  private static final int NODES = 300;
  private static final String[] PEERS =
      IntStream.range(0, NODES).mapToObj(DamageTest::peer).toArray(String[]::new);

  @TempDir private Path folder;
  private volatile Instant now = DAY;

  private SqliteHistory open() {
    return Stored.open(folder, () -> now);
  }

  private Path file() {
    return Stored.file(folder);
  }

  private static String peer(int number) {
    return "12D3KooWPeerWithNumber" + number;
  }

  private byte[] healthyFile() throws Exception {
    SqliteHistory history = open();
    for (int i = 0; i < NODES; i++) {
      history.remember(node(peer(i)));
      history.stateChanged(new StateChange(peer(i), DAY, State.OK, State.SLOW, "two epochs late"));
      history.connection(new ConnectionEvent(peer(i), DAY, true, "/ip4/192.0.2.7/tcp/1", null));
    }
    for (int i = 0; i < 4; i++) {
      history.epoch(Stored.slot(DAY.plusSeconds(30L * i), State.OK, PEERS));
    }
    Await.done(history.write(List.of(entry("a1")), List.of()));
    Await.done(history.close());
    return Files.readAllBytes(file());
  }

  @ParameterizedTest
  @EnumSource
  void anyPageMayBeOverwritten(With with) throws Exception {
    byte[] healthy = healthyFile();
    Random random = new Random(1);
    for (int page = 0; page < healthy.length / PAGE; page++) {
      Stored.clear(folder);
      Files.write(file(), damaged(healthy, page, with, random));
      SqliteHistory history = open();
      RestoredState before = Stored.restored(history);
      assertThat(before.nodes()).as("page %s", page).hasSizeLessThanOrEqualTo(NODES);
      assertThat(Await.done(history.entries())).hasSizeLessThanOrEqualTo(1);
      history.remember(node("later"));
      history.stateChanged(new StateChange(peer(1), DAY, State.OK, State.SLOW, null));
      history.epoch(Stored.slot(DAY.plusSeconds(3600), State.OK, PEERS));
      Await.done(history.write(List.of(entry("a2")), List.of()));
      Await.done(history.close());
      now = now.plusSeconds(1);

      SqliteHistory again = open();
      assertThat(Stored.restored(again).nodes())
          .as("page %s with %s", page, with)
          .extracting(KnownNode::peerId)
          .contains("later");
      assertThat(Await.done(again.entries())).contains(entry("a2"));
      Await.done(again.close());
    }
  }

  @Test
  void readableRowsOfADamagedFileAreSalvaged() throws Exception {
    byte[] healthy = healthyFile();
    // A leaf of the table of last known values, found by a text that only that table contains.
    int page = pageWith(healthy, "nickname of " + peer(150));
    Files.write(file(), damaged(healthy, page, With.ZEROS, new Random(1)));
    SqliteHistory history;
    List<KnownNode> nodes;
    // The check beside the start may be the first to meet it.
    try (LogLines log = new LogLines(HistoryFile.class)) {
      history = open();
      nodes = Stored.restored(history).nodes();
      assertThat(log.lines())
          .singleElement()
          .asString()
          .startsWith("ERROR history file cannot be used; starting a new one file=" + file())
          .contains("moved-to=" + folder.resolve(Stored.aside(folder).get(0)))
          .containsPattern("salvaged=.*" + nodes.size());
    }
    assertThat(nodes.size()).isBetween(NODES / 2, NODES - 1);
    assertThat(Await.done(history.entries())).containsExactly(entry("a1"));
    assertThat(Stored.aside(folder)).hasSize(1);
    Await.done(history.close());
  }

  private static int pageWith(byte[] file, String text) {
    for (int page = 0; page < file.length / PAGE; page++) {
      String content =
          new String(file, page * PAGE, PAGE, java.nio.charset.StandardCharsets.ISO_8859_1);
      if (content.contains(text)) {
        return page;
      }
    }
    throw new AssertionError("no page has " + text);
  }

  @Test
  void aFileDeletedWhileInUseIsRecreatedAndItsOwnerWritesEverything() throws Exception {
    SqliteHistory history = open();
    CompletableFuture<Void> again = new CompletableFuture<>();
    Runnable unused = history.whenBegunAnew(() -> again.complete(null));
    history.remember(node("a"));
    Await.done(history.write(List.of(entry("a1")), List.of()));
    Files.delete(file());
    history.remember(node("b"));
    Await.done(history.write(List.of(entry("a2")), List.of()));
    again.get(60, TimeUnit.SECONDS);
    Await.done(history.close());
    SqliteHistory next = open();
    // The first row was in the deleted file, which is still open: it is salvaged.
    assertThat(Stored.restored(next).nodes())
        .extracting(KnownNode::peerId)
        .containsExactlyInAnyOrder("a", "b");
    assertThat(Await.done(next.entries())).hasSize(2);
    Await.done(next.close());
  }

  @Test
  void aFileReplacedWhileInUseIsMovedAside() throws Exception {
    byte[] other = "a file of somebody else".getBytes(java.nio.charset.StandardCharsets.UTF_8);
    SqliteHistory history = open();
    history.remember(node("a"));
    Await.done(history.write(List.of(entry("a1")), List.of()));
    Files.write(folder.resolve("other"), other);
    Files.move(folder.resolve("other"), file(), StandardCopyOption.REPLACE_EXISTING);
    history.remember(node("b"));
    Await.done(history.write(List.of(entry("a2")), List.of()));
    Await.done(history.close());
    assertThat(Stored.aside(folder)).hasSize(1);
    assertThat(Files.readAllBytes(folder.resolve(Stored.aside(folder).get(0)))).isEqualTo(other);
    SqliteHistory next = open();
    assertThat(Stored.restored(next).nodes())
        .extracting(KnownNode::peerId)
        .containsExactlyInAnyOrder("a", "b");
    Await.done(next.close());
  }

  /** SQLite would take our log for that of the other file, and copy it there. */
  @Test
  void aReaderDoesNotTouchAReplacedFile() throws Exception {
    byte[] other = "a file of somebody else".getBytes(java.nio.charset.StandardCharsets.UTF_8);
    SqliteHistory history = open();
    Await.done(history.write(List.of(entry("a1")), List.of()));
    Files.write(folder.resolve("other"), other);
    Files.move(folder.resolve("other"), file(), StandardCopyOption.REPLACE_EXISTING);
    assertThat(Await.done(history.entries())).hasSize(1);
    Await.done(history.close());
    assertThat(Files.readAllBytes(folder.resolve(Stored.aside(folder).get(0)))).isEqualTo(other);
  }

  @Test
  void unreadDamageIsFoundByTheCheckBesideTheStart() throws Exception {
    byte[] healthy = healthyFile();
    int page = pageWith(healthy, "two epochs late");
    Files.write(file(), damaged(healthy, page, With.NOISE, new Random(2)));
    SqliteHistory history = open();
    CompletableFuture<Void> again = new CompletableFuture<>();
    Runnable unused = history.whenBegunAnew(() -> again.complete(null));
    if (Stored.aside(folder).isEmpty()) {
      again.get(60, TimeUnit.SECONDS);
    }
    assertThat(Stored.restored(history).nodes()).hasSize(NODES);
    assertThat(Stored.aside(folder)).hasSize(1);
    Await.done(history.close());
  }

  @Test
  void aTruncatedLogLosesItsEndAndNothingElse() throws Exception {
    SqliteHistory history = open();
    history.remember(node("a"));
    Await.done(history.write(List.of(entry("a1")), List.of()));
    Path copy = Files.createDirectory(folder.resolve("copy"));
    for (String suffix : List.of("", "-wal")) {
      Files.copy(Path.of(file() + suffix), copy.resolve(HistoryFile.NAME + suffix));
    }
    Await.done(history.close());
    byte[] log = Files.readAllBytes(copy.resolve(HistoryFile.NAME + "-wal"));
    for (int length = 0; length < log.length; length += 1_777) {
      Path cut = Files.createDirectory(folder.resolve("cut" + length));
      Files.copy(copy.resolve(HistoryFile.NAME), cut.resolve(HistoryFile.NAME));
      Files.write(cut.resolve(HistoryFile.NAME + "-wal"), Arrays.copyOf(log, length));
      SqliteHistory opened = SqliteHistory.open(cut, () -> now, Duration.ofMinutes(1));
      assertThat(Stored.restored(opened).nodes()).hasSizeLessThanOrEqualTo(1);
      opened.remember(node("later"));
      Await.done(opened.write(List.of(entry("a2")), List.of()));
      // It was written with the usual permissions of files; until then no process may have it open.
      Path left = cut.resolve(HistoryFile.NAME + "-wal");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(left)))
          .isEqualTo("rw-------");
      Await.done(opened.close());
    }
  }

  @Test
  void itsFilesArePrivate() throws Exception {
    for (String name : List.of("history.db", "history.db-wal")) {
      Files.createFile(folder.resolve(name));
      Files.setPosixFilePermissions(
          folder.resolve(name), PosixFilePermissions.fromString("rw-r--r--"));
    }
    SqliteHistory history = open();
    Await.done(history.write(List.of(entry("a1")), List.of()));
    assertThatItsFilesAreNobodyElses();
    // So are those of the new file.
    Files.delete(folder.resolve("history.db"));
    Await.done(history.write(List.of(entry("a2")), List.of()));
    assertThatItsFilesAreNobodyElses();
    Await.done(history.close());
  }

  private void assertThatItsFilesAreNobodyElses() throws IOException {
    for (String name : List.of("history.db", "history.db-wal", "history.db-shm", "lock")) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(name))))
          .as(name)
          .isEqualTo("rw-------");
    }
  }

  /** No program was ever that new: the number was overwritten. */
  @ParameterizedTest
  @ValueSource(ints = {-1, 1_000_000, Integer.MAX_VALUE})
  void anImpossibleVersionIsDamage(int version) throws Exception {
    byte[] unused = healthyFile();
    try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file());
        Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA user_version = " + version);
    }
    SqliteHistory history = open();
    Await.done(history.write(List.of(entry("a1")), List.of()));
    Await.done(history.close());
    assertThat(Stored.aside(folder)).hasSize(1);
  }

  /** SQLite finds no fault in our packed values. */
  @ParameterizedTest
  @ValueSource(strings = {"x'ffff'", "x''", "zeroblob(64)", "randomblob(64)"})
  void anUnreadableHourIsDamageToo(String cells) throws Exception {
    byte[] unused = healthyFile();
    String table = DayTables.hours(DAY.getEpochSecond() / 86_400);
    try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file());
        Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE "
              + table
              + " (hour INTEGER, peer INTEGER, cells, PRIMARY KEY (hour, peer))");
      statement.execute(
          "INSERT INTO "
              + table
              + " SELECT "
              + DAY.getEpochSecond() / 3_600
              + ", id, "
              + cells
              + " FROM peer");
    }
    SqliteHistory history = open();
    assertThat(
            Await.done(history.points(peer(0), DAY, DAY.plusSeconds(60), Duration.ofSeconds(30))))
        .isEmpty();
    assertThat(Stored.aside(folder)).hasSize(1);
    assertThat(Stored.restored(history).nodes()).hasSize(NODES);
    Await.done(history.close());
  }
}
