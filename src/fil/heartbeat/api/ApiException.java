package fil.heartbeat.api;

/** A request that cannot be answered as asked; becomes a problem document (RFC 9457). */
final class ApiException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final int status;
  private final String title;

  ApiException(int status, String title, String detail) {
    super(detail);
    this.status = status;
    this.title = title;
  }

  /** A query parameter with a bad value. */
  static ApiException badParameter(String name, String value, String expected) {
    return new ApiException(
        400, "Bad parameter", name + ": " + value + " (expected: " + expected + ")");
  }

  int status() {
    return status;
  }

  String title() {
    return title;
  }
}
