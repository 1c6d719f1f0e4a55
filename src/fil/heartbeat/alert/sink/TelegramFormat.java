package fil.heartbeat.alert.sink;

import fil.heartbeat.alert.model.DeliveryException.Kind;
import fil.heartbeat.alert.model.Notification;
import fil.heartbeat.config.SinkConfig.Chat;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Telegram's Bot API: one message to one chat, as HTML, so that only the title and the link have
 * markup. The token of the bot is part of the path.
 */
final class TelegramFormat implements Format {

  /**
   * UTF-16 units of all lines. Telegram takes 4096 after it has parsed the markup; the title takes
   * at most 600 of them.
   */
  static final int MAX_LINES = 3_000;

  private static final Pattern TOKEN = Pattern.compile("[0-9]{1,20}:[A-Za-z0-9_-]{1,100}");

  private static final String USUAL_HINT = "does the chat take messages of the bot?";

  private final Chat chat;
  private final Optional<String> externalUrl;

  TelegramFormat(Chat chat, Optional<String> externalUrl) {
    this.chat = chat;
    this.externalUrl = externalUrl;
  }

  @Override
  public HttpTarget target(String url, Optional<String> secret) {
    String token =
        secret
            .filter(text -> TOKEN.matcher(text).matches())
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "its secret is no token of a bot (expected: <digits>:<letters>, as"
                            + " BotFather shows it)"));
    return HttpTarget.of(url, "/bot" + token + "/sendMessage");
  }

  @Override
  public List<HttpMessage> messages(Notification notification, Optional<String> secret) {
    NotificationText content = NotificationText.of(notification);
    String lines = new AlertLines(Gaps::in, String::length, MAX_LINES).of(content);
    StringBuilder text = new StringBuilder();
    text.append("<b>").append(html(Gaps.in(content.title()))).append("</b>\n").append(html(lines));
    content
        .link(externalUrl)
        .ifPresent(url -> text.append("\n<a href=\"").append(html(url)).append("\">Dashboard</a>"));
    JsonObject body = new JsonObject().put("chat_id", chat.id());
    if (chat.thread() > 0) {
      body.put("message_thread_id", chat.thread());
    }
    body.put("text", text.toString())
        .put("parse_mode", "HTML")
        .put("link_preview_options", new JsonObject().put("is_disabled", true))
        .put("disable_notification", !notification.isFiring());
    return List.of(HttpMessage.of(Map.of(), body));
  }

  /** The four characters that Telegram's HTML escapes. */
  private static String html(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  @Override
  public Reading read(HttpResult answer) {
    JsonAnswer json = JsonAnswer.of(answer);
    Optional<String> said = json.text("description");
    if (answer.isSuccess()) {
      Object ok = json.value("ok").orElse("");
      return ok.equals(true)
          ? Reading.BY_STATUS
          : said.map(text -> Reading.BY_STATUS.kind(Kind.REFUSED).said(text))
              .orElse(Reading.notFrom("Telegram"));
    }
    if (said.isEmpty()) {
      return Reading.BY_STATUS;
    }
    JsonAnswer parameters = json.object("parameters");
    return Reading.BY_STATUS
        .said(said.get())
        .expected(hint(answer.status(), said.get(), parameters.whole("migrate_to_chat_id")))
        .pause(parameters.seconds("retry_after"));
  }

  private static String hint(int status, String said, Optional<Long> newId) {
    if (newId.isPresent()) {
      return "the group has another id now: set chat to \"" + newId.get() + "\"";
    }
    if (said.contains("chat not found")) {
      return "is chat right, and the bot in it? It may write to a person only who wrote to it";
    }
    if (said.contains("thread not found")) {
      return "is thread a topic of this group?";
    }
    return switch (status) {
      case 401, 404 -> "is the secret the token of the bot, as BotFather shows it?";
      case 403 -> "add the bot to the chat, or unblock it";
      case 429 -> "fewer messages; Telegram takes 20 a minute for a group, see maxPerMinute";
      default -> USUAL_HINT;
    };
  }
}
