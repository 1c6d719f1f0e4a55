package fil.heartbeat.chain.source;

import fil.heartbeat.chain.source.Question.Topic;
import fil.heartbeat.chain.source.RpcException.Kind;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * When to ask a node what beside its head. The first questions are asked within {@link #FIRST}, the
 * second ones at a random phase of their period, so that a fleet that starts at once does not stay
 * in step. Pure: no clock of its own.
 */
final class QuestionSchedule {

  /** Time in which each question is asked for the first time. */
  static final Duration FIRST = Duration.ofSeconds(10);

  private static final Duration RETRY = Duration.ofSeconds(60);
  private static final Duration MAX_PACE = Duration.ofHours(1);
  private static final Duration RATE_LIMITED = Duration.ofMinutes(1);
  private static final Duration MAX_RATE_LIMITED = Duration.ofMinutes(5);

  /** Failures in a row after which the pace halves. */
  private static final int PATIENCE = 3;

  private static final int MAX_DOUBLINGS = 12;

  /** The state of one question. */
  private static final class Turn {
    private long due;
    private int failures;
    private boolean asked;

    private Turn(long due) {
      this.due = due;
    }
  }

  private final DoubleSupplier random;
  private final Map<Question, Turn> turns = new HashMap<>();
  private long pausedUntil;
  private int limits;

  /**
   * @param random numbers from 0 to below 1
   * @param now the present, in nanoseconds of a monotonic clock, as everywhere here
   */
  QuestionSchedule(DoubleSupplier random, long now) {
    this.random = random;
    this.pausedUntil = now;
  }

  /** Sets the questions; those that stay keep their turn. */
  void set(Collection<Question> wanted, long now) {
    turns.keySet().retainAll(wanted);
    for (Question question : wanted) {
      turns.computeIfAbsent(question, fresh -> new Turn(now + part(FIRST)));
    }
  }

  /** Returns the question that has been due for longest; null when none is due. */
  @Nullable Question due(long now) {
    if (isPaused(now)) {
      return null;
    }
    Question first = null;
    long longest = -1;
    for (Map.Entry<Question, Turn> entry : turns.entrySet()) {
      long late = now - entry.getValue().due;
      if (late > longest) {
        longest = late;
        first = entry.getKey();
      }
    }
    return first;
  }

  /** Notes a good answer. */
  void answered(Question question, long now) {
    Turn turn = turns.get(question);
    limits = 0;
    if (turn != null) {
      Duration period = question.topic().period();
      turn.due = now + (turn.asked ? period.toNanos() : (period.toNanos() + part(period)) / 2);
      turn.asked = true;
      turn.failures = 0;
    }
  }

  /**
   * Notes a failure.
   *
   * @param retryAfter the wait that the node asks for; null for none
   */
  void failed(Question question, Kind kind, @Nullable Duration retryAfter, long now) {
    if (kind == Kind.RATE_LIMITED) {
      limits++;
      pause(
          retryAfter == null ? doubled(RATE_LIMITED, limits - 1, MAX_RATE_LIMITED) : retryAfter,
          now);
    }
    Turn turn = turns.get(question);
    if (turn == null) {
      return;
    }
    turn.failures++;
    if (kind == Kind.NO_METHOD) {
      turn.due = now + MethodMemory.AGAIN.toNanos();
    } else {
      Duration period = question.topic().period();
      Duration retry = period.compareTo(RETRY) < 0 ? period : RETRY;
      turn.due = now + doubled(retry, turn.failures - PATIENCE + 1, MAX_PACE).toNanos();
    }
  }

  /** Whether nothing may be asked, since the node limits requests. */
  boolean isPaused(long now) {
    return now - pausedUntil < 0;
  }

  /** Asks nothing for this time. */
  void pause(Duration time, long now) {
    long until = now + time.toNanos();
    pausedUntil = until - pausedUntil > 0 ? until : pausedUntil;
  }

  /** Makes the question due within {@link #FIRST}. */
  void soon(Question question, long now) {
    Turn turn = turns.get(question);
    if (turn != null) {
      long due = now + part(FIRST);
      turn.due = due - turn.due < 0 ? due : turn.due;
    }
  }

  /**
   * Makes the questions of a node that may have restarted due: its version, the upgrades that this
   * knows, and what it refused.
   */
  void restarted(long now) {
    for (Map.Entry<Question, Turn> entry : turns.entrySet()) {
      Topic topic = entry.getKey().topic();
      if (topic == Topic.VERSION || topic == Topic.UPGRADES || entry.getValue().failures > 0) {
        soon(entry.getKey(), now);
      }
    }
  }

  /** Makes all questions due as at first. */
  void again(long now) {
    turns.replaceAll((question, before) -> new Turn(now + part(FIRST)));
  }

  private long part(Duration whole) {
    return (long) (random.getAsDouble() * whole.toNanos());
  }

  private static Duration doubled(Duration first, int times, Duration most) {
    Duration wait = first.multipliedBy(1L << Math.max(0, Math.min(times, MAX_DOUBLINGS)));
    return wait.compareTo(most) > 0 ? most : wait;
  }
}
