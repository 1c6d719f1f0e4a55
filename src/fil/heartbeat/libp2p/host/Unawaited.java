package fil.heartbeat.libp2p.host;

import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;

/** Futures that nobody waits for. */
public final class Unawaited {
  private Unawaited() {}

  /**
   * Logs a failure at debug. For stages whose end is dealt with by their callbacks, or shows
   * elsewhere, such as that of a write on a stream that ends with it.
   *
   * @param what what failed, such as {@code "answer to identify"}
   */
  @SuppressWarnings("FutureReturnValueIgnored")
  public static void logged(CompletionStage<?> stage, Logger log, String what) {
    stage.whenComplete(
        (done, failure) -> {
          if (failure != null) {
            log.debug("failed what=\"{}\" cause={}", what, failure.toString());
          }
        });
  }
}
