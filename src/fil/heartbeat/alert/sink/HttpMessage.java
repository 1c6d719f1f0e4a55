package fil.heartbeat.alert.sink;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One request.
 *
 * @param headers beside the content type of JSON, or with another; may contain secrets
 * @param body may contain secrets
 * @param step the alert and its state that the request reports; empty when a retry must send all
 *     requests again
 */
record HttpMessage(Map<String, String> headers, Buffer body, Optional<Step> step) {

  /**
   * One alert in one state: once the receiver accepted it, a retry of the notification continues
   * after it.
   */
  record Step(String of, String state) {}

  static HttpMessage of(Map<String, String> headers, JsonObject body) {
    return new HttpMessage(headers, bytes(body.encode()), Optional.empty());
  }

  static HttpMessage of(Map<String, String> headers, JsonArray body) {
    return new HttpMessage(headers, bytes(body.encode()), Optional.empty());
  }

  /** A request with plain text instead of JSON. */
  static HttpMessage text(Map<String, String> headers, String body) {
    Map<String, String> all = new TreeMap<>(headers);
    all.put("Content-Type", "text/plain; charset=utf-8");
    return new HttpMessage(all, bytes(body), Optional.empty());
  }

  HttpMessage step(String of, String state) {
    return new HttpMessage(headers, body, Optional.of(new Step(of, state)));
  }

  private static Buffer bytes(String text) {
    return Buffer.buffer(text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public String toString() {
    return "HttpMessage[" + body.length() + " bytes]";
  }
}
