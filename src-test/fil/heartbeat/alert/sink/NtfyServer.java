package fil.heartbeat.alert.sink;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Refuses what an ntfy server without attachments refuses, in its words (read in its source of July
 * 2025).
 */
final class NtfyServer implements Receiver.Behaviour {
  static final String TOPIC = "/alerts-very-secret";
  static final String TOKEN = "tk_AgQdq7mVBoFD37zQVN29RhuMzvery-secret";

  private static final List<String> PRIORITIES =
      List.of("", "1", "2", "3", "4", "5", "min", "low", "default", "high", "urgent", "max");

  /** A message as a phone shows it. */
  record Shown(String title, String priority, String tags, String click, String text) {}

  final List<Shown> shown = new CopyOnWriteArrayList<>();

  /** Whether the next request is answered 429. */
  volatile boolean limited;

  /** Whether the topic needs the token. */
  volatile boolean locked;

  @Override
  public void answer(HttpServerRequest request, String body) {
    boolean writes =
        request.method().equals(HttpMethod.POST) || request.method().equals(HttpMethod.PUT);
    String token = request.getHeader("Authorization");
    if (!writes || !request.path().matches("/[-_A-Za-z0-9]{1,64}")) {
      say(request, 404, 40_401, "page not found");
    } else if (limited) {
      limited = false;
      say(request, 429, 42_901, "limit reached: too many requests");
    } else if (token != null && !token.equals("Bearer " + TOKEN)) {
      say(request, 401, 40_101, "unauthorized");
    } else if (locked && token == null) {
      say(request, 403, 40_301, "forbidden");
    } else if (!PRIORITIES.contains(header(request, "Priority"))) {
      say(request, 400, 40_007, "invalid priority parameter");
    } else if (body.getBytes(StandardCharsets.UTF_8).length > 4_096) {
      say(request, 400, 40_014, "invalid request: attachments not allowed");
    } else {
      shown.add(
          new Shown(
              header(request, "Title"),
              header(request, "Priority"),
              header(request, "Tags"),
              header(request, "Click"),
              body.strip()));
      request
          .response()
          .putHeader("Content-Type", "application/json")
          .end(new JsonObject().put("id", "hwQ2YpKdmg").put("event", "message").encode())
          .onFailure(gone -> {});
    }
  }

  private static String header(HttpServerRequest request, String name) {
    String value = request.getHeader(name);
    if (value == null) {
      return "";
    }
    return value.matches("=\\?UTF-8\\?B\\?[A-Za-z0-9+/=]*\\?=")
        ? new String(
            Base64.getDecoder().decode(value.substring(10, value.length() - 2)),
            StandardCharsets.UTF_8)
        : value;
  }

  private static void say(HttpServerRequest request, int status, int code, String error) {
    request
        .response()
        .setStatusCode(status)
        .putHeader("Content-Type", "application/json")
        .end(new JsonObject().put("code", code).put("http", status).put("error", error).encode())
        .onFailure(gone -> {});
  }
}
