package fil.heartbeat.alert.sink;

import fil.heartbeat.alert.model.Notification;
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
            .put("color", content.color())
            .put("text", new AlertLines(Mrkdwn::escape, String::length, MAX_TEXT).of(content))
            .put("mrkdwn_in", new JsonArray())
            .put("footer", "Filecoin Heartbeat");
    content
        .link(externalUrl)
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
}
