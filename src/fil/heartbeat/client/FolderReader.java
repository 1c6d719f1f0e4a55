package fil.heartbeat.client;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads files of one folder on a thread that all readers of the folder share, so that a disk that
 * hangs holds none but them.
 */
public final class FolderReader implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(FolderReader.class);

  /** Folders that hang, with the reader that says so; several clients may call one node. */
  private static final Map<Path, FolderReader> HANGING = new ConcurrentHashMap<>();

  private final Path folder;
  private final WorkerExecutor thread;
  private final FailureLog failureLog = new FailureLog();

  public FolderReader(Vertx vertx, Path folder) {
    this.folder = folder.toAbsolutePath();
    // Without a limit, since Vert.x would log each second from then on; hangs() logs instead.
    thread =
        vertx.createSharedWorkerExecutor(
            "files of " + this.folder, 1, Long.MAX_VALUE, TimeUnit.NANOSECONDS);
  }

  /** Reads on the thread of the folder, after what is read already. */
  public <T> Future<T> read(Callable<T> reader) {
    return thread.executeBlocking(reader, false).onComplete(read -> answered());
  }

  /** A read has not ended yet, and an earlier value is used instead. */
  public void hangs() {
    FolderReader first = HANGING.putIfAbsent(folder, this);
    if (first == null || first.equals(this)) {
      long now = System.nanoTime();
      log.atLevel(failureLog.failed(now))
          .log(
              "disk hangs, using what was read last folder={} for={}s",
              folder,
              failureLog.lasting(now).toSeconds());
    }
  }

  private void answered() {
    if (HANGING.remove(folder, this) && failureLog.succeeded()) {
      log.info("disk answers again folder={}", folder);
    }
  }

  @Override
  public void close() {
    HANGING.remove(folder, this);
    thread.close().onFailure(failure -> log.debug("reader of a folder not closed", failure));
  }
}
