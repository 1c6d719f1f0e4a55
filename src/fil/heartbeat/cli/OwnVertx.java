package fil.heartbeat.cli;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The Vert.x of a process that runs only this program. */
final class OwnVertx {
  private OwnVertx() {}

  /** Creates one that writes no files: nothing is served from a cache on disk. */
  static Vertx create() {
    return Vertx.vertx(
        new VertxOptions()
            .setFileSystemOptions(
                new FileSystemOptions()
                    .setFileCachingEnabled(false)
                    .setClassPathResolvingEnabled(false)));
  }

  /** Closes it before the process ends. Blocks. */
  static void close(Vertx vertx) {
    try {
      vertx.close().toCompletionStage().toCompletableFuture().get(5, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      // The process ends now in any case.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
