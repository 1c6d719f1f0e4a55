package fil.heartbeat.fleet;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A verdict, and what the next one needs to know.
 *
 * @param slowSince since when it has been late by the epochs of slow; null while it is not
 * @param behindSince likewise for behind
 * @param aheadSince since when it has been further than can be; null while it is not
 * @param partedAt the first height of a fork that goes on, over restarts too; null without one, and
 *     while no height is known
 * @param past what it was before a restart, or that it was forked, until it is judged again; null
 *     when there is nothing to judge anew
 */
public record Judgement(
    Verdict verdict,
    @Nullable Instant slowSince,
    @Nullable Instant behindSince,
    @Nullable Instant aheadSince,
    @Nullable Long partedAt,
    @Nullable StateBeforeRestart past) {

  /** Of a node at the moment that it becomes known. */
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
   * Of a node that was known before a restart. One that was down is down since then; of one that
   * beat nothing is known yet.
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

  /** The same with times moved, because the clock was set. */
  public Judgement moved(Duration by) {
    return new Judgement(
        verdict.moved(by),
        Moved.movedOrNull(slowSince, by),
        Moved.movedOrNull(behindSince, by),
        Moved.movedOrNull(aheadSince, by),
        partedAt,
        past == null ? null : past.moved(by));
  }

  /** The state that it was last known to be in, before a restart if it was not judged since. */
  public State lastState() {
    StateBeforeRestart before = past;
    State state = verdict.state();
    return state == State.UNKNOWN && before != null ? before.state() : state;
  }

  /** Since when it is in {@link #lastState()}. */
  public Instant lastSince() {
    StateBeforeRestart before = past;
    boolean unjudged = verdict.state() == State.UNKNOWN && before != null;
    return unjudged && before != null ? before.since() : verdict.since();
  }
}
