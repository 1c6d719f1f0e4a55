package fil.heartbeat.api.http;

import java.util.Map;

/** A request that cannot be answered as asked; becomes a problem document (RFC 9457). */
public final class ApiException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final int status;
  private final String title;
  private final transient Map<String, String> headers;

  public ApiException(int status, String title, String detail) {
    this(status, title, detail, Map.of());
  }

  /**
   * @param headers of the answer, besides those of every answer
   */
  public ApiException(int status, String title, String detail, Map<String, String> headers) {
    super(detail);
    this.status = status;
    this.title = title;
    this.headers = Map.copyOf(headers);
  }

  /** Returns a fault of a query parameter with a bad value. */
  public static ApiException badParameter(String name, String value, String expected) {
    return new ApiException(
        400, "Bad parameter", name + ": " + value + " (expected: " + expected + ")");
  }

  /** Returns a fault of an unknown peer id. */
  public static ApiException noNode(String peerId) {
    return new ApiException(404, "Not found", "no node with the peer id " + peerId);
  }

  public int status() {
    return status;
  }

  String title() {
    return title;
  }

  public Map<String, String> headers() {
    return headers;
  }
}
