package fil.heartbeat.history;

import org.jspecify.annotations.Nullable;

/** A store that cannot be used as it is; the message says what to do. */
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

  /** One that another try does not mend. */
  static HistoryException lasting(String message, @Nullable Throwable cause) {
    return new HistoryException(message, cause, true);
  }

  /** Whether another try does not mend it. */
  public boolean isLasting() {
    return lasting;
  }
}
