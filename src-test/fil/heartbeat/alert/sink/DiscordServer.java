package fil.heartbeat.alert.sink;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Refuses what Discord refuses of a webhook, in its words (its documentation of August 2026). */
final class DiscordServer implements Receiver.Behaviour {
  static final String ID = "1122334455667788990";
  static final String TOKEN = "q1w2e3r4t5y6u7i8o9p0-very-secret";
  static final String PATH = "/api/webhooks/" + ID + "/" + TOKEN;

  private static final Pattern WEBHOOK =
      Pattern.compile("/api(?:/v[0-9]+)?/webhooks/([0-9]+)/([^/]+)");

  /** The bodies of accepted messages. */
  final List<JsonObject> taken = new CopyOnWriteArrayList<>();

  /** Whether the next request is answered 429. */
  volatile boolean limited;

  /** Whether its 429 has the header, beside the member. */
  volatile boolean saysInHeader = true;

  @Override
  public void answer(HttpServerRequest request, String body) {
    Matcher path = WEBHOOK.matcher(request.path());
    if (!path.matches()) {
      say(request, 404, new JsonObject().put("message", "404: Not Found").put("code", 0));
    } else if (!request.method().equals(HttpMethod.POST)) {
      say(request, 405, new JsonObject().put("message", "405: Method Not Allowed").put("code", 0));
    } else if (!path.group(1).equals(ID)) {
      say(request, 404, new JsonObject().put("message", "Unknown Webhook").put("code", 10_015));
    } else if (!path.group(2).equals(TOKEN)) {
      say(
          request,
          401,
          new JsonObject().put("message", "Invalid Webhook Token").put("code", 50_027));
    } else if (limited) {
      limited = false;
      limit(request);
    } else {
      take(request, body);
    }
  }

  private void limit(HttpServerRequest request) {
    request
        .response()
        .putHeader("X-RateLimit-Limit", "5")
        .putHeader("X-RateLimit-Remaining", "0")
        .putHeader("X-RateLimit-Reset-After", "16.2")
        .putHeader("X-RateLimit-Scope", "user");
    if (saysInHeader) {
      request.response().putHeader("Retry-After", "17");
    }
    say(
        request,
        429,
        new JsonObject()
            .put("message", "You are being rate limited.")
            .put("retry_after", 16.2)
            .put("global", false));
  }

  private void take(HttpServerRequest request, String body) {
    JsonObject json;
    try {
      json = new JsonObject(body);
    } catch (DecodeException e) {
      json = null;
    }
    if (json == null
        || !String.valueOf(request.getHeader("Content-Type")).startsWith("application/json")) {
      say(
          request,
          400,
          new JsonObject()
              .put("message", "Expected \"Content-Type\" header to be one of {'application/json'}.")
              .put("code", 50_035));
      return;
    }
    JsonArray embeds = json.getJsonArray("embeds", new JsonArray());
    if (json.getString("content", "").isBlank() && embeds.isEmpty()) {
      say(
          request,
          400,
          new JsonObject().put("message", "Cannot send an empty message").put("code", 50_006));
      return;
    }
    String fault = fault(json, embeds);
    boolean waits = request.query() != null && request.query().contains("wait=true");
    if (fault != null) {
      // Without wait, nobody hears of a message that is not saved.
      if (waits) {
        say(request, 400, invalid(fault));
      } else {
        request.response().setStatusCode(204).end().onFailure(gone -> {});
      }
      return;
    }
    taken.add(json);
    if (waits) {
      say(request, 200, new JsonObject().put("id", "1300000000000000000"));
    } else {
      request.response().setStatusCode(204).end().onFailure(gone -> {});
    }
  }

  private static @Nullable String fault(JsonObject json, JsonArray embeds) {
    if (json.getString("content", "").length() > 2_000) {
      return "Must be 2000 or fewer in length.";
    }
    int all = 0;
    for (int i = 0; i < embeds.size(); i++) {
      JsonObject embed = embeds.getJsonObject(i);
      String title = embed.getString("title", "");
      String description = embed.getString("description", "");
      String footer = embed.getJsonObject("footer", new JsonObject()).getString("text", "");
      all += title.length() + description.length() + footer.length();
      if (title.length() > 256) {
        return "Must be 256 or fewer in length.";
      }
      if (description.length() > 4_096) {
        return "Must be 4096 or fewer in length.";
      }
    }
    return all > 6_000 ? "Embed size exceeds maximum size of 6000" : null;
  }

  private static JsonObject invalid(String fault) {
    JsonObject error = new JsonObject().put("code", "BASE_TYPE_MAX_LENGTH").put("message", fault);
    return new JsonObject()
        .put("message", "Invalid Form Body")
        .put("code", 50_035)
        .put(
            "errors",
            new JsonObject()
                .put("content", new JsonObject().put("_errors", new JsonArray().add(error))));
  }

  private static void say(HttpServerRequest request, int status, JsonObject answer) {
    request
        .response()
        .setStatusCode(status)
        .putHeader("Content-Type", "application/json")
        .end(answer.encode())
        .onFailure(gone -> {});
  }
}
