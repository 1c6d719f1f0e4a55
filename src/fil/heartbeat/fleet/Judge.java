package fil.heartbeat.fleet;

import fil.heartbeat.text.Moments;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The transitions between states: a pure function of the last judgement, the observation and the
 * time.
 */
public final class Judge {
  /** The states in which a node's chain was compared with the fleet's. */
  private static final Set<ChainState> SAYS_WHICH_CHAIN =
      EnumSet.of(
          ChainState.FORKED,
          ChainState.SYNCING,
          ChainState.STALLED,
          ChainState.BEHIND,
          ChainState.SLOW,
          ChainState.OK);

  private final FleetSettings settings;

  public Judge(FleetSettings settings) {
    this.settings = settings;
  }

  /**
   * Returns the next judgement; the same object when nothing changed.
   *
   * @param warming no node becomes silent, and heads are not judged
   */
  public Judgement next(Judgement last, Observation seen, boolean warming, Instant now) {
    Long lag = seen.head().lag();
    Instant slowSince = holds(lag, settings.slowLag(), last.slowSince(), now);
    Instant behindSince = holds(lag, settings.behindLag(), last.behindSince(), now);
    // By a slightly slow clock, the first node of an epoch is ahead for a moment.
    Instant aheadSince = holds(seen.head().ahead(), 1, last.aheadSince(), now);
    Verdict before = last.verdict();
    Liveness liveness = liveness(before.liveness(), seen, warming, now);
    StateBeforeRestart past = past(last, now);
    boolean fork =
        seen.position().mayFork()
            && (seen.position().comparison().isFork(settings.forkAfter())
                || stillDiffers(past, seen));
    boolean still = seen.head().standsStill() || standsStillSince(past, seen);
    boolean behind = held(behindSince, now);
    boolean slow = held(slowSince, now);
    boolean ahead = held(aheadSince, now) || (aheadSince != null && was(past, State.AHEAD));
    boolean stillBehind = behindSince != null && was(past, State.BEHIND);
    boolean stillSlow = slowSince != null && (was(past, State.BEHIND) || was(past, State.SLOW));
    ChainState chain =
        isUndecided(past, seen)
            ? undecided(seen, warming, ahead)
            : chain(seen, warming, ahead, fork, still, behind || stillBehind, slow || stillSlow);
    Agreement agreement = agreement(seen);
    boolean same = before.liveness() == liveness && before.chain() == chain;
    State state = State.of(liveness, chain);
    Instant since =
        before.state() == state
            ? before.since()
            : (past != null && past.state() == state) ? past.since() : now;
    Long partedAt = partedAt(last.partedAt(), chain, past, seen.position().comparison());
    String reason = same ? before.reason() : reason(liveness, chain, seen, partedAt);
    boolean voter = seen.position().voter() && liveness == Liveness.BEATING;
    Verdict verdict = new Verdict(liveness, chain, agreement, lag, voter, reason, since);
    boolean proven =
        (chain != ChainState.FORKED || seen.position().comparison().isFork(settings.forkAfter()))
            && (chain != ChainState.STALLED || seen.head().standsStill())
            && (chain != ChainState.BEHIND || behind)
            && (chain != ChainState.SLOW || slow);
    boolean wasForked = past != null && past.state() == State.FORKED;
    boolean told = wasForked ? SAYS_WHICH_CHAIN.contains(chain) : state != State.UNKNOWN;
    boolean resolved = proven && told;
    Judgement next =
        new Judgement(
            verdict,
            slowSince,
            behindSince,
            aheadSince,
            resolved && chain != ChainState.FORKED ? null : partedAt,
            resolved ? null : past);
    return next.equals(last) ? last : next;
  }

  /**
   * The first height of a fork, retained while it lasts or cannot be compared. Only the last
   * heights are compared, so the visible start of a long fork moves up and must be stored.
   */
  private static @Nullable Long partedAt(
      @Nullable Long before, ChainState chain, @Nullable StateBeforeRestart past, Comparison seen) {
    boolean wasForked = past != null && past.state() == State.FORKED;
    if (chain != ChainState.FORKED) {
      return wasForked ? before : null;
    }
    if (seen.firstDifferent() < 0) {
      return before;
    }
    return before == null ? seen.firstDifferent() : Math.min(before, seen.firstDifferent());
  }

  /** The earlier state to remember: the one before a restart, or that it was forked until now. */
  private static @Nullable StateBeforeRestart past(Judgement last, Instant now) {
    Verdict before = last.verdict();
    return last.past() == null && before.chain() == ChainState.FORKED
        ? new StateBeforeRestart(
            State.FORKED, before.state() == State.FORKED ? before.since() : now, now)
        : last.past();
  }

  /** Whether it was forked and still differs: only agreement ends a fork. */
  private static boolean stillDiffers(@Nullable StateBeforeRestart past, Observation seen) {
    return past != null
        && past.state() == State.FORKED
        && seen.position().comparison().kind() == Comparison.Kind.DIFFERS;
  }

  /** Whether it was stalled before a restart and still has that head. */
  private static boolean standsStillSince(@Nullable StateBeforeRestart past, Observation seen) {
    Instant headSince = seen.head().since();
    Long lag = seen.head().lag();
    return past != null
        && past.state() == State.STALLED
        && headSince != null
        && headSince.isBefore(past.restarted())
        && lag != null
        && lag > 0;
  }

