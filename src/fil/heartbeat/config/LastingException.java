package fil.heartbeat.config;

import java.io.IOException;

/**
 * A configured file is unusable, and a retry will not help; the message names the key, the file and
 * what is expected.
 */
public final class LastingException extends IOException {
  private static final long serialVersionUID = 1L;

  public LastingException(String message, Throwable cause) {
    super(message, cause);
  }
}
