package fil.heartbeat;

import fil.heartbeat.config.Config;
import fil.heartbeat.config.FileWatch;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says once when a key file is another than the one that this process runs with. */
final class KeyWatch {
  private static final Logger log = LoggerFactory.getLogger(KeyWatch.class);

  private KeyWatch() {}

  /**
   * Watches the keys of all roles. To be called when they are read.
   *
   * @return to be closed at the stop
   */
  static FileWatch start(Vertx vertx, Config config) {
    FileWatch files = new FileWatch(vertx);
    Stream.concat(
            config.aggregator().map(role -> role.keyFile()).stream(),
            config.nodes().stream()
                .filter(node -> !node.targets().isEmpty())
                .map(node -> node.keyFile()))
        .distinct()
        .forEach(file -> files.watch(List.of(file), List.of(), new Key(file)));
    Future<Void> ignored = files.look();
    return files;
  }

  /** One of them. */
  private static final class Key implements FileWatch.Taker {
    private final Path file;
    private byte @Nullable [] own;

    Key(Path file) {
      this.file = file;
    }

    @Override
    public Future<?> take(List<byte[]> contents) {
      byte[] now = contents.get(0);
      if (own == null) {
        own = now;
      } else if (Arrays.equals(own, now)) {
        asBefore();
      } else {
        log.warn("needs a restart: the key file is another file={}", file);
      }
      return Future.succeededFuture();
    }

    @Override
    public void fault(String cause) {
      log.warn("key file is not as it was, the next start needs it cause={}", cause);
    }

    @Override
    public void asBefore() {
      log.info("key file is as before file={}", file);
    }
  }
}
