package fil.heartbeat.alert.sink;

import fil.heartbeat.alert.model.Notification;
import fil.heartbeat.alert.model.Severity;
import fil.heartbeat.alert.sink.NotificationText.Line;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The incoming webhook of Slack and compatible receivers: a text and one attachment, which all of
 * them show. Markup is switched off where the receiver supports that, and escaped where it does
 * not.
 */
final class SlackFormat implements Format {

  /** Far below Slack's limit of an attachment; longer texts are collapsed and not read. */
  static final int MAX_TEXT = 3_000;

  /** The most alerts shown with details. */
  private static final int MAX_DETAILED = 3;

  private final Optional<String> externalUrl;

  SlackFormat(Optional<String> externalUrl) {
    this.externalUrl = externalUrl;
  }

  @Override
  public List<HttpMessage> messages(Notification notification, Optional<String> secret) {
    NotificationText content = NotificationText.of(notification);
    String title = Mrkdwn.escape(content.title());
    JsonObject attachment =
        new JsonObject()
            .put("fallback", title)
            .put("color", content.gravest().map(SlackFormat::color).orElse("#2e7d32"))
            .put("text", text(content))
            .put("mrkdwn_in", new JsonArray())
            .put("footer", "Filecoin Heartbeat");
    link(content)
        .ifPresent(url -> attachment.put("title", "Open the dashboard").put("title_link", url));
    JsonObject body =
        new JsonObject()
            .put("text", title)
            .put("mrkdwn", false)
            .put("parse", "none")
            .put("link_names", false)
            .put("unfurl_links", false)
            .put("unfurl_media", false)
            .put("attachments", new JsonArray().add(attachment));
    return List.of(HttpMessage.of(Map.of(WebhookFormat.ID, notification.id()), body));
  }

  /** The node's page if there is only one node. */
  private Optional<String> link(NotificationText content) {
    return content.lines().size() == 1
        ? AlertFields.link(content.lines().get(0).alert(), externalUrl)
        : externalUrl;
  }

  /** Whole lines up to the limit; the rest is counted. */
  private static String text(NotificationText content) {
    boolean detailed = content.lines().size() <= MAX_DETAILED;
    StringBuilder text = new StringBuilder();
    int more = content.more();
    for (Line line : content.lines()) {
      String next = Mrkdwn.escape(sentence(line, detailed));
      if (text.length() + next.length() > MAX_TEXT) {
        more++;
      } else {
        text.append("• ").append(next).append('\n');
      }
    }
    if (more > 0) {
      text.append("and ").append(more).append(" more\n");
    }
    return text.toString().stripTrailing();
  }

  private static String sentence(Line line, boolean detailed) {
    String detail = detailed ? line.detail().map(said -> ". " + said).orElse("") : "";
    return line.what() + " (" + line.when() + ")" + detail;
  }

  private static String color(Severity severity) {
    return switch (severity) {
      case CRITICAL -> "#c62828";
      case WARNING -> "#f9a825";
      case INFO -> "#1565c0";
    };
  }
}
