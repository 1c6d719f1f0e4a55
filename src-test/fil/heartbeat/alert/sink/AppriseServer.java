package fil.heartbeat.alert.sink;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Refuses what an Apprise API server refuses, in its words (read in its source of August 2026). */
final class AppriseServer implements Receiver.Behaviour {
  static final String KEY = "fleet-very-secret";
  static final String URLS = "tgram://123456789:very-secret-token/-100 discord://id/very-secret2";

  private static final List<String> TYPES = List.of("info", "success", "warning", "failure");

  /** The bodies of accepted messages. */
  final List<JsonObject> taken = new CopyOnWriteArrayList<>();

  /** What the service that fails writes into the log; null while all take it. */
  volatile @Nullable String broken;

  @Override
  public void answer(HttpServerRequest request, String body) {
    String fault = broken;
    boolean keyed = request.path().matches("/notify/[\\w_-]{1,128}/?");
    if (!keyed && !request.path().matches("/notify/?")) {
      request.response().setStatusCode(404).end("<h1>Not Found</h1>").onFailure(gone -> {});
      return;
    }
    if (!request.method().equals(HttpMethod.POST)) {
      request.response().setStatusCode(405).end().onFailure(gone -> {});
      return;
    }
    JsonObject json;
    try {
      json =
          String.valueOf(request.getHeader("Content-Type")).startsWith("application/json")
              ? new JsonObject(body)
              : new JsonObject();
    } catch (DecodeException e) {
      say(request, 400, "Invalid JSON Payload provided", new JsonArray());
      return;
    }
    if (json.isEmpty()) {
      say(request, 400, "Bad FORM Payload provided", new JsonArray());
    } else if (json.getString("body", "").isEmpty()
        || !TYPES.contains(json.getString("type", "info"))) {
      say(request, 400, "Payload lacks minimum requirements", new JsonArray());
    } else if (keyed
        ? !request.path().contains(KEY)
        : !json.getString("urls", "").contains("://")) {
      request.response().setStatusCode(204).end().onFailure(gone -> {});
    } else if (fault != null) {
      JsonArray entry = new JsonArray().add("WARNING").add("2026-11-25 14:03:20").add(fault);
      say(request, 424, "One or more notification could not be sent", new JsonArray().add(entry));
    } else {
      taken.add(json);
      say(request, 200, null, new JsonArray());
    }
  }

  private static void say(
      HttpServerRequest request, int status, @Nullable String error, JsonArray details) {
    request
        .response()
        .setStatusCode(status)
        .putHeader("Content-Type", "application/json")
        .end(new JsonObject().put("error", error).put("details", details).encode())
        .onFailure(gone -> {});
  }
}
