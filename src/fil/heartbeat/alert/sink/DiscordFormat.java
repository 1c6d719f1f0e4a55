package fil.heartbeat.alert.sink;

import fil.heartbeat.alert.model.Notification;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A webhook of a Discord channel: a title, which phones show, and an embed with the alerts. Nobody
 * is mentioned, and markup is escaped.
 */
final class DiscordFormat implements Format {

  /** Characters of all lines: Discord takes 4096 in a description, with the markup. */
  static final int MAX_LINES = 3_900;

  /** Of a message that makes no sound. */
  private static final int SUPPRESS_NOTIFICATIONS = 1 << 12;

  /** Nested faults are searched so deep. */
  private static final int MAX_DEPTH = 8;

  private final Optional<String> externalUrl;

  DiscordFormat(Optional<String> externalUrl) {
    this.externalUrl = externalUrl;
  }

  /** Only when asked to wait, Discord says that it did not take a message. */
  @Override
  public HttpTarget target(String url, Optional<String> secret) {
    return HttpTarget.of(url, "").query("wait", "true");
  }

  @Override
  public List<HttpMessage> messages(Notification notification, Optional<String> secret) {
    NotificationText content = NotificationText.of(notification);
    JsonObject embed =
        new JsonObject()
            .put(
                "description",
                new AlertLines(DiscordFormat::escape, String::length, MAX_LINES).of(content))
            .put("color", Integer.parseInt(content.color().substring(1), 16))
            .put("footer", new JsonObject().put("text", "Filecoin Heartbeat"));
    content
        .link(externalUrl)
        .ifPresent(url -> embed.put("title", "Open the dashboard").put("url", url));
    JsonObject body =
        new JsonObject()
            .put("content", escape(content.title()))
            .put("embeds", new JsonArray().add(embed))
            .put("allowed_mentions", new JsonObject().put("parse", new JsonArray()));
    if (!notification.isFiring()) {
      body.put("flags", SUPPRESS_NOTIFICATIONS);
    }
    return List.of(HttpMessage.of(Map.of(), body));
  }

  /** With a backslash before what Discord would format, and {@link Gaps}. */
  static String escape(String text) {
    String broken = Gaps.in(text);
    StringBuilder plain = new StringBuilder(broken.length() + 16);
    for (int i = 0; i < broken.length(); i++) {
      char each = broken.charAt(i);
      boolean markup =
          "\\*_~`|<>#".indexOf(each) >= 0 || (each == ']' && broken.startsWith("(", i + 1));
      plain.append(markup ? "\\" : "").append(each);
    }
    return plain.toString();
  }

  @Override
  public Reading read(HttpResult answer) {
    JsonAnswer json = JsonAnswer.of(answer);
    if (answer.isSuccess()) {
      return json.text("id").isPresent() || answer.status() == 204
          ? Reading.BY_STATUS
          : Reading.notFrom("Discord");
    }
    Optional<String> said = json.text("message");
    if (said.isEmpty()) {
      return Reading.BY_STATUS;
    }
    String code = json.whole("code").map(number -> " (code " + number + ")").orElse("");
    String fault = json.object("errors").deepText("message", MAX_DEPTH).orElse("");
    Reading reading =
        Reading.BY_STATUS
            .said(said.get() + code + (fault.isEmpty() ? "" : ": " + fault))
            .pause(json.seconds("retry_after"));
    return switch (answer.status()) {
      case 401 -> reading.expected("is the end of the URL, its token, whole?");
      case 404 -> reading.expected("make another webhook in the settings of the channel");
      case 429 -> reading.expected("fewer messages; see maxPerMinute");
      default -> reading.expected("does the channel take messages of webhooks?");
    };
  }
}
