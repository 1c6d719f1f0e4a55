package fil.heartbeat.fleet;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A verdict, and the values that the next judgement needs.
 *
 * @param slowSince since when its lag has been at least {@code slowLag}; null while it is not
 * @param behindSince likewise for {@code behindLag}
 * @param aheadSince since when it has been implausibly far ahead; null while it is not
 * @param partedAt the first height of the present fork, also across restarts; null without one or
 *     while no height is known
 * @param past its state before a restart, or that it was forked, until it is judged again; null
 *     when there is no such state
 */
public record Judgement(
    Verdict verdict,
    @Nullable Instant slowSince,
    @Nullable Instant behindSince,
    @Nullable Instant aheadSince,
    @Nullable Long partedAt,
    @Nullable StateBeforeRestart past) {

  /** Returns the judgement of a node at the moment that it becomes known. */
  public static Judgement first(Liveness liveness, Instant now) {
    return new Judgement(
        new Verdict(liveness, ChainState.UNKNOWN, Agreement.UNKNOWN, null, false, null, now),
        null,
        null,
        null,
        null,
        null);
  }

  /**
   * Returns the judgement of a node that was known before a restart. A node that was down is still
   * down since then; a node that was beating is unknown at first.
   *
   * @param partedAt the first height of its fork; null without one
   */
  public static Judgement restored(
      State state, Instant since, @Nullable Long partedAt, Instant now) {
    Liveness liveness =
        switch (state) {
          case DISCONNECTED -> Liveness.DISCONNECTED;
          case SILENT -> Liveness.SILENT;
          case STOPPED -> Liveness.STOPPED;
          default -> Liveness.BEATING;
        };
    boolean beating = liveness == Liveness.BEATING;
    Judgement first = first(liveness, beating ? now : since);
    boolean judged = beating && state.isBeating() && state != State.UNKNOWN;
    if (!judged) {
      return first;
    }
    Long parted = state == State.FORKED ? partedAt : null;
    return new Judgement(
        first.verdict(), null, null, null, parted, new StateBeforeRestart(state, since, now));
  }

  /** Returns a copy with times moved, because the clock was set. */
  public Judgement moved(Duration by) {
    return new Judgement(
        verdict.moved(by),
        Moved.movedOrNull(slowSince, by),
        Moved.movedOrNull(behindSince, by),
        Moved.movedOrNull(aheadSince, by),
        partedAt,
        past == null ? null : past.moved(by));
  }

  /** Returns its last known state: the one before a restart if it was not judged since. */
  public State lastState() {
    StateBeforeRestart before = past;
    State state = verdict.state();
    return state == State.UNKNOWN && before != null ? before.state() : state;
  }

  /** Returns since when it is in {@link #lastState()}. */
  public Instant lastSince() {
    StateBeforeRestart before = past;
    boolean unjudged = verdict.state() == State.UNKNOWN && before != null;
    return unjudged && before != null ? before.since() : verdict.since();
  }
}
