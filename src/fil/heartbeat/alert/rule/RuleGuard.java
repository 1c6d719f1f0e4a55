package fil.heartbeat.alert.rule;

import fil.heartbeat.client.FailureLog;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Keeps a part of a round that throws from ending the rest of it. Alerts of a part that failed
 * neither begin nor end in that round. Mutable.
 */
final class RuleGuard {
  private static final Logger log = LoggerFactory.getLogger(RuleGuard.class);

  /** Parts with a log of their own; all others share one. */
  static final int MAX_PARTS = 100;

  private static final Part OTHERS = new Part("any", "others");

  /**
   * What failed.
   *
   * @param rule its label, or a word for work before the rules
   * @param subject a peer id, network or miner; empty for the aggregator
   */
  private record Part(String rule, String subject) {}

  private static final class Failing {
    final FailureLog failures = new FailureLog();
    long count;
    long round;
  }

  private final Map<Part, Failing> failing = new LinkedHashMap<>();
  private final Set<String> subjects = new HashSet<>();
  private Duration stepped = Duration.ZERO;
  private long nanos;
  private long round;

  /** Begins a round. */
  void begin(Instant now) {
    round++;
    subjects.clear();
    nanos = Duration.between(Instant.EPOCH, now.minus(stepped)).toNanos();
  }

  /** The clock was set. */
  void moved(Duration by) {
    stepped = stepped.plus(by);
  }

  /** Runs one part. */
  void run(String rule, String subject, Runnable part) {
    try {
      part.run();
    } catch (RuntimeException e) {
      failed(rule, subject, e);
    }
  }

  /** Records that a part threw. */
  void failed(String rule, String subject, RuntimeException cause) {
    subjects.add(subject);
    Part wanted = new Part(rule, subject);
    Part part = failing.containsKey(wanted) || failing.size() < MAX_PARTS ? wanted : OTHERS;
    Failing its = failing.computeIfAbsent(part, ignored -> new Failing());
    its.count++;
    its.round = round;
    Level level = its.failures.failed(nanos) == Level.WARN ? Level.ERROR : Level.DEBUG;
    log.atLevel(level)
        .setCause(cause)
        .log(
            "an alert rule failed, its alerts stay as they are"
                + " rule={} subject={} failures={} seconds={}",
            rule,
            subject,
            its.count,
            its.failures.lasting(nanos).toSeconds());
  }

  /** Returns the subjects of which a part has failed in this round. */
  Set<String> subjects() {
    return Set.copyOf(subjects);
  }

  /** Ends a round: what did not fail in it works again. */
  void end() {
    failing
        .entrySet()
        .removeIf(
            each -> {
              Failing its = each.getValue();
              boolean over = its.round != round;
              if (over) {
                log.info(
                    "an alert rule works again rule={} subject={} failures={} seconds={}",
                    each.getKey().rule(),
                    each.getKey().subject(),
                    its.count,
                    its.failures.lasting(nanos).toSeconds());
              }
              return over;
            });
  }

  /** Returns why the aggregator is degraded; empty when nothing fails. */
  List<String> faults(Instant now) {
    return failing.entrySet().stream()
        .findFirst()
        .map(first -> List.of(fault(first.getKey(), first.getValue(), now)))
        .orElse(List.of());
  }

  private String fault(Part part, Failing its, Instant now) {
    Instant since = now.minus(its.failures.lasting(nanos)).truncatedTo(ChronoUnit.SECONDS);
    return "alert rules have failed since "
        + since
        + ": "
        + part.rule()
        + (part.subject().isEmpty() ? "" : " of " + part.subject())
        + others();
  }

  private String others() {
    int others = failing.size() - 1;
    return others == 0
        ? ""
        : " and " + (failing.containsKey(OTHERS) ? "more than " : "") + others + " more";
  }
}
