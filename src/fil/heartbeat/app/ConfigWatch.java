package fil.heartbeat.app;

import fil.heartbeat.config.Config;
import fil.heartbeat.config.FileChanges;
import fil.heartbeat.config.FileWatch;
import fil.heartbeat.config.SmallFile;
import fil.heartbeat.context.Futures;
import io.vertx.config.ConfigRetriever;
import io.vertx.config.ConfigRetrieverOptions;
import io.vertx.config.ConfigStoreOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches config.json; while the file is invalid, half written or missing, the current config
 * stays. {@link FileWatch} decides when it is read: a retriever with its own timer logs each scan
 * that finds nothing.
 */
public final class ConfigWatch implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ConfigWatch.class);
  private static final String CONTENT = "content";

  /** Scans only on request. */
  private static final long NEVER = -1;

  private final Vertx vertx;
  private final ConfigFile file;
  private final Consumer<Config> onChange;
  private final FileWatch.Part files;
  private final ConfigRetriever retriever;
  private volatile @Nullable FileChanges changes;

  /**
   * @param watch reads the file
   */
  public ConfigWatch(Vertx vertx, FileWatch watch, ConfigFile file, Consumer<Config> onChange) {
    this.vertx = vertx;
    this.file = file;
    this.onChange = onChange;
    files = watch.part();
    retriever =
        ConfigRetriever.create(
            vertx,
            new ConfigRetrieverOptions()
                .setIncludeDefaultStores(false)
                .setScanPeriod(NEVER)
                .addStore(
                    new ConfigStoreOptions()
                        .setType("file")
                        // Unparsed: invalid or half written content is rejected by our own parser,
                        // with its messages.
                        .setFormat("raw")
                        .setConfig(
                            new JsonObject()
                                .put("path", file.path().toString())
                                .put("raw.key", CONTENT)
                                .put("raw.type", "binary"))));
  }

  /**
   * Completes after the first read; later changes are applied, and changes since the file was
   * loaded.
   */
  public Future<?> start() {
    List<byte[]> loaded = file.loaded();
    changes = files.watch(List.of(file.path()), loaded, new Changes(loaded.isEmpty()));
    return files.check();
  }

  /** Reads the file now. */
  Future<?> check() {
    return files.check();
  }

  /** Reads the file now, and applies it even if it is unchanged. Any thread. */
  public void now() {
    FileChanges started = changes;
    if (started != null) {
      started.takeAgain();
      Futures.logged(files.check(), log, "look at the config");
    }
  }

  /** Stops all changes and reports. */
  @Override
  public void close() {
    files.close();
  }

  /** Applies the content of the file. */
  private final class Changes implements FileChanges.Taker {
    /** Whether the next content is no change, since it is the first. */
    private boolean first;

    Changes(boolean first) {
      this.first = first;
    }

    @Override
    public Future<?> take(List<byte[]> contents) throws IOException {
      if (first) {
        first = false;
        return Future.succeededFuture();
      }
      return retriever
          .getConfig()
          .compose(read -> vertx.executeBlocking(() -> parsed(contents.get(0), read), false))
          .map(
              config -> {
                onChange.accept(config);
                return config;
              });
    }

    private Config parsed(byte[] looked, JsonObject read) throws IOException {
      if (!Arrays.equals(looked, read.getBinary(CONTENT))) {
        throw new IOException(file.path() + ": it changed while it was read");
      }
      String content = SmallFile.text(file.path(), looked);
      // An empty file is one that is being written, never a config.
      return file.parse(content.isEmpty() ? " " : content);
    }

    @Override
    public void fault(String cause) {
      log.error("config rejected, keeping the current one: {}", cause);
    }

    @Override
    public void asBefore() {
      log.info("config is as before file={}", file.path());
    }
  }
}
