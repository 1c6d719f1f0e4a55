package fil.heartbeat.alert.sink;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * One request.
 *
 * @param headers beside the content type; may hold secrets
 * @param body JSON; may hold secrets
 * @param step what it tells of what; empty when a repetition must tell all anew
 */
record HttpMessage(Map<String, String> headers, Buffer body, Optional<Step> step) {

  /**
   * That something is said to be in a state: once the receiver took it, a repetition of the
   * notification goes on behind it.
   */
  record Step(String of, String state) {}

  static HttpMessage of(Map<String, String> headers, JsonObject body) {
    return new HttpMessage(headers, bytes(body.encode()), Optional.empty());
  }

  static HttpMessage of(Map<String, String> headers, JsonArray body) {
    return new HttpMessage(headers, bytes(body.encode()), Optional.empty());
  }

  HttpMessage step(String of, String state) {
    return new HttpMessage(headers, body, Optional.of(new Step(of, state)));
  }

  private static Buffer bytes(String json) {
    return Buffer.buffer(json.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public String toString() {
    return "HttpMessage[" + body.length() + " bytes]";
  }
}
