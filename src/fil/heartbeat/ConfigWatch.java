package fil.heartbeat;

import fil.heartbeat.config.Config;
import fil.heartbeat.config.ConfigException;
import io.vertx.config.ConfigRetriever;
import io.vertx.config.ConfigRetrieverOptions;
import io.vertx.config.ConfigStoreOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Watches config.json; a file that is broken or half written keeps the old config. */
final class ConfigWatch {
  private static final Logger log = LoggerFactory.getLogger(ConfigWatch.class);
  private static final long SCAN_MILLIS = 2_000;
  private static final String CONTENT = "content";

  private final Vertx vertx;
  private final ConfigFile file;
  private final Consumer<Config> onChange;
  private @Nullable String lastFault;
  private @Nullable ConfigRetriever reader;

  ConfigWatch(Vertx vertx, ConfigFile file, Consumer<Config> onChange) {
    this.vertx = vertx;
    this.file = file;
    this.onChange = onChange;
  }

  /**
   * Done when the file was read once; changes from then on are told, and what changed before since
   * the file was loaded.
   */
  Future<?> start() {
    ConfigRetriever retriever =
        ConfigRetriever.create(
            vertx,
            new ConfigRetrieverOptions()
                .setIncludeDefaultStores(false)
                .setScanPeriod(SCAN_MILLIS)
                .addStore(
                    new ConfigStoreOptions()
                        .setType("file")
                        // As text: what is half written is for us to refuse, in words of ours.
                        .setFormat("raw")
                        .setConfig(
                            new JsonObject()
                                .put("path", file.path().toString())
                                .put("raw.key", CONTENT)
                                .put("raw.type", "string"))));
    reader = retriever;
    retriever.listen(change -> apply(content(change.getNewConfiguration())));
    return retriever
        .getConfig()
        .onSuccess(
            first -> {
              if (file.isNewsSinceLoad(content(first))) {
                apply(content(first));
              }
            })
        .onFailure(failure -> log.error("config cannot be watched cause={}", failure.getMessage()));
  }

  /** Reads it now, and applies it even when it is as it was. Any thread. */
  void now() {
    vertx.runOnContext(
        here -> {
          ConfigRetriever from = reader;
          if (from != null) {
            var ignored =
                from.getConfig()
                    .onSuccess(read -> apply(content(read)))
                    .onFailure(
                        failure -> log.error("config not read cause={}", failure.getMessage()));
          }
        });
  }

  private static String content(JsonObject read) {
    return read.getString(CONTENT, " ");
  }

  /** Takes what the file holds now; at most one line of log for one fault. */
  void apply(String content) {
    try {
      // Nothing is what a file holds while it is being written, never a config.
      Config config = file.parse(content.isEmpty() ? " " : content);
      lastFault = null;
      onChange.accept(config);
    } catch (ConfigException e) {
      String fault = String.valueOf(e.getMessage());
      if (!fault.equals(lastFault)) {
        lastFault = fault;
        log.error("config change refused, the old one stays: {}", fault.replace("\n", "; "));
      }
    }
  }
}
