package fil.heartbeat.alert.sink;

import fil.heartbeat.alert.model.Notification;
import fil.heartbeat.alert.sink.NotificationText.Line;
import fil.heartbeat.text.Untrusted;
import java.util.Optional;

/** Formats a notification as a plain text mail. Pure. */
final class MailFormat {

  /** The longest subject; mail programs fold or cut longer ones. */
  private static final int MAX_SUBJECT = 200;

  private final Optional<String> externalUrl;

  MailFormat(Optional<String> externalUrl) {
    this.externalUrl = externalUrl;
  }

  /**
   * A mail to send.
   *
   * @param messageId with its angle brackets; a repetition has the same
   * @param subject one line
   * @param text lines that end in LF
   */
  record Letter(String messageId, String subject, String text) {}

  /**
   * Formats it.
   *
   * @param from address of the sender
   */
  Letter letter(Notification notification, String from) {
    NotificationText content = NotificationText.of(notification);
    StringBuilder text = new StringBuilder();
    for (Line line : content.lines()) {
      text.append(line.what()).append("\n  ").append(line.when()).append('\n');
      line.detail().ifPresent(detail -> text.append("  ").append(detail).append('\n'));
      AlertFields.link(line.alert(), externalUrl)
          .ifPresent(url -> text.append("  ").append(url).append('\n'));
      text.append('\n');
    }
    content.rest().ifPresent(rest -> text.append(rest).append("\n\n"));
    text.append("-- \nFilecoin Heartbeat\n");
    externalUrl.ifPresent(url -> text.append(url).append('\n'));
    return new Letter(
        messageId(notification.id(), from),
        Untrusted.cut(content.title(), MAX_SUBJECT),
        text.toString());
  }

  private static String messageId(String id, String from) {
    String domain = from.substring(from.lastIndexOf('@') + 1).replaceAll("[^A-Za-z0-9.-].*", "");
    return "<"
        + id.replaceAll("[^A-Za-z0-9.-]", "-")
        + "@"
        + (domain.isEmpty() ? "filecoin-heartbeat" : domain)
        + ">";
  }
}
