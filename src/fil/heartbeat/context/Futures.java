package fil.heartbeat.context;

import io.vertx.core.Future;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** Futures that nobody waits for. */
public final class Futures {
  private Futures() {}

  /**
   * Logs a failure at debug. For futures whose end is dealt with by their own callbacks, or shows
   * elsewhere, such as that of closing a connection.
   *
   * @param what what failed, such as {@code "close of a connection"}
   */
  @SuppressWarnings("FutureReturnValueIgnored")
  public static void logged(Future<?> future, Logger log, String what) {
    future.onFailure(cause -> failed(cause, log, what));
  }

  /** The same for a stage. */
  @SuppressWarnings("FutureReturnValueIgnored")
  public static void logged(CompletionStage<?> stage, Logger log, String what) {
    stage.whenComplete(
        (done, cause) -> {
          if (cause != null) {
            failed(cause, log, what);
          }
        });
  }

  /**
   * Tells how a stage ended. A failure of the stage is the callback's to deal with; what the
   * callback itself throws is logged at debug.
   *
   * @param ended hears null when it ended well
   */
  public static void onEnd(
      CompletionStage<?> stage, Consumer<@Nullable Throwable> ended, Logger log, String what) {
    logged(
        stage.handle(
            (done, cause) -> {
              ended.accept(cause);
              return true;
            }),
        log,
        what);
  }

  private static void failed(Throwable cause, Logger log, String what) {
    log.debug("failed what=\"{}\" cause={}", what, cause.toString());
  }
}
