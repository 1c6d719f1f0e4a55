package fil.heartbeat.chain.source;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads files of one folder on a thread that all readers of the folder share, so that a disk that
 * hangs holds none but them.
 */
final class FolderReader implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(FolderReader.class);

  private final WorkerExecutor thread;

  FolderReader(Vertx vertx, Path folder) {
    thread = vertx.createSharedWorkerExecutor("files of " + folder.toAbsolutePath(), 1);
  }

  <T> Future<T> read(Callable<T> reader) {
    return thread.executeBlocking(reader, false);
  }

  @Override
  public void close() {
    thread.close().onFailure(failure -> log.debug("reader of a folder not closed", failure));
  }
}
