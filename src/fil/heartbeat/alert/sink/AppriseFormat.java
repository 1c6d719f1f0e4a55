package fil.heartbeat.alert.sink;

import fil.heartbeat.alert.model.DeliveryException.Kind;
import fil.heartbeat.alert.model.Notification;
import fil.heartbeat.alert.model.Severity;
import fil.heartbeat.text.Untrusted;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * An Apprise API server, which notifies the services behind a key, or those that the secret names.
 * Which services these are is not known here: markup of all of them is made harmless, and the text
 * is as short as the strictest of the common ones wants it.
 */
final class AppriseFormat implements Format {

  /**
   * Characters of all lines. An Apprise server takes 32 KiB, but passes on what is too long for a
   * service, which then refuses it; Pushover takes 1024.
   */
  static final int MAX_LINES = 980;

  /** Code points of a title; with gaps still within the 250 characters that services take. */
  private static final int MAX_TITLE = 120;

  private static final Pattern KEY = Pattern.compile(".*/notify/[A-Za-z0-9_-]{1,128}/?");
  private static final Pattern STATELESS = Pattern.compile(".*/notify/?");

  /** With a key in the path, the server would ignore the addresses of the secret. */
  @Override
  public HttpTarget target(String url, Optional<String> secret) {
    HttpTarget target = HttpTarget.of(url, "");
    String path = target.uri().replaceAll("\\?.*", "");
    boolean keyed = KEY.matcher(path).matches();
    if (keyed && secret.isPresent()) {
      throw new IllegalArgumentException(
          "its URL names a key, and it has a secret (expected: …/notify with the addresses in the"
              + " secret, or …/notify/<key> without)");
    }
    if (!keyed && !STATELESS.matcher(path).matches()) {
      throw new IllegalArgumentException(
          "its URL names no key (expected: http://<host>:8000/notify/<key>)");
    }
    return target;
  }

  @Override
  public List<HttpMessage> messages(Notification notification, Optional<String> secret) {
    NotificationText content = NotificationText.of(notification);
    String lines = new AlertLines(Mrkdwn::plain, String::length, MAX_LINES).of(content);
    JsonObject body =
        new JsonObject()
            .put("title", Mrkdwn.plain(Untrusted.cut(content.title(), MAX_TITLE)))
            .put("body", lines)
            .put("type", content.gravest().map(AppriseFormat::type).orElse("success"))
            .put("format", "text");
    secret.ifPresent(addresses -> body.put("urls", addresses));
    // Below warnings, the server's words contain the addresses of the services.
    return List.of(
        HttpMessage.of(
            Map.of("Accept", "application/json", "X-Apprise-Log-Level", "WARNING"), body));
  }

  private static String type(Severity severity) {
    return switch (severity) {
      case CRITICAL -> "failure";
      case WARNING -> "warning";
      case INFO -> "info";
    };
  }

  /** 204 is the answer to a key without configuration. */
  @Override
  public Reading read(HttpResult answer) {
    if (answer.status() == 204) {
      return Reading.BY_STATUS
          .kind(Kind.REFUSED)
          .said("it knows no service for this")
          .expected("a key that is configured at the server, or a secret with valid addresses");
    }
    JsonAnswer json = JsonAnswer.of(answer);
    Optional<String> error = json.text("error");
    if (answer.isSuccess() || (error.isEmpty() && answer.status() != 424)) {
      return answer.status() == 404
          ? Reading.BY_STATUS.expected("does the URL end in /notify/<key>?")
          : Reading.BY_STATUS;
    }
    Reading reading = error.map(text -> saying(text, json)).orElse(Reading.BY_STATUS);
    return answer.status() == 424
        ? reading
            .kind(Kind.FAILED)
            .expected("all services of the key take it; until then, all of them get it again")
        : reading;
  }

  /** With the warnings of the services: level, time and text of each. */
  private static Reading saying(String error, JsonAnswer json) {
    String details =
        json.value("details").map(JsonArray.class::isInstance).orElse(false)
            ? ((JsonArray) json.value("details").orElseThrow())
                .stream()
                    .filter(JsonArray.class::isInstance)
                    .map(entry -> String.valueOf(last((JsonArray) entry)))
                    .collect(Collectors.joining("; "))
            : "";
    return Reading.BY_STATUS.said(details.isEmpty() ? error : error + ": " + details);
  }

  private static Object last(JsonArray entry) {
    return entry.isEmpty() ? "" : entry.getValue(entry.size() - 1);
  }
}
