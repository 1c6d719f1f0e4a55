package fil.heartbeat.config;

import java.io.IOException;

/**
 * A file that a configuration names cannot be used as it is, and will not by another try; the
 * message names the key, the file and what is expected.
 */
public final class LastingException extends IOException {
  private static final long serialVersionUID = 1L;

  public LastingException(String message, Throwable cause) {
    super(message, cause);
  }
}
