package fil.heartbeat.context;

import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/** The causes of exceptions that the JDK wraps. */
public final class Causes {
  private Causes() {}

  /** The exception with which a stage or a future of the JDK failed. */
  public static Throwable unwrapped(Throwable failure) {
    Throwable cause = failure;
    while ((cause instanceof CompletionException || cause instanceof ExecutionException)
        && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }
}
