package fil.heartbeat.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fil.heartbeat.fleet.State;
import fil.heartbeat.testing.Await;
import io.vertx.core.Future;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A full disk: the process continues, reports it, and resumes the history when there is room. */
@Timeout(60)
class FullDiskTest {
  private static final Instant NOW = Instant.parse("2026-01-02T00:00:00Z");
  private static final int PAGE = 4096;

  @TempDir private Path folder;

  /** Pages that the disk has room for; SQLite itself reports when there are no more. */
  private volatile long pages = Long.MAX_VALUE;

  private final AtomicInteger opened = new AtomicInteger();

  /** The errors of a full disk, as SQLite reports them. */
  private Connection limited(Path file) throws SQLException {
    opened.incrementAndGet();
    Connection connection = Database.SQLITE.open(file);
    try (Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA max_page_count = " + Math.min(pages, Integer.MAX_VALUE));
    }
    return connection;
  }

  private SqliteHistory open(Duration afterFault) {
    return SqliteHistory.open(folder, () -> NOW, Duration.ofMinutes(1), afterFault, this::limited);
  }

  private static AlertStore.Entry entry(String id, int characters) {
    return new AlertStore.Entry("alert", id, "x".repeat(characters));
  }

  private static KnownNode node(String peerId) {
    return new KnownNode(
        peerId,
        "name",
        "f01000",
        "bafygenesis",
        List.of("bafya"),
        444L,
        true,
        "/ip4/192.0.2.7/tcp/1",
        NOW,
        NOW,
        NOW,
        7,
        State.OK,
        NOW);
  }

  @Test
  void aStartWithoutRoomRunsWithoutHistoryAndResumesItWhenThereIsRoom() throws Exception {
    pages = 1;
    SqliteHistory history = open(Duration.ofMillis(20));
    assertThat(Stored.restored(history).nodes()).isEmpty();
    assertThat(Await.done(history.entries())).isEmpty();
    history.remember(node("a"));
    Future<Void> kept = history.write(List.of(entry("a1", 10)), List.of());
    awaitFault(history);
    assertThat(history.stats().fault()).get().asString().contains("FULL");
    assertThat(kept.isComplete()).isFalse();
    assertThatThrownBy(() -> Await.done(history.connections("a")))
        .isInstanceOf(ExecutionException.class)
        .hasMessageContaining("not ready yet");
    pages = Long.MAX_VALUE;
    Await.done(kept);
    Await.done(history.close());
    SqliteHistory next = open(Duration.ofMillis(20));
    assertThat(Await.done(next.entries())).containsExactly(entry("a1", 10));
    assertThat(Stored.restored(next).nodes()).extracting(KnownNode::peerId).containsExactly("a");
    Await.done(next.close());
  }

  @Test
  void aDiskThatFillsWhileInUseIsWaitedFor() throws Exception {
    SqliteHistory before = open(Duration.ofMillis(20));
    Await.done(before.write(List.of(entry("a1", 10)), List.of()));
    Await.done(before.close());
    pages = Files.size(folder.resolve(HistoryFile.NAME)) / PAGE + 4;
    SqliteHistory history = open(Duration.ofMillis(20));
    Future<Void> kept = history.write(List.of(entry("a2", 100 * PAGE)), List.of());
    awaitFault(history);
    assertThat(history.stats().fault()).get().asString().contains("FULL");
    assertThat(kept.isComplete()).isFalse();
    // Existing data can be read all the time.
    assertThat(Await.done(history.entries())).containsExactly(entry("a1", 10));
    pages = Long.MAX_VALUE;
    Await.done(kept);
    assertThat(Await.done(history.entries()))
        .containsExactly(entry("a1", 10), entry("a2", 100 * PAGE));
    Await.done(history.close());
    assertThat(history.stats().fault()).isEmpty();
  }

  /** A peer that names another upgrade with each beat takes no place from alerts. */
  @Test
  void namedUpgradesTakeNoPlaceFromAlertsAndTheNewestAreKept() throws Exception {
    pages = 1;
    SqliteHistory history = open(Duration.ofMillis(20));
    history.upgrades(List.of("first"));
    awaitFault(history);
    for (int i = 0; i < 2 * HistoryQueue.MAX_ALERT_WRITES; i++) {
      history.upgrades(List.of("named " + i));
    }
    history.upgrades(List.of("last"));
    Future<Void> kept = history.write(List.of(entry("a1", 10)), List.of());
    assertThat(history.stats().dropped()).isEmpty();
    pages = Long.MAX_VALUE;
    Await.done(kept);
    Await.done(history.close());
    SqliteHistory next = open(Duration.ofMillis(20));
    assertThat(Stored.restored(next).upgrades()).containsExactly("last");
    Await.done(next.close());
  }

  /**
   * Copying the log back into the file needs room; the content of the log is stored nevertheless.
   */
  @Test
  void aWriteSucceedsEvenIfTheLogCannotBeTruncated() throws Exception {
    SqliteHistory history =
        Stored.open(
            folder,
            Checks.failing(
                "PRAGMA wal_checkpoint(TRUNCATE)", "[SQLITE_FULL] database or disk is full"));
    AlertStore.Entry large = entry("a1", (int) HistoryFile.WAL_BYTES + PAGE);
    Await.done(history.write(List.of(large), List.of()));
    awaitFault(history);
    assertThat(history.stats().fault()).get().asString().contains("FULL");
    assertThat(history.stats().written()).isEqualTo(1);
    assertThat(Await.done(history.entries())).containsExactly(large);
    Await.done(history.close());
  }

  @Test
  void aDamagedFileOnAFullDiskStaysWhereItIsUntilThereIsRoom() throws Exception {
    byte[] other =
        "a file of somebody else".repeat(400).getBytes(java.nio.charset.StandardCharsets.UTF_8);
    Files.write(folder.resolve(HistoryFile.NAME), other);
    pages = 1;
    SqliteHistory history = open(Duration.ofMillis(20));
    Future<Void> kept = history.write(List.of(entry("a1", 10)), List.of());
    awaitFault(history);
    assertThat(Files.readAllBytes(folder.resolve(HistoryFile.NAME))).isEqualTo(other);
    pages = Long.MAX_VALUE;
    Await.done(kept);
    assertThat(Await.done(history.entries())).containsExactly(entry("a1", 10));
    Await.done(history.close());
  }

  /** An alert is urgent, but a full disk is not retried without a pause. */
  @Test
  void urgentWritesDoNotRetryAFullDiskWithoutAPause() throws Exception {
    pages = 1;
    SqliteHistory history = open(Duration.ofHours(1));
    awaitFault(history);
    int before = opened.get();
    Future<Void> kept = history.write(List.of(entry("a1", 10)), List.of());
    // As long as another store takes for this number of commits, each of which goes to a disk.
    SqliteHistory other = SqliteHistory.open(folder.resolve("other"), () -> NOW);
    for (int i = 0; i < 100; i++) {
      Await.done(other.write(List.of(entry("b" + i, 10)), List.of()));
    }
    Await.done(other.close());
    int asked = opened.get() - before;
    Await.done(history.close());
    assertThat(asked).isLessThanOrEqualTo(1);
    assertThat(kept.failed()).isTrue();
  }

  /** The writer has met it. */
  private static void awaitFault(SqliteHistory history) {
    while (history.stats().fault().isEmpty()) {
      Thread.onSpinWait();
    }
  }
}
