package fil.heartbeat.libp2p;

import org.jspecify.annotations.Nullable;

/** A key file that cannot be read, written or understood. */
public final class KeyFileException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message names the file, what is wrong and the remedy
   */
  public KeyFileException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
