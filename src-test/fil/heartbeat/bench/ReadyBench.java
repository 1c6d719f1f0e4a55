package fil.heartbeat.bench;

import fil.heartbeat.cli.Main;
import fil.heartbeat.history.SqliteHistory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * How soon an aggregator is ready with a large history, which is checked beside the start, and how
 * soon with an empty one: the program is started with each in turn. Exit code 1 when the large one
 * costs more than 2 s in the median. Arguments: MiB (1024), rounds (3).
 */
public final class ReadyBench {
  private static final double BOUND_SECONDS = 2;
  private static final int BODY = 4_000;
  private static final long MIB = 1024 * 1024;

  private ReadyBench() {}

  public static void main(String[] args) throws Exception {
    long mib = args.length > 0 ? Long.parseLong(args[0]) : 1024;
    int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 3;
    Path folder = Files.createTempDirectory("ready");
    Path large = config(folder.resolve("large"));
    Path empty = config(folder.resolve("empty"));
    long bytes = fill(folder.resolve("large/data"), mib * MIB);
    List<Double> withLarge = new ArrayList<>();
    List<Double> withEmpty = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      withEmpty.add(start(empty));
      withLarge.add(start(large));
    }
    double delay = median(withLarge) - median(withEmpty);
    System.out.printf(
        "history=%d bytes; ready after %s s; with an empty one after %s s; median %.2f s later%n",
        bytes, shown(withLarge), shown(withEmpty), delay);
    System.exit(delay <= BOUND_SECONDS ? 0 : 1);
  }

  private static Path config(Path folder) throws Exception {
    Path file = Files.createDirectories(folder).resolve("config.json");
    return Files.writeString(
        file,
        """
        {"aggregator":{"listen":"/ip4/127.0.0.1/tcp/0","network":"simulated"},"http":{"port":0}}
        """);
  }

  /** Makes a history of so many bytes, of state changes for the most part. */
  private static long fill(Path folder, long bytes) throws Exception {
    SqliteHistory history = SqliteHistory.open(folder, InstantSource.system());
    history.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    Path file = folder.resolve("history.db");
    byte[] text = new byte[BODY * 3 / 4];
    long now = Instant.now().toEpochMilli();
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file)) {
      connection.setAutoCommit(false);
      try (PreparedStatement insert =
          connection.prepareStatement(
              "INSERT INTO change (peer, at, from_state, to_state, reason) VALUES (?, ?, 0, 1, ?)")) {
        for (long row = 0; row * BODY < bytes; row++) {
          RandomGenerator.getDefault().nextBytes(text);
          insert(
              insert, row % 1_000, now - row, java.util.Base64.getEncoder().encodeToString(text));
        }
      }
      connection.commit();
    }
    return Files.size(file);
  }

  private static void insert(PreparedStatement insert, long peer, long at, String reason)
      throws SQLException {
    insert.setLong(1, peer);
    insert.setLong(2, at);
    insert.setString(3, reason);
    int unused = insert.executeUpdate();
  }

  /** Seconds until the last of the ready lines. */
  private static double start(Path config) {
    long begun = System.nanoTime();
    try (Child program =
        Child.java(List.of("-Xmx512m"), Main.class, "run", "--config", config.toString())) {
      String unused = program.await("ready: http");
      return (System.nanoTime() - begun) / 1e9;
    }
  }

  private static double median(List<Double> seconds) {
    double[] sorted = seconds.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    return sorted[sorted.length / 2];
  }

  private static String shown(List<Double> seconds) {
    return Arrays.toString(
        seconds.stream().map(each -> String.format("%.2f", each)).toArray(String[]::new));
  }
}
