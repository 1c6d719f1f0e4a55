package fil.heartbeat.alert.sink;

import fil.heartbeat.alert.model.Alert;
import fil.heartbeat.alert.model.AlertLabels;
import fil.heartbeat.alert.model.Notification;
import fil.heartbeat.alert.model.Severity;
import fil.heartbeat.text.Moments;
import fil.heartbeat.text.Untrusted;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A notification as text for people. Plain text without line ends; not escaped.
 *
 * @param title such as {@code [FIRING:2, RESOLVED:1] NodeSilent mainnet}
 * @param gravest severity of the firing alerts; empty when all is resolved
 * @param lines at most {@link #MAX_NAMED}, new alerts first
 * @param more number of alerts without a line
 */
record NotificationText(String title, Optional<Severity> gravest, List<Line> lines, int more) {

  /** More lines are not read. */
  static final int MAX_NAMED = 20;

  /** The longest line of an alert: two or three lines on a screen. */
  static final int MAX_LINE = 300;

  /**
   * One alert.
   *
   * @param what subject, summary and severity
   * @param when since when, and the duration when it is resolved
   * @param detail one or two sentences; empty when {@code what} is enough
   */
  record Line(Alert alert, String what, String when, Optional<String> detail) {

    static Line of(Alert alert, Notification notification) {
      boolean firing = alert.status().isFiring();
      String word = firing ? alert.severity().label() : "resolved";
      return new Line(
          alert,
          Untrusted.cut(word + ": " + Untrusted.line(alert.summary()), MAX_LINE),
          firing ? since(alert) : lasted(alert, notification),
          Optional.ofNullable(alert.detail())
              .map(text -> Untrusted.cut(Untrusted.line(text), MAX_LINE)));
    }

    private static String since(Alert alert) {
      String since = "since " + Moments.utc(alert.activeAt());
      return alert.acknowledgement() == null
          ? since
          : since
              + ", acknowledged by "
              + Untrusted.cut(Untrusted.line(alert.acknowledgement().by()), MAX_LINE);
    }

    private static String lasted(Alert alert, Notification notification) {
      Instant end = AlertFields.endsAt(alert, notification);
      return "after "
          + Moments.span(Duration.between(alert.activeAt(), end))
          + ", from "
          + Moments.utc(alert.activeAt())
          + " to "
          + Moments.utc(end);
    }
  }

  static NotificationText of(Notification notification) {
    List<Alert> alerts = AlertFields.newsFirst(notification);
    List<Line> lines =
        alerts.stream().limit(MAX_NAMED).map(alert -> Line.of(alert, notification)).toList();
    Optional<Severity> gravest =
        alerts.stream()
            .filter(alert -> alert.status().isFiring())
            .map(Alert::severity)
            .max(Comparator.naturalOrder());
    return new NotificationText(title(notification), gravest, lines, alerts.size() - lines.size());
  }

  private static String title(Notification notification) {
    long firing = notification.alerts().stream().filter(alert -> alert.status().isFiring()).count();
    long resolved = notification.alerts().size() - firing;
    String counts =
        Stream.of(count("FIRING", firing), count("RESOLVED", resolved))
            .flatMap(Optional::stream)
            .collect(Collectors.joining(", "));
    String rule = notification.groupLabels().getOrDefault(AlertLabels.ALERTNAME, "");
    String network = notification.groupLabels().getOrDefault(AlertLabels.NETWORK, "");
    return Untrusted.cut(
        Untrusted.line(("[" + counts + "] " + rule + " " + network).strip()), MAX_LINE);
  }

  private static Optional<String> count(String status, long alerts) {
    return alerts == 0 ? Optional.empty() : Optional.of(status + ":" + alerts);
  }

  /** The page of the node if there is only one alert, or the dashboard; empty without a page. */
  Optional<String> link(Optional<String> externalUrl) {
    return lines.size() == 1 ? AlertFields.link(lines.get(0).alert(), externalUrl) : externalUrl;
  }

  /** Of the severity, or green when all is resolved: {@code #} and six hex digits. */
  String color() {
    return gravest.map(NotificationText::color).orElse("#2e7d32");
  }

  private static String color(Severity severity) {
    return switch (severity) {
      case CRITICAL -> "#c62828";
      case WARNING -> "#f9a825";
      case INFO -> "#1565c0";
    };
  }

  /** The sentence about alerts without a line; empty without any. */
  Optional<String> rest() {
    return more == 0 ? Optional.empty() : Optional.of("and " + more + " more");
  }
}
