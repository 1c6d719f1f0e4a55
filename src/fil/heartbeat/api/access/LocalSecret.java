package fil.heartbeat.api.access;

import fil.heartbeat.api.http.ApiException;
import fil.heartbeat.config.FileWatch;
import fil.heartbeat.context.Futures;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes {@link LocalToken} when the server starts. If that fails, as on a full disk or in a
 * read-only folder, it tries again until it succeeds; until then changes are refused and reading
 * works.
 */
final class LocalSecret {
  private static final Logger log = LoggerFactory.getLogger(LocalSecret.class);
  private static final String SECONDS =
      String.valueOf(TimeUnit.MILLISECONDS.toSeconds(FileWatch.LOOK_MILLIS));

  /** Makes the file unless it exists. Blocks. */
  @FunctionalInterface
  interface Maker {
    /** Returns whether it was made. */
    boolean make(Path file) throws IOException;
  }

  private final Vertx vertx;
  private final FileWatch.Part files;
  private final Path file;
  private final Maker maker;
  private final Consumer<TokenFile> use;
  private @Nullable String fault;

  /**
   * @param files watches the file once it exists
   * @param use takes the file once it exists
   */
  LocalSecret(Vertx vertx, FileWatch.Part files, Path file, Maker maker, Consumer<TokenFile> use) {
    this.vertx = vertx;
    this.files = files;
    this.file = file;
    this.maker = maker;
    this.use = use;
  }

  /** Completes after the first try, even if that failed: monitoring is worth more than changes. */
  Future<Void> start() {
    return attempt().onSuccess(this::goOn).mapEmpty();
  }

  /** Waits from the end of a try, so that one that hangs is not followed by others. */
  private void goOn(boolean there) {
    if (!there) {
      vertx.setTimer(
          FileWatch.LOOK_MILLIS,
          tick -> {
            Futures.logged(attempt().onSuccess(this::goOn), log, "write of the local secret");
          });
    }
  }

  /** Tries once; returns whether the secret exists now. Never fails. */
  Future<Boolean> attempt() {
    return vertx
        .executeBlocking(() -> maker.make(file), false)
        .compose(
            made -> TokenFile.open(vertx, files, file, (text, whole) -> LocalToken.parse(text)))
        .map(this::found)
        .otherwise(this::failed);
  }

  private boolean found(TokenFile opened) {
    fault = null;
    use.accept(opened);
    log.info("changes need the secret in file={} (http.auth is off)", file);
    return true;
  }

  private boolean failed(Throwable cause) {
    if (fault == null) {
      log.error(
          "changes are refused: their secret cannot be stored, retrying each {} s"
              + " file={} cause={}",
          SECONDS,
          file,
          String.valueOf(cause));
    }
    fault = String.valueOf(cause);
    return false;
  }

  /** Returns why the secret cannot exist now; empty when it exists. */
  Optional<ApiException> absence() {
    return Optional.ofNullable(fault)
        .map(
            cause ->
                new ApiException(
                    503,
                    "Service Unavailable",
                    "local.token: cannot be kept in "
                        + file
                        + ": "
                        + cause
                        + " (expected: a folder that the aggregator may write to, with room; tried"
                        + " again each "
                        + SECONDS
                        + " s)",
                    Map.of("retry-after", SECONDS)));
  }
}
