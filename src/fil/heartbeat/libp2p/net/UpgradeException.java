package fil.heartbeat.libp2p.net;

import fil.heartbeat.libp2p.Libp2pException;
import org.jspecify.annotations.Nullable;

/** A failed upgrade: the label of its counter, and the failure for a caller that dialled. */
final class UpgradeException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String reason;
  private final Libp2pException.Code code;

  UpgradeException(String reason, Libp2pException.Code code, @Nullable String message) {
    super(message);
    this.reason = reason;
    this.code = code;
  }

  String reason() {
    return reason;
  }

  /** Returns what happened, for people. */
  String detail() {
    return String.valueOf(getMessage());
  }

  Libp2pException.Code code() {
    return code;
  }
}