  /** Whether it had this state before a restart; such a state returns without a waiting time. */
  private static boolean was(@Nullable StateBeforeRestart past, State state) {
    return past != null && past.state() == state;
  }

  /** Whether it was forked and now has nothing or too few voters to be compared with. */
  private static boolean isUndecided(@Nullable StateBeforeRestart past, Observation seen) {
    return past != null
        && past.state() == State.FORKED
        && (!seen.position().mayFork()
            || seen.position().comparison().kind() == Comparison.Kind.NOTHING);
  }

  /** The chain state as far as it is known without a comparison. */
  private ChainState undecided(Observation seen, boolean warming, boolean ahead) {
    ChainState said = chain(seen, warming, ahead, false, false, false, false);
    return SAYS_WHICH_CHAIN.contains(said) ? ChainState.UNKNOWN : said;
  }

  private static @Nullable Instant holds(
      @Nullable Long lag, int from, @Nullable Instant since, Instant now) {
    return lag == null || lag < from ? null : since == null ? now : since;
  }

  private Liveness liveness(Liveness before, Observation seen, boolean warming, Instant now) {
    if (!seen.beats().seen()) {
      return Liveness.MISSING;
    }
    if (seen.beats().stoppedSince() != null) {
      // The node announced its stop, so there is no waiting time.
      return Liveness.STOPPED;
    }
    Instant gone = seen.beats().disconnectedSince();
    boolean disconnected = gone != null && !gone.plus(settings.disconnectedAfter()).isAfter(now);
    Liveness next =
        disconnected
            ? Liveness.DISCONNECTED
            : seen.beats().overdue() ? Liveness.SILENT : Liveness.BEATING;
    if (next == Liveness.BEATING) {
      return next;
    }
    // A node that was down before the restart is still down; any other gets time to reconnect.
    return warming ? before : next;
  }

  private ChainState chain(
      Observation seen,
      boolean warming,
      boolean ahead,
      boolean fork,
      boolean still,
      boolean behind,
      boolean slow) {
    if (!seen.beats().seen()) {
      return ChainState.UNKNOWN;
    }
    if (seen.head().wrongNetwork()) {
      return ChainState.WRONG_NETWORK;
    }
    if (seen.head().headless()) {
      return ChainState.NO_HEAD;
    }
    if (warming || seen.head().lag() == null) {
      return ChainState.UNKNOWN;
    }
    if (ahead) {
      return ChainState.AHEAD;
    }
    if (seen.head().ahead() > 0 && seen.position().comparison().kind() == Comparison.Kind.NOTHING) {
      return ChainState.UNKNOWN;
    }
    if (fork) {
      return ChainState.FORKED;
    }
    if (seen.head().syncing()) {
      return ChainState.SYNCING;
    }
    if (still) {
      return ChainState.STALLED;
    }
    if (behind) {
      return ChainState.BEHIND;
    }
    return slow ? ChainState.SLOW : ChainState.OK;
  }

  private boolean held(@Nullable Instant since, Instant now) {
    return since != null && Duration.between(since, now).compareTo(settings.lagHold()) >= 0;
  }

  private Agreement agreement(Observation seen) {
    Comparison comparison = seen.position().comparison();
    if (seen.head().wrongNetwork() || seen.head().headless()) {
      return Agreement.UNKNOWN;
    }
    return switch (comparison.kind()) {
      case NOTHING -> Agreement.UNKNOWN;
      case DIFFERS ->
          comparison.isFork(settings.forkAfter()) ? Agreement.FORKED : Agreement.UNKNOWN;
      case AGREES ->
          seen.position().belowReference()
              ? Agreement.OLDER
              : comparison.sameHead() ? Agreement.SAME : Agreement.PARTIAL;
    };
  }

  /** Built when the state begins, so that the text does not change while the state lasts. */
  private @Nullable String reason(
      Liveness liveness, ChainState chain, Observation seen, @Nullable Long partedAt) {
    return switch (liveness) {
      case MISSING -> "expected, and never seen";
      case STOPPED ->
          "it stopped in good order at " + Moments.orUnknown(seen.beats().stoppedSince());
      case DISCONNECTED ->
          "no connection since " + Moments.orUnknown(seen.beats().disconnectedSince());
      case SILENT ->
          "last beat at "
              + Moments.orUnknown(seen.beats().last())
              + (seen.beats().meanMillis() == 0
                  ? ""
                  : String.format(
                      Locale.ROOT,
                      "; they had come every %.1f s",
                      seen.beats().meanMillis() / 1e3));
      case BEATING ->
          switch (chain) {
            case WRONG_NETWORK -> "its genesis is not that of the configured network";
            case NO_HEAD -> "its Filecoin node tells no head";
            case UNKNOWN, OK -> null;
            case AHEAD -> "its height is " + seen.head().ahead() + " epochs further than can be";
            case FORKED -> forkReason(seen.position().comparison(), partedAt);
            case SYNCING -> "it says that it is syncing";
            case STALLED ->
                "its head has not changed since " + Moments.orUnknown(seen.head().since());
            case BEHIND -> settings.behindLag() + " epochs late or more";
            case SLOW -> settings.slowLag() + " epochs late or more";
          };
    };
  }

  private static String forkReason(Comparison comparison, @Nullable Long partedAt) {
    return (comparison.proven()
            ? "other blocks than a reference finalized, from height "
            : "no block in common with the majority from height ")
        + (partedAt == null ? comparison.firstDifferent() : partedAt);
  }
}
