package fil.heartbeat.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import fil.heartbeat.chain.Cid;
import fil.heartbeat.chain.Network;
import fil.heartbeat.fleet.State;
import fil.heartbeat.history.BeatCount;
import fil.heartbeat.history.KnownNode;
import fil.heartbeat.history.Reported;
import fil.heartbeat.history.SlotBeats;
import fil.heartbeat.history.SlotRow;
import fil.heartbeat.history.SqliteHistory;
import fil.heartbeat.libp2p.PeerId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * Hours of a fleet written as fast as they are taken: rows a second, bytes written for each byte
 * that is there in the end, and how long the past of one node takes to read. Arguments: nodes,
 * hours, and a folder to write into if it is to be kept; an aggregator that starts there knows the
 * nodes, and their hours end now.
 */
public final class HistoryBench {
  private static final String GENESIS = Network.SIMULATED.genesisCid().toString();

  private HistoryBench() {}

  public static void main(String[] args) throws Exception {
    int nodes = Integer.parseInt(args[0]);
    int hours = Integer.parseInt(args[1]);
    Path folder =
        args.length > 2
            ? Files.createDirectories(Path.of(args[2]))
            : Files.createTempDirectory("history-bench");
    Instant start = Instant.now().truncatedTo(ChronoUnit.HOURS).minus(Duration.ofHours(hours));
    List<String> peers = IntStream.range(0, nodes).mapToObj(HistoryBench::peer).toList();
    SqliteHistory history = SqliteHistory.open(folder, () -> start);
    SplittableRandom random = new SplittableRandom(1);
    long before = written();
    long began = System.nanoTime();
    long rows = 0;
    for (String peer : peers) {
      history.remember(
          new KnownNode(
              peer,
              peer.substring(40),
              null,
              GENESIS,
              List.of(),
              null,
              null,
              null,
              start,
              start,
              start,
              1,
              State.OK,
              start));
    }
    for (int slot = 0; slot < hours * 120; slot++) {
      long number = start.getEpochSecond() / 30 + slot;
      List<SlotRow> batch = new ArrayList<>(nodes);
      Instant end = Instant.ofEpochSecond(30 * number + 29);
      List<BeatCount> counts = new ArrayList<>(nodes);
      List<String> blocks =
          IntStream.range(0, 3)
              .mapToObj(i -> Cid.ofBlock((number + "/" + i).getBytes(UTF_8)).toString())
              .toList();
      for (int node = 0; node < nodes; node++) {
        batch.add(
            new SlotRow(
                peers.get(node),
                number,
                List.of(blocks.get(random.nextInt(3))),
                number,
                0L,
                State.OK,
                new SlotBeats(10, 3000 + random.nextInt(200)),
                new Reported(9L, 40L, 36_000_000_000L)));
      }
      rows += nodes;
      for (String peer : peers) {
        counts.add(new BeatCount(peer, end, end, 10L * slot));
      }
      history.epoch(batch);
      history.counted(counts);
      while (history.stats().waiting() > Math.max(2 * nodes, 20_000)) {
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
                  peers.get(random.nextInt(nodes)),
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

  /** A peer id that no key stands behind. */
  private static String peer(int number) {
    byte[] key = new byte[32];
    new SplittableRandom(number).nextBytes(key);
    byte[] id = Arrays.copyOf(new byte[] {0, 36, 8, 1, 18, 32}, 38);
    System.arraycopy(key, 0, id, 6, 32);
    return PeerId.fromBytes(id).toString();
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
