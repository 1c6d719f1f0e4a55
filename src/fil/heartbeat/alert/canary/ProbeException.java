package fil.heartbeat.alert.canary;

/** A GET without an answer. Its message contains no URL. */
final class ProbeException extends Exception {
  private static final long serialVersionUID = 1L;

  ProbeException(String message) {
    super(message);
  }
}
