package fil.heartbeat.libp2p.host;

import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;

/** Handles futures that no caller waits for. */
public final class Unawaited {
  private Unawaited() {}

  /**
   * Logs a failure at debug level. For stages whose failure is handled by callbacks or visible
   * elsewhere, such as a failed write that also ends its stream.
   *
   * @param what name of the operation, such as {@code "answer to identify"}
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
