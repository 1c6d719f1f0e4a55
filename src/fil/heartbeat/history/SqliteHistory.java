package fil.heartbeat.history;

import fil.heartbeat.context.CallerContext;
import fil.heartbeat.context.Futures;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonArray;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A store in one SQLite file: one thread writes, two read. It holds full rows of at least 48 hours,
 * hourly roll-ups of 90 days, the last {@value BatchWriter#MAX_CONNECTIONS} connection events of
 * each peer, and alerts.
 */
public final class SqliteHistory implements History, AlertStore {
  private static final Logger log = LoggerFactory.getLogger(SqliteHistory.class);
  private static final int READERS = 2;

  /** Other databases that a warning names. */
  private static final int MAX_NAMED = 5;

  /** Reads that wait; more are rejected. */
  static final int MAX_READS = 256;

  /** How long to wait before a check that is still running is cancelled again. */
  private static final long CHECK_AGAIN_MILLIS = 20;

  private static final Duration STOP = Duration.ofSeconds(4);

  private final HistoryFile file;
  private final HistoryQueue queue;
  private final HistoryWriter writer;
  private final Thread writing;
  private final Thread checking;
  private final InstantSource clock;
  private final Duration stop;
  private final ThreadPoolExecutor readers;

  private SqliteHistory(
      HistoryFile file,
      HistoryQueue queue,
      InstantSource clock,
      Duration stop,
      Duration afterFault) {
    this.file = file;
    this.queue = queue;
    this.clock = clock;
    this.stop = stop;
    writer = new HistoryWriter(file, queue, clock, afterFault);
    writing = new Thread(writer, "heartbeat-history-writer");
    // Runs beside the start: a gigabyte takes seconds.
    checking = new Thread(() -> file.check(clock.instant()), "heartbeat-history-check");
    checking.setDaemon(true);
    AtomicInteger numbers = new AtomicInteger();
    readers =
        new ThreadPoolExecutor(
            READERS,
            READERS,
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(MAX_READS),
            task -> new Thread(task, "heartbeat-history-reader-" + numbers.incrementAndGet()));
  }

  /**
   * Opens or creates the store of a folder. Blocks.
   *
   * @throws HistoryException when it is in use, was written by a newer program or is not writable
   */
  public static SqliteHistory open(Path folder, InstantSource clock) {
    return open(folder, clock, QueueBounds.DEFAULT);
  }

  /**
   * Opens or creates the store of a folder. Blocks.
   *
   * @param bounds of what waits to be written
   * @throws HistoryException when it is in use, was written by a newer program or is not writable
   */
  public static SqliteHistory open(Path folder, InstantSource clock, QueueBounds bounds) {
    return open(folder, clock, bounds, STOP, HistoryWriter.AFTER_FAULT, Database.SQLITE);
  }

  /**
   * Opens or creates the store.
   *
   * @param stop how long a stop waits for queued data to be written
   */
  static SqliteHistory open(Path folder, InstantSource clock, Duration stop) {
    return open(
        folder, clock, QueueBounds.DEFAULT, stop, HistoryWriter.AFTER_FAULT, Database.SQLITE);
  }

  /**
   * Opens or creates the store.
   *
   * @param afterFault the pause before a failed write is retried
   */
  static SqliteHistory open(
      Path folder, InstantSource clock, Duration stop, Duration afterFault, Database database) {
    return open(folder, clock, QueueBounds.DEFAULT, stop, afterFault, database);
  }

  private static SqliteHistory open(
      Path folder,
      InstantSource clock,
      QueueBounds bounds,
      Duration stop,
      Duration afterFault,
      Database database) {
    SqliteHistory history =
        new SqliteHistory(
            HistoryFile.open(folder, clock.instant(), database),
            new HistoryQueue(bounds),
            clock,
            stop,
            afterFault);
    history.writing.start();
    history.checking.start();
    warnOfOthers(history.file.path());
    return history;
  }

  /** An operator who put a copy there expects it to be read. */
  private static void warnOfOthers(Path file) {
    try {
      List<String> others = StoreFiles.others(file);
      if (!others.isEmpty()) {
        log.warn(
            "other databases in dataDir are not read, restore FILE puts one in place count={}"
                + " names={}",
            others.size(),
            String.join(", ", others.subList(0, Math.min(MAX_NAMED, others.size()))));
      }
    } catch (IOException | UncheckedIOException e) {
      log.debug("folder not listed", e);
    }
  }

  /**
   * Copies the store of a folder, which a running aggregator may be writing to. Blocks.
   *
   * @throws HistoryException when there is no store, or the target exists or is not writable
   */
  public static void backup(Path folder, Path target) {
    StoreFiles.backup(folder.resolve(HistoryFile.NAME), target);
  }

  @Override
  public Future<RestoredState> restore(int most, Set<String> first) {
    Set<String> preferred = Set.copyOf(first);
    return readAtTheStart(reader -> reader.restored(clock.instant(), most, preferred))
        .map(
            found -> {
              found.ifPresent(each -> each.left().forEach(queue::forget));
              return found.map(LastKnown.Found::restored).orElse(RestoredState.NOTHING);
            });
  }

  @Override
  public void remember(KnownNode node) {
    queue.remember(node);
  }

  @Override
  public void forget(String peerId) {
    queue.forget(peerId);
  }

  @Override
  public void upgrades(List<String> named) {
    queue.upgrades(
        new Entry(
            LastKnown.UPGRADES,
            LastKnown.FLEET,
            named.isEmpty() ? null : new JsonArray(named).encode()));
  }

  @Override
  public void stateChanged(StateChange change) {
    queue.add(change);
  }

  @Override
  public void connection(ConnectionEvent event) {
    queue.add(event);
  }

  @Override
  public void epoch(List<SlotRow> rows) {
    queue.add(List.copyOf(rows));
  }

  @Override
  public void left(String reason, long count) {
    queue.drop(reason, count);
  }

  @Override
  public void counted(List<BeatCount> counts) {
    queue.counted(List.copyOf(counts));
  }

  @Override
  public Future<List<HistoryPoint>> points(String peerId, Instant from, Instant to, Duration step) {
    return read(reader -> reader.points(peerId, from, to, step));
  }

  @Override
  public Future<List<StateChange>> changes(String peerId, Instant from, Instant to, int limit) {
    return read(reader -> reader.changes(peerId, from, to, limit));
  }

  @Override
  public Future<List<ConnectionEvent>> connections(String peerId) {
    return read(reader -> reader.connections(peerId));
  }

  @Override
  public Future<List<Entry>> entries() {
    return readAtTheStart(HistoryReader::alertEntries).map(entries -> entries.orElse(List.of()));
  }

  @Override
  public Future<Void> write(List<Entry> entries, List<ResolvedRow> resolved) {
    Promise<Void> committed = CallerContext.promise();
    queue.write(new AlertWrite(entries, resolved, committed));
    return committed.future();
  }

  @Override
  public Future<List<ResolvedRow>> resolved(
      @Nullable String peerId, @Nullable Instant before, int limit) {
    return read(reader -> reader.resolvedAlerts(peerId, before, limit));
  }

  @Override
  public Runnable whenBegunAnew(Runnable again) {
    return file.whenBegunAnew(again);
  }

  @Override
  public HistoryStats stats() {
    return new HistoryStats(
        queue.waiting(), writer.written(), queue.dropped(), writer.fault(), writer.bytes());
  }

  @Override
  public Future<Void> backup(Path target) {
    return read(reader -> {
          StoreFiles.backup(file.path(), target);
          return target;
        })
        .mapEmpty();
  }

  @Override
  public Future<Void> close() {
    queue.close();
    return later(
        done -> {
          Thread closing =
              new Thread(
                  () -> {
                    try {
                      awaitEnd();
                    } catch (InterruptedException e) {
                      Thread.currentThread().interrupt();
                    }
                    file.close();
                    done.run();
                  },
                  "heartbeat-history-close");
          closing.start();
        });
  }

  /** No thread of this store touches the folder afterwards, unless the disk hangs. */
  private void awaitEnd() throws InterruptedException {
    long until = System.nanoTime() + stop.toNanos();
    writing.join(stop.toMillis());
    readers.shutdown();
    do {
      // Repeated, since it ends a running check but not one that is about to begin.
      file.stopChecking();
      checking.join(CHECK_AGAIN_MILLIS);
    } while (checking.isAlive() && System.nanoTime() < until);
    boolean unused =
        readers.awaitTermination(Math.max(0, until - System.nanoTime()), TimeUnit.NANOSECONDS);
  }

  /** A query to a reader. */
  @FunctionalInterface
  private interface Question<T> {
    T ask(HistoryReader reader) throws SQLException;
  }

  private <T> Future<T> read(Question<T> question) {
    return answer(
        () ->
            file.read(connection -> question.ask(new HistoryReader(connection)), clock.instant()));
  }

  /** Must succeed before anything else: an exception for invalid rows would prevent every start. */
  private <T> Future<Optional<T>> readAtTheStart(Question<T> question) {
    return answer(
        () ->
            file.readAtTheStart(
                connection -> Damage.reading(() -> question.ask(new HistoryReader(connection))),
                clock.instant()));
  }

  private <T> Future<T> answer(Damage.Reading<T> reading) {
    Promise<T> answer = CallerContext.promise();
    try {
      readers.execute(() -> Futures.call(() -> read(reading)).onComplete(answer));
    } catch (RejectedExecutionException e) {
      answer.fail(
          new HistoryException("too many reads wait (expected: at most " + MAX_READS + ")"));
    }
    return answer.future();
  }

  private static <T> Future<T> read(Damage.Reading<T> reading) {
    try {
      return Future.succeededFuture(reading.read());
    } catch (SQLException e) {
      return Future.failedFuture(new HistoryException(String.valueOf(e.getMessage()), e));
    }
  }

  /** A step that ends on another thread. */
  private interface Step {
    void run(Runnable done);
  }

  private static Future<Void> later(Step step) {
    Promise<Void> answer = CallerContext.promise();
    step.run(answer::succeed);
    return answer.future();
  }
}
