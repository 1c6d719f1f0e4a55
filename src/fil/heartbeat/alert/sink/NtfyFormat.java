package fil.heartbeat.alert.sink;

import fil.heartbeat.alert.model.Notification;
import fil.heartbeat.alert.model.Severity;
import fil.heartbeat.text.Untrusted;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** A topic of an ntfy server: the alerts as plain text, and headers for all else. */
final class NtfyFormat implements Format {

  /** Bytes of all lines: of more than 4096, ntfy would make an attachment. */
  static final int MAX_LINES = 4_000;

  /** Code points of a title: a line on a phone. */
  private static final int MAX_TITLE = 120;

  private static final Pattern TOPIC = Pattern.compile(".*/[A-Za-z0-9_-]{1,64}/?");

  private final Optional<String> externalUrl;

  NtfyFormat(Optional<String> externalUrl) {
    this.externalUrl = externalUrl;
  }

  @Override
  public HttpTarget target(String url, Optional<String> secret) {
    HttpTarget target = HttpTarget.of(url, "");
    if (!TOPIC.matcher(target.uri().replaceAll("\\?.*", "")).matches()) {
      throw new IllegalArgumentException(
          "its URL names no topic (expected: https://<host>/<topic>)");
    }
    return target;
  }

  @Override
  public List<HttpMessage> messages(Notification notification, Optional<String> secret) {
    NotificationText content = NotificationText.of(notification);
    Map<String, String> headers = new TreeMap<>();
    headers.put("Title", header(Gaps.in(Untrusted.cut(content.title(), MAX_TITLE))));
    headers.put("Priority", content.gravest().map(NtfyFormat::priority).orElse("low"));
    headers.put("Tags", content.gravest().map(NtfyFormat::tag).orElse("white_check_mark"));
    content.link(externalUrl).ifPresent(url -> headers.put("Click", header(url)));
    secret.ifPresent(token -> headers.put("Authorization", "Bearer " + token));
    return List.of(
        HttpMessage.text(
            headers, new AlertLines(Gaps::in, NtfyFormat::bytes, MAX_LINES).of(content)));
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  private static String priority(Severity severity) {
    return switch (severity) {
      case CRITICAL -> "urgent";
      case WARNING -> "high";
      case INFO -> "default";
    };
  }

  /** Names of pictures before the title. */
  private static String tag(Severity severity) {
    return switch (severity) {
      case CRITICAL -> "rotating_light";
      case WARNING -> "warning";
      case INFO -> "information_source";
    };
  }

  /** As RFC 2047 says, unless it is ASCII that ntfy could not take for such a word. */
  private static String header(String text) {
    return text.matches("[ -~]*") && !text.contains("=?")
        ? text
        : "=?UTF-8?B?"
            + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8))
            + "?=";
  }

  @Override
  public Reading read(HttpResult answer) {
    JsonAnswer json = JsonAnswer.of(answer);
    if (answer.isSuccess()) {
      return json.text("id").isPresent() ? Reading.BY_STATUS : Reading.notFrom("ntfy");
    }
    Optional<String> said = json.text("error");
    if (said.isEmpty()) {
      return Reading.BY_STATUS;
    }
    String code = json.whole("code").map(number -> " (code " + number + ")").orElse("");
    Reading reading = Reading.BY_STATUS.said(said.get() + code);
    return switch (answer.status()) {
      case 401, 403 -> reading.expected("may this token or user write to the topic?");
      case 404 -> reading.expected("does the URL end in the topic?");
      case 429 -> reading.expected("fewer messages, or a user with a higher limit");
      default -> reading.expected("does the server take messages for this topic?");
    };
  }
}
