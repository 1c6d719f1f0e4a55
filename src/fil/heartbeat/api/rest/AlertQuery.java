package fil.heartbeat.api.rest;

import fil.heartbeat.alert.model.Alert;
import fil.heartbeat.alert.model.AlertRule;
import fil.heartbeat.alert.model.AlertStatus;
import fil.heartbeat.alert.model.Severity;
import fil.heartbeat.api.http.Parameters;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The query of {@code GET /api/v1/alerts}: filter and page. */
public record AlertQuery(
    Set<AlertStatus> statuses,
    @Nullable String rule,
    @Nullable String severity,
    @Nullable String peerId,
    int limit,
    AlertCursor after) {
  static final int DEFAULT_LIMIT = 100;
  static final int MAX_LIMIT = 1000;
  static final Set<String> PARAMETERS =
      Set.of("status", "rule", "severity", "peerId", "limit", "cursor", "format");

  /** Alerts that need attention first, then the most severe, then the newest. */
  public static final Comparator<Alert> ORDER =
      Comparator.comparingInt(AlertQuery::rank)
          .thenComparing(Alert::activeAt, Comparator.reverseOrder())
          .thenComparing(Alert::id);

  private static final List<AlertStatus> STATUS_ORDER =
      List.of(
          AlertStatus.FIRING, AlertStatus.ACKNOWLEDGED, AlertStatus.PENDING, AlertStatus.RESOLVED);

  private static final List<Severity> SEVERITY_ORDER =
      List.of(Severity.CRITICAL, Severity.WARNING, Severity.INFO);

  static AlertQuery parse(Parameters query) {
    return new AlertQuery(
        statuses(query),
        query
            .text("rule")
            .map(
                word ->
                    AlertRule.configurable().stream()
                        .map(AlertRule::label)
                        .filter(word::equals)
                        .findFirst()
                        .orElseThrow(() -> query.bad("rule", "one of " + rules())))
            .orElse(null),
        query
            .text("severity")
            .map(
                word ->
                    Severity.named(word)
                        .map(Severity::label)
                        .orElseThrow(
                            () ->
                                query.bad(
                                    "severity", "one of " + String.join(", ", Severity.labels()))))
            .orElse(null),
        query.text("peerId").orElse(null),
        query.whole("limit", 1, MAX_LIMIT, DEFAULT_LIMIT),
        query
            .text("cursor")
            .filter(text -> !text.isEmpty())
            .map(
                text ->
                    AlertCursor.parse(text)
                        .orElseThrow(
                            () -> query.bad("cursor", "the value of next of an earlier answer")))
            .orElse(AlertCursor.START));
  }

  private static String rules() {
    return String.join(", ", AlertRule.configurable().stream().map(AlertRule::label).toList());
  }

  private static Set<AlertStatus> statuses(Parameters query) {
    Optional<String> text = query.text("status");
    if (text.isEmpty()) {
      return EnumSet.complementOf(EnumSet.of(AlertStatus.RESOLVED));
    }
    EnumSet<AlertStatus> statuses = EnumSet.noneOf(AlertStatus.class);
    for (String word : text.get().split(",", -1)) {
      statuses.add(
          AlertStatus.named(word)
              .orElseThrow(
                  () ->
                      query.bad(
                          "status",
                          "comma-separated words of "
                              + String.join(
                                  ", ",
                                  Arrays.stream(AlertStatus.values())
                                      .map(AlertStatus::label)
                                      .toList()))));
    }
    return statuses;
  }

  /** Whether resolved alerts are wanted, which history stores. */
  boolean wantsEnded() {
    return statuses.contains(AlertStatus.RESOLVED);
  }

  /** Returns the unresolved alerts that match, in order, after the cursor. */
  List<Alert> active(List<Alert> alerts) {
    return alerts.stream()
        .filter(alert -> alert.status() != AlertStatus.RESOLVED)
        .filter(alert -> statuses.contains(alert.status()))
        .filter(alert -> matches(alert.rule().label(), alert.severity().label(), alert.peerId()))
        .filter(alert -> after.isBefore(rank(alert), alert))
        .sorted(ORDER)
        .toList();
  }

  /**
   * Whether an alert matches, its status aside. The watchdog, which always fires, is no trouble: it
   * matches only when the query names its rule.
   */
  boolean matches(String itsRule, String itsSeverity, @Nullable String itsPeerId) {
    return itsRule.equals(rule == null ? itsRule : rule)
        && (rule != null || isListed(itsRule))
        && (severity == null || severity.equals(itsSeverity))
        && (peerId == null || peerId.equals(itsPeerId));
  }

  /** Whether a rule is listed without being named; a rule of another version is. */
  private static boolean isListed(String itsRule) {
    return AlertRule.named(itsRule)
        .map(known -> known.listed() == AlertRule.Listed.TO_ALL)
        .orElse(true);
  }

  /** Whether the alerts that {@code AlertView.resolved} returns still need filtering. */
  boolean sifts() {
    return rule != null || severity != null;
  }

  /** Ascending: the alert that needs attention most has the lowest rank. */
  static int rank(Alert alert) {
    return STATUS_ORDER.indexOf(alert.status()) * SEVERITY_ORDER.size()
        + SEVERITY_ORDER.indexOf(alert.severity());
  }
}
