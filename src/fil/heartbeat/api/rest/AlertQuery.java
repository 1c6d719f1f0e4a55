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

/** What {@code GET /api/v1/alerts} was asked: filter and page. */
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

  /** Those that need someone first, then the gravest, then the newest. */
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

  /** Whether those that are over are wanted: they are in another place. */
  boolean wantsEnded() {
    return statuses.contains(AlertStatus.RESOLVED);
  }

  /** Those wanted of the ones that are not over, in order, behind the cursor. */
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
   * Whether it is asked for, its status aside. The one that always fires tells nothing to who looks
   * for trouble: it has to be asked for by name.
   */
  boolean matches(String itsRule, String itsSeverity, @Nullable String itsPeerId) {
    return itsRule.equals(rule == null ? itsRule : rule)
        && (rule != null || isListed(itsRule))
        && (severity == null || severity.equals(itsSeverity))
        && (peerId == null || peerId.equals(itsPeerId));
  }

  /** Whether it is listed without being named; one of another version is. */
  private static boolean isListed(String itsRule) {
    return AlertRule.named(itsRule)
        .map(known -> known.listed() == AlertRule.Listed.TO_ALL)
        .orElse(true);
  }

  /** Whether what {@code ended} gives has to be sifted. */
  boolean sifts() {
    return rule != null || severity != null;
  }

  /** Ascending: the one that needs someone most has the least. */
  static int rank(Alert alert) {
    return STATUS_ORDER.indexOf(alert.status()) * SEVERITY_ORDER.size()
        + SEVERITY_ORDER.indexOf(alert.severity());
  }
}
