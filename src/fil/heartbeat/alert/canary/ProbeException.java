package fil.heartbeat.alert.canary;

/** A GET that brought no answer. Its text holds no URL. */
final class ProbeException extends Exception {
  private static final long serialVersionUID = 1L;

  ProbeException(String message) {
    super(message);
  }
}
