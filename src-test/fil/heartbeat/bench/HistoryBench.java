package fil.heartbeat.bench;

import fil.heartbeat.fleet.State;
import fil.heartbeat.history.EpochRow;
import fil.heartbeat.history.SqliteHistory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;

/**
 * Hours of a fleet written as fast as they are taken: rows a second, bytes written for each byte
 * that is there in the end, and how long a day of one node takes to read. Arguments: nodes, hours.
 */
public final class HistoryBench {
  private HistoryBench() {}

  public static void main(String[] args) throws Exception {
    int nodes = Integer.parseInt(args[0]);
    int hours = Integer.parseInt(args[1]);
    Path folder = Files.createTempDirectory("history-bench");
    Instant start = Instant.parse("2026-01-02T00:00:00Z");
    SqliteHistory history = SqliteHistory.open(folder, () -> start);
    SplittableRandom random = new SplittableRandom(1);
    long before = written();
    long began = System.nanoTime();
    long rows = 0;
    for (int slot = 0; slot < hours * 120; slot++) {
      long number = start.getEpochSecond() / 30 + slot;
      List<EpochRow> batch = new ArrayList<>(nodes);
      for (int node = 0; node < nodes; node++) {
        batch.add(
            new EpochRow(
                "12D3KooWbench" + node,
                number,
                List.of("bafy2bzace" + number + "/" + random.nextInt(3)),
                number,
                0L,
                State.OK,
                10,
                3000 + random.nextInt(200)));
      }
      rows += nodes;
      history.epoch(batch);
      while (history.stats().waiting() > nodes) {
        LockSupport.parkNanos(1_000_000);
      }
    }
    history.close().toCompletionStage().toCompletableFuture().get();
    double seconds = (System.nanoTime() - began) / 1e9;
    long wrote = written() - before;
    long size = Files.size(folder.resolve("history.db"));
    System.out.printf(
        "nodes=%d hours=%d rows=%d seconds=%.1f written=%d size=%d written/size=%.1f size/row=%.1f%n",
        nodes, hours, rows, seconds, wrote, size, (double) wrote / size, (double) size / rows);
    SqliteHistory again = SqliteHistory.open(folder, () -> start);
    List<Long> micros = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      long at = System.nanoTime();
      int points =
          again
              .points(
                  "12D3KooWbench" + random.nextInt(nodes),
                  start,
                  start.plus(Duration.ofHours(hours)),
                  Duration.ofSeconds(30))
              .toCompletionStage()
              .toCompletableFuture()
              .get()
              .size();
      micros.add((System.nanoTime() - at) / 1000);
      if (points != hours * 120) {
        throw new IllegalStateException(points + " points");
      }
    }
    micros.sort(null);
    System.out.printf(
        "read %d hours of a node: p50=%d us p99=%d us%n", hours, micros.get(100), micros.get(197));
    again.close().toCompletionStage().toCompletableFuture().get();
  }

  /** Bytes that this process caused to be written to storage. */
  private static long written() throws Exception {
    return Files.readAllLines(Path.of("/proc/self/io")).stream()
        .filter(line -> line.startsWith("write_bytes:"))
        .mapToLong(line -> Long.parseLong(line.substring(13).strip()))
        .findFirst()
        .orElseThrow();
  }
}
