package fil.heartbeat.history;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The only writing thread. Each commit contains all waiting data, at most one commit a second, so
 * that a crash loses less than two seconds; alerts do not wait for that. Data that cannot be
 * written returns to the queue and is retried.
 */
final class HistoryWriter implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(HistoryWriter.class);
  private static final long BETWEEN_MILLIS = 1_000;

  /** The pause after an error of a full or hanging disk. */
  static final Duration AFTER_FAULT = Duration.ofSeconds(5);

  /** A file without faults is not checked again for this long. */
  private static final Duration SOUND = Duration.ofHours(1);

  private final HistoryFile file;
  private final HistoryQueue queue;
  private final InstantSource clock;
  private final Duration afterFault;
  private final AtomicLong written = new AtomicLong();
  private volatile @Nullable String fault;
  private volatile long bytes;
  private long packedBefore = Long.MIN_VALUE;
  private Instant soundUntil = Instant.MIN;

  HistoryWriter(HistoryFile file, HistoryQueue queue, InstantSource clock, Duration afterFault) {
    this.afterFault = afterFault;
    this.file = file;
    this.queue = queue;
    this.clock = clock;
  }

  long written() {
    return written.get();
  }

  /** Size of all files after the last commit; a caller must not wait for the disk. */
  long bytes() {
    return bytes;
  }

  Optional<String> fault() {
    return Optional.ofNullable(fault);
  }

  @Override
  public void run() {
    boolean more = true;
    try {
      while (more) {
        long generation = file.generation();
        try {
          file.prepare(clock.instant());
          generation = file.generation();
          write(generation, file.startWriting());
          more = false;
        } catch (Damage.Moved e) {
          log.debug("history goes on in a new file");
        } catch (SQLException e) {
          // SQLite may have rolled back by itself: only a new connection is sure to have no
          // transaction.
          more = failed(mended(generation, e));
        } catch (RuntimeException e) {
          // A newer program's file, or a bug of this one: this thread must not end, as no other
          // writes.
          more = failed(new SQLException(String.valueOf(e.getMessage()), e));
        } finally {
          file.stopWriting();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The fault that remains after a new file was started, if possible; null without one. */
  private @Nullable SQLException mended(long generation, SQLException e) {
    if (!Damage.is(e)) {
      return e;
    }
    try {
      file.beginAnew(generation, String.valueOf(e.getMessage()), clock.instant());
      packedBefore = Long.MIN_VALUE;
      return null;
    } catch (SQLException again) {
      return again;
    }
  }

  private record Tools(BatchWriter batches, HourPacker packer, AlertTables alerts) {}

  private static Tools tools(Connection own) throws SQLException {
    DayTables tables = new DayTables(own);
    return new Tools(
        new BatchWriter(own, tables), new HourPacker(own, tables), new AlertTables(own));
  }

  /** Writes until the queue is closed and empty. */
  private void write(long generation, Connection connection)
      throws SQLException, InterruptedException {
    Tools tools =
        file.write(
            generation,
            connection,
            own -> {
              own.setAutoCommit(false);
              Tools made = Damage.reading(() -> tools(own));
              // Otherwise the snapshot of the last read stays open while nothing is written.
              own.commit();
              return made;
            });
    bytes = file.bytes();
    HistoryQueue.Batch batch = queue.take();
    while (!batch.isEmpty()) {
      write(generation, connection, tools, batch);
      bytes = file.bytes();
      if (fault != null) {
        log.info("history recovered");
        fault = null;
      }
      queue.pause(BETWEEN_MILLIS);
      batch = queue.take();
    }
  }

  private void write(long generation, Connection connection, Tools tools, HistoryQueue.Batch batch)
      throws SQLException {
    AtomicReference<HistoryQueue.@Nullable Batch> left = new AtomicReference<>(batch);
    try {
      HistoryQueue.Batch rest = batch.withoutAlerts();
      writeAlerts(generation, connection, tools.alerts(), batch.alerts(), () -> left.set(rest));
      if (rest.size() == 0) {
        return;
      }
      boolean unused =
          file.write(
              generation,
              connection,
              own -> {
                tools.batches().write(rest);
                tools.alerts().writePieces(rest.upgrades());
                own.commit();
                left.set(null);
                long total = written.addAndGet(rest.size());
                if (!batch.epochs().isEmpty()) {
                  pack(own, tools);
                }
                cutLog(own);
                return total >= 0;
              });
    } catch (SQLException | RuntimeException e) {
      HistoryQueue.Batch back = left.get();
      if (back != null) {
        // Once the alerts are written, the rest remains.
        boolean ofAlerts = !back.alerts().isEmpty();
        putBackOrRefuse(back, ofAlerts, e);
      }
      throw e;
    }
  }

  /**
   * Puts back data that was not written. Data that a sound file rejects would be rejected for ever,
   * and block all that follows: it is dropped.
   *
   * @throws SQLException when the file has a fault
   */
  private void putBackOrRefuse(HistoryQueue.Batch back, boolean ofAlerts, Exception e)
      throws SQLException {
    if (!Damage.isRefused(e)) {
      queue.putBack(back);
      return;
    }
    String cause = String.valueOf(e.getMessage());
    String damage;
    try {
      damage = fullFault();
    } catch (SQLException again) {
      queue.putBack(back);
      throw again;
    }
    if (damage != null) {
      queue.putBack(back);
      throw new SQLException("malformed: " + damage + " (" + cause + ")", e);
    }
    HistoryQueue.Batch refused = ofAlerts ? back.onlyAlerts() : back;
    if (ofAlerts) {
      queue.putBack(back.withoutAlerts());
    }
    log.error("history does not take events={} cause={}", refused.size(), cause);
    queue.refuse(refused, cause);
  }

  /** The result of the full check of the file; runs at most once an hour. */
  private @Nullable String fullFault() throws SQLException {
    Instant now = clock.instant();
    if (now.isBefore(soundUntil)) {
      return null;
    }
    String found = file.fullFault();
    if (found == null) {
      soundUntil = now.plus(SOUND);
    }
    return found;
  }

  /**
   * Writes alerts in their own transaction, so that no other data can keep them from the disk.
   *
   * @param committed receives the written ones: a later failure does not put them back
   */
  private void writeAlerts(
      long generation,
      Connection connection,
      AlertTables tables,
      List<AlertWrite> alerts,
      Runnable committed)
      throws SQLException {
    if (alerts.isEmpty()) {
      committed.run();
      return;
    }
    boolean unused =
        file.write(
            generation,
            connection,
            own -> {
              tables.write(alerts, clock.instant());
              own.commit();
              return true;
            });
    committed.run();
    for (AlertWrite write : alerts) {
      long unusedToo = written.addAndGet(write.size());
      write.done().complete();
    }
    boolean unusedCut =
        file.write(
            generation,
            connection,
            own -> {
              cutLog(own);
              return true;
            });
  }

  /** Whether to try again. */
  private boolean failed(@Nullable SQLException e) throws InterruptedException {
    if (e == null) {
      return true;
    }
    if (fault == null) {
      log.error("history write failed, will retry cause={}", e.getMessage());
    }
    fault = String.valueOf(e.getMessage());
    if (queue.isClosed()) {
      log.error("history lost events={} cause={}", queue.waiting(), e.getMessage());
      queue.refuseAlerts(fault);
      return false;
    }
    queue.rest(afterFault.toMillis());
    return true;
  }

  /**
   * Packs each completed hour in its own transaction. An hour is complete when a slot of a later
   * one was written, whatever the clock says: its last slot may still be waiting.
   */
  private void pack(Connection connection, Tools tools) throws SQLException {
    long hour = DayTables.hourOfSlot(tools.batches().newestSlot());
    if (hour <= packedBefore) {
      return;
    }
    packedBefore = Damage.reading(() -> packed(connection, tools, hour));
  }

  private long packed(Connection connection, Tools tools, long hour) throws SQLException {
    for (long open : tools.packer().open(hour)) {
      tools.packer().pack(open);
      connection.commit();
    }
    tools.packer().drop(hour);
    tools.alerts().prune(clock.instant());
    connection.commit();
    return hour;
  }

  private void cutLog(Connection connection) throws SQLException {
    if (java.nio.file.Path.of(file.path() + "-wal").toFile().length() > HistoryFile.WAL_BYTES) {
      connection.setAutoCommit(true);
      try (Statement statement = connection.createStatement()) {
        statement.execute("PRAGMA wal_checkpoint(TRUNCATE)");
      } finally {
        connection.setAutoCommit(false);
      }
    }
  }
}
