package fil.heartbeat.history;

import org.jspecify.annotations.Nullable;

/** The store cannot be used as it is; the message says what to do. */
public final class HistoryException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean lasting;

  public HistoryException(String message) {
    super(message);
    lasting = false;
  }

  public HistoryException(String message, Throwable cause) {
    super(message, cause);
    lasting = false;
  }

  private HistoryException(String message, @Nullable Throwable cause, boolean lasting) {
    super(message, cause);
    this.lasting = lasting;
  }

  /** An exception that a retry does not solve. */
  static HistoryException lasting(String message, @Nullable Throwable cause) {
    return new HistoryException(message, cause, true);
  }

  /** Whether a retry does not solve it. */
  public boolean isLasting() {
    return lasting;
  }
}
