package fil.heartbeat.context;

import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/** What is behind the failures that the JDK wraps. */
public final class Causes {
  private Causes() {}

  /** The failure that a stage or a future of the JDK was failed with. */
  public static Throwable unwrapped(Throwable failure) {
    Throwable cause = failure;
    while ((cause instanceof CompletionException || cause instanceof ExecutionException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }
}
