package fil.heartbeat.history;

import fil.heartbeat.fleet.State;
import fil.heartbeat.testing.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;

/** Sample data for a store, and access to its folder. */
final class Stored {
  /** The start of a day. */
  static final Instant DAY = Instant.parse("2026-01-02T00:00:00Z");

  static final int PAGE = 4096;

  /** The content of an overwritten page. */
  enum With {
    ZEROS,
    NOISE,
    ANOTHER_PAGE
  }

  private Stored() {}

  /** All data given to a store is in it when it is opened again, however slow the machine is. */
  static SqliteHistory open(Path folder, InstantSource clock) {
    return SqliteHistory.open(folder, clock, Duration.ofMinutes(1));
  }

  /** The same, with a short pause before a failed write is retried. */
  static SqliteHistory open(Path folder, Database database) {
    return SqliteHistory.open(
        folder, () -> DAY, Duration.ofMinutes(1), Duration.ofMillis(20), database);
  }

  static RestoredState restored(SqliteHistory history) throws Exception {
    return Await.done(history.restore(1_000, Set.of()));
  }

  static KnownNode node(String peerId) {
    return node(peerId, State.OK, 7);
  }

  static KnownNode node(String peerId, State state, long beats) {
    return new KnownNode(
        peerId,
        "nickname of " + peerId,
        "f01000",
        "bafygenesis",
        List.of("bafya", "bafyb"),
        444L,
        true,
        "/ip4/192.0.2.7/tcp/1",
        DAY,
        DAY.plusSeconds(3),
        DAY.plusSeconds(1),
        beats,
        state,
        DAY.plusSeconds(2));
  }

  static AlertStore.Entry entry(String id) {
    return new AlertStore.Entry("alert", id, "{}");
  }

  static List<SlotRow> slot(Instant at, State state, String... peers) {
    long slot = at.getEpochSecond() / SlotRow.SLOT_SECONDS;
    Reported reported = new Reported(slot % 7, 40 - slot % 3, slot);
    List<SlotRow> rows = new ArrayList<>();
    for (String peer : peers) {
      rows.add(
          new SlotRow(
              peer, slot, List.of("bafya"), slot, 0L, state, new SlotBeats(10, 3000), reported));
    }
    return rows;
  }

  static Path file(Path folder) {
    return folder.resolve(HistoryFile.NAME);
  }

  static Path log(Path folder) {
    return folder.resolve(HistoryFile.NAME + "-wal");
  }

  /** The names of files that were moved aside, without logs and indexes. */
  static List<String> aside(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(each -> each.getFileName().toString())
          .filter(name -> name.startsWith(HistoryFile.NAME + ".damaged-"))
          .filter(name -> !name.endsWith("-wal") && !name.endsWith("-shm"))
          .toList();
    }
  }

  /**
   * Deletes all but the lock, and the folder into which SQLite's library may have been extracted.
   */
  static void clear(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path each : files.filter(Files::isRegularFile).toList()) {
        if (!each.getFileName().toString().equals("lock")) {
          Files.delete(each);
        }
      }
    }
  }

  static byte[] damaged(byte[] healthy, int page, With with, Random random) {
    byte[] damaged = healthy.clone();
    int from = page * PAGE;
    switch (with) {
      case ZEROS -> Arrays.fill(damaged, from, from + PAGE, (byte) 0);
      case NOISE -> {
        byte[] noise = new byte[PAGE];
        random.nextBytes(noise);
        System.arraycopy(noise, 0, damaged, from, PAGE);
      }
      case ANOTHER_PAGE ->
          System.arraycopy(healthy, (page + 1) * PAGE % healthy.length, damaged, from, PAGE);
    }
    return damaged;
  }
}
