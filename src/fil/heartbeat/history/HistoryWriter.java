package fil.heartbeat.history;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that writes. Each commit takes all that waits, at most one a second, so that a
 * crash loses less than two; alerts do not wait for it. What cannot be written goes back into the
 * queue and is tried again.
 */
final class HistoryWriter implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(HistoryWriter.class);
  private static final long BETWEEN_MILLIS = 1_000;
  private static final long AFTER_FAULT_MILLIS = 5_000;

  private final HistoryFile file;
  private final HistoryQueue queue;
  private final InstantSource clock;
  private final AtomicLong written = new AtomicLong();
  private volatile @Nullable String fault;
  private long packedBefore = Long.MIN_VALUE;

  HistoryWriter(HistoryFile file, HistoryQueue queue, InstantSource clock) {
    this.file = file;
    this.queue = queue;
    this.clock = clock;
  }

  long written() {
    return written.get();
  }

  Optional<String> fault() {
    return Optional.ofNullable(fault);
  }

  @Override
  public void run() {
    boolean more = true;
    try {
      while (more) {
        try (Connection connection = file.connect(false)) {
          write(connection);
          more = false;
        } catch (SQLException e) {
          // SQLite may have rolled back by itself: only a new connection is known to be clean.
          more = failed(e);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Writes until the queue is closed and empty. */
  private void write(Connection connection) throws SQLException, InterruptedException {
    connection.setAutoCommit(false);
    DayTables tables = new DayTables(connection);
    BatchWriter writer = new BatchWriter(connection, tables, clock);
    HourPacker packer = new HourPacker(connection, tables);
    AlertTables alerts = new AlertTables(connection);
    // Else the view of what was just read stays open while nothing is written.
    connection.commit();
    HistoryQueue.Batch batch = queue.take();
    while (!batch.isEmpty()) {
      writeAlerts(connection, alerts, batch);
      HistoryQueue.Batch rest = batch.withoutAlerts();
      try {
        writer.write(rest);
        connection.commit();
      } catch (SQLException e) {
        queue.putBack(rest);
        throw e;
      }
      long unused = written.addAndGet(rest.size());
      if (!batch.epochs().isEmpty()) {
        pack(connection, packer, alerts, writer.newestSlot());
      }
      cutLog(connection);
      if (fault != null) {
        log.info("history is written again");
        fault = null;
      }
      queue.pause(BETWEEN_MILLIS);
      batch = queue.take();
    }
  }

  /** In a transaction of their own, so that nothing else can keep them from the disk. */
  private void writeAlerts(Connection connection, AlertTables tables, HistoryQueue.Batch batch)
      throws SQLException {
    if (batch.alerts().isEmpty()) {
      return;
    }
    try {
      tables.write(batch.alerts(), clock.instant());
      connection.commit();
    } catch (SQLException e) {
      queue.putBack(batch);
      throw e;
    }
    for (AlertWrite write : batch.alerts()) {
      long unused = written.addAndGet(write.size());
      write.done().complete();
    }
  }

  /** Whether to try again. */
  private boolean failed(SQLException e) throws InterruptedException {
    if (fault == null) {
      log.error("history not written, it is tried again cause={}", e.getMessage());
    }
    fault = String.valueOf(e.getMessage());
    if (queue.isClosed()) {
      log.error("history lost events={} cause={}", queue.waiting(), e.getMessage());
      queue.refuseAlerts(fault);
      return false;
    }
    queue.pause(AFTER_FAULT_MILLIS);
    return true;
  }

  /**
   * Once for each hour that is over, and each in a transaction of its own. An hour is over when a
   * slot of a later one is here, whatever the clock says: its last slot may still be waiting.
   */
  private void pack(Connection connection, HourPacker packer, AlertTables alerts, long newestSlot)
      throws SQLException {
    long hour = DayTables.hourOfSlot(newestSlot);
    if (hour <= packedBefore) {
      return;
    }
    for (long open : packer.open(hour)) {
      packer.pack(open);
      connection.commit();
    }
    packer.drop(hour);
    alerts.prune(clock.instant());
    connection.commit();
    packedBefore = hour;
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
