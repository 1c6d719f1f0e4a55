package fil.heartbeat;

import fil.heartbeat.config.Config;
import fil.heartbeat.config.FileWatch;
import fil.heartbeat.config.SmallFile;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Watches config.json; a file that is broken, half written or gone keeps the old config. */
final class ConfigWatch {
  private static final Logger log = LoggerFactory.getLogger(ConfigWatch.class);

  private final ConfigFile file;
  private final Consumer<Config> onChange;
  private final FileWatch files;

  ConfigWatch(Vertx vertx, ConfigFile file, Consumer<Config> onChange) {
    this.file = file;
    this.onChange = onChange;
    files = new FileWatch(vertx);
  }

  /**
   * Done when the file was read once; changes from then on are told, and what changed before since
   * the file was loaded.
   */
  Future<?> start() {
    List<byte[]> loaded = file.loaded();
    files.watch(List.of(file.path()), loaded, new Changes(loaded.isEmpty()));
    return files.look();
  }

  /** Looks now. */
  Future<?> look() {
    return files.look();
  }

  /** What is done with what the file holds. */
  private final class Changes implements FileWatch.Taker {
    /** Whether the next content is no change, since there was none before. */
    private boolean first;

    Changes(boolean first) {
      this.first = first;
    }

    @Override
    public Future<?> take(List<byte[]> contents) throws IOException {
      String content = SmallFile.text(file.path(), contents.get(0));
      if (first) {
        first = false;
        return Future.succeededFuture();
      }
      // Nothing is what a file holds while it is being written, never a config.
      Config config = file.parse(content.isEmpty() ? " " : content);
      onChange.accept(config);
      return Future.succeededFuture();
    }

    @Override
    public void fault(String cause) {
      log.error("config change refused, the old one stays: {}", cause);
    }

    @Override
    public void asBefore() {
      log.info("config is as before file={}", file.path());
    }
  }
}
