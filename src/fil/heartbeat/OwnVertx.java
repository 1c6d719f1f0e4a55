package fil.heartbeat;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;

/** The Vert.x of a process that is ours alone. */
final class OwnVertx {
  private OwnVertx() {}

  /** One that writes no files: nothing of ours is served from a cache on disk. */
  static Vertx create() {
    return Vertx.vertx(
        new VertxOptions()
            .setFileSystemOptions(
                new FileSystemOptions()
                    .setFileCachingEnabled(false)
                    .setClassPathResolvingEnabled(false)));
  }
}
