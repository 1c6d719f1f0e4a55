package fil.heartbeat.libp2p.jvm;

import fil.heartbeat.libp2p.Libp2pException;

/** A peer is not wanted, now that it is known: the word that counts it, and what a dialer hears. */
final class RefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String reason;
  private final Libp2pException.Code code;

  RefusedException(String reason, Libp2pException.Code code, String message) {
    super(message);
    this.reason = reason;
    this.code = code;
  }

  String reason() {
    return reason;
  }

  Libp2pException.Code code() {
    return code;
  }
}
