package fil.heartbeat.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The transitions between states, one rule at a time and in order. */
class JudgeTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private static final Comparison SAME =
      new Comparison(Comparison.Kind.AGREES, 100, true, 0, -1, false);
  private static final Comparison PARTIAL =
      new Comparison(Comparison.Kind.AGREES, 100, false, 0, -1, false);

  private final Judge judge = new Judge(FleetSettings.DEFAULT);

  private static Comparison differs(int heights) {
    return new Comparison(Comparison.Kind.DIFFERS, 100, false, heights, 101 - heights, false);
  }

  private static final Comparison PROVEN =
      new Comparison(Comparison.Kind.DIFFERS, 90, false, 1, 90, true);

  /** The observation of a healthy node; a test changes parts of it. */
  private static final class Seen {
    private boolean seen = true;
    private boolean overdue;
    private @Nullable Instant disconnectedSince;
    private @Nullable Instant stoppedSince;
    private boolean wrongNetwork;
    private boolean headless;
    private long ahead;
    private boolean syncing;
    private @Nullable Long lag = 0L;
    private boolean standsStill;
    private Comparison comparison = SAME;
    private boolean mayFork = true;
    private boolean below;

    private Observation at(Instant now) {
      return new Observation(
          new Observation.Beats(
              seen, overdue, disconnectedSince, stoppedSince, now.minusSeconds(3), 3000),
          new Observation.Head(
              wrongNetwork, headless, ahead, syncing, lag, standsStill, now.minusSeconds(20)),
          new Observation.Position(comparison, mayFork, below, true));
    }
  }

  @FunctionalInterface
  private interface Change {
    void to(Seen seen);
  }

  private static Arguments row(State expected, Change change) {
    return Arguments.of(expected, change);
  }

  /** Each row also fulfils the conditions of the rows below: the first that holds wins. */
  static Stream<Arguments> chain() {
    return Stream.of(
        row(State.OK, seen -> {}),
        row(State.OK, seen -> seen.lag = 1L),
        row(State.OK, seen -> seen.comparison = PARTIAL),
        row(State.OK, seen -> seen.comparison = differs(1)),
        row(State.OK, seen -> seen.comparison = Comparison.NOTHING),
        row(State.SLOW, seen -> seen.lag = 2L),
        row(State.SLOW, seen -> seen.lag = 4L),
        row(State.BEHIND, seen -> seen.lag = 5L),
        row(
            State.STALLED,
            seen -> {
              seen.lag = 5L;
              seen.standsStill = true;
            }),
        row(
            State.SYNCING,
            seen -> {
              seen.lag = 5L;
              seen.standsStill = true;
              seen.syncing = true;
            }),
        row(
            State.FORKED,
            seen -> {
              seen.syncing = true;
              seen.comparison = differs(2);
            }),
        row(State.FORKED, seen -> seen.comparison = PROVEN),
        row(
            State.OK,
            seen -> {
              seen.comparison = differs(2);
              seen.mayFork = false;
            }),
        row(
            State.AHEAD,
            seen -> {
              seen.comparison = differs(2);
              seen.ahead = 1;
            }),
        row(
            State.UNKNOWN,
            seen -> {
              seen.comparison = differs(2);
              seen.ahead = 1;
              seen.lag = null;
            }),
        row(
            State.NO_HEAD,
            seen -> {
              seen.ahead = 1;
              seen.lag = null;
              seen.headless = true;
            }),
        row(
            State.WRONG_NETWORK,
            seen -> {
              seen.headless = true;
              seen.wrongNetwork = true;
            }),
        row(
            State.SILENT,
            seen -> {
              seen.wrongNetwork = true;
              seen.overdue = true;
            }),
        row(
            State.DISCONNECTED,
            seen -> {
              seen.overdue = true;
              seen.disconnectedSince = NOW.minusSeconds(30);
            }),
        row(State.OK, seen -> seen.disconnectedSince = NOW.minusSeconds(29)),
        row(
            State.STOPPED,
            seen -> {
              seen.overdue = true;
              seen.disconnectedSince = NOW.minusSeconds(30);
              seen.stoppedSince = NOW.minusSeconds(31);
            }),
        row(
            State.MISSING,
            seen -> {
              seen.disconnectedSince = NOW.minusSeconds(60);
              seen.stoppedSince = NOW.minusSeconds(60);
              seen.seen = false;
            }));
  }

  @ParameterizedTest
  @MethodSource("chain")
  void theFirstConditionThatHoldsIsTheState(State expected, Change change) {
    Seen seen = new Seen();
    change.to(seen);
    Judgement first = Judgement.first(Liveness.BEATING, NOW.minusSeconds(60));
    // Lag counts once it has lasted.
    Judgement before =
        judge.next(first, seen.at(NOW.minusSeconds(16)), false, NOW.minusSeconds(16));
    assertThat(judge.next(before, seen.at(NOW), false, NOW).verdict().state()).isEqualTo(expected);
  }

  private static void become(State state, Seen seen) {
    switch (state) {
      case MISSING -> seen.seen = false;
      case DISCONNECTED -> seen.disconnectedSince = NOW.minusSeconds(500);
      case SILENT -> seen.overdue = true;
      case STOPPED -> seen.stoppedSince = NOW.minusSeconds(500);
      case WRONG_NETWORK -> seen.wrongNetwork = true;
      case NO_HEAD -> seen.headless = true;
      case UNKNOWN -> seen.lag = null;
      case AHEAD -> seen.ahead = 3;
      case FORKED -> seen.comparison = differs(2);
      case SYNCING -> seen.syncing = true;
      case STALLED -> seen.standsStill = true;
      case BEHIND -> seen.lag = 6L;
      case SLOW -> seen.lag = 3L;
      case OK -> seen.lag = 1L;
    }
  }

  static Stream<Arguments> transitions() {
    return Stream.of(State.values())
        .flatMap(from -> Stream.of(State.values()).map(to -> Arguments.of(from, to)));
  }

  /** All 196 pairs: the earlier state affects only the time since when the next holds. */
  @ParameterizedTest
  @MethodSource("transitions")
  void everyStateLeadsToEveryOther(State from, State to) {
    Seen was = new Seen();
    become(from, was);
    Judgement last = Judgement.first(Liveness.BEATING, NOW.minusSeconds(100));
    for (int second = -60; second < 0; second++) {
      Instant now = NOW.plusSeconds(second);
      last = judge.next(last, was.at(now), false, now);
    }
    assertThat(last.verdict().state()).isEqualTo(from);
    Seen is = new Seen();
    become(to, is);
    Judgement next = last;
    for (int second = 0; second <= 15; second++) {
      Instant now = NOW.plusSeconds(second);
      next = judge.next(next, is.at(now), false, now);
    }
    Verdict verdict = next.verdict();
    assertThat(verdict.state()).isEqualTo(to);
    if (from == to) {
      assertThat(verdict.since()).isEqualTo(last.verdict().since());
    } else {
      boolean held =
          to == State.AHEAD || to == State.BEHIND || (to == State.SLOW && from != State.BEHIND);
      assertThat(verdict.since()).isEqualTo(held ? NOW.plusSeconds(15) : NOW);
    }
    assertThat(verdict.reason() == null).isEqualTo(to == State.OK || to == State.UNKNOWN);
    assertThat(verdict.voter()).isEqualTo(to.isBeating());
  }

  /** A state that takes time to confirm is not withdrawn before it was checked again. */
  @Test
  void aNodeForkedBeforeARestartIsForkedUntilItAgrees() {
    Instant since = NOW.minusSeconds(900);
    Judgement before = Judgement.restored(State.FORKED, since, null, NOW);
    assertThat(before.verdict().state()).isEqualTo(State.UNKNOWN);
    assertThat(before.lastState()).isEqualTo(State.FORKED);
    assertThat(before.lastSince()).isEqualTo(since);
    Seen seen = new Seen();
    seen.comparison = Comparison.NOTHING;
    Judgement last = judge.next(before, seen.at(NOW), false, NOW);
    assertThat(last.verdict().state()).isEqualTo(State.UNKNOWN);
    seen.comparison = differs(1);
    for (int second = 0; second < 3; second++) {
      last = judge.next(last, seen.at(NOW), false, NOW);
      assertThat(last.verdict().state()).isEqualTo(State.FORKED);
      assertThat(last.verdict().since()).isEqualTo(since);
    }
    seen.comparison = SAME;
    last = judge.next(last, seen.at(NOW), false, NOW);
    assertThat(last.verdict().state()).isEqualTo(State.OK);
    assertThat(last.verdict().since()).isEqualTo(NOW);
    seen.comparison = differs(1);
    last = judge.next(last, seen.at(NOW), false, NOW);
    assertThat(last.verdict().state()).isEqualTo(State.OK);
  }

  /** Only the last heights are compared; the first height of a long fork is not among them. */
  @Test
  void aForkKeepsItsFirstHeightHoweverLongItIsAndOverRestarts() {
    Seen seen = new Seen();
    seen.comparison = differs(2);
    Judgement last = judge.next(Judgement.first(Liveness.BEATING, NOW), seen.at(NOW), false, NOW);
    assertThat(last.partedAt()).isEqualTo(99);
    for (int later = 1; later < 1000; later++) {
      seen.comparison =
          new Comparison(Comparison.Kind.DIFFERS, 100 + later, false, 64, 37 + later, false);
      last = judge.next(last, seen.at(NOW), false, NOW);
    }
    assertThat(last.partedAt()).isEqualTo(37 + 1);
    last = Judgement.restored(State.FORKED, NOW, last.partedAt(), NOW);
    seen.comparison = Comparison.NOTHING;
    last = judge.next(last, seen.at(NOW), false, NOW);
    assertThat(last.partedAt()).isEqualTo(38);
    seen.comparison = differs(1);
    last = judge.next(last, seen.at(NOW), false, NOW);
    assertThat(last.partedAt()).isEqualTo(38);
    assertThat(last.verdict().reason()).endsWith("from height 38");
    seen.comparison = SAME;
    last = judge.next(last, seen.at(NOW), false, NOW);
    assertThat(last.verdict().state()).isEqualTo(State.OK);
    assertThat(last.partedAt()).isNull();
  }

  @ParameterizedTest
  @EnumSource(names = {"BEHIND", "SLOW"})
  void aNodeLateBeforeARestartIsLateWhileItLags(State late) {
    Instant since = NOW.minusSeconds(900);
    Judgement last = Judgement.restored(late, since, null, NOW);
    Seen seen = new Seen();
    seen.lag = null;
    last = judge.next(last, seen.at(NOW), false, NOW);
    assertThat(last.verdict().state()).isEqualTo(State.UNKNOWN);
    seen.lag = late == State.BEHIND ? 5L : 2L;
    for (int second = 0; second < 60; second++) {
      Instant now = NOW.plusSeconds(second);
      last = judge.next(last, seen.at(now), false, now);
      assertThat(last.verdict().state()).isEqualTo(late);
      assertThat(last.verdict().since()).isEqualTo(since);
    }
    // From here on the waiting time applies again.
    assertThat(last.past()).isNull();
    seen.lag = 0L;
    last = judge.next(last, seen.at(NOW), false, NOW.plusSeconds(60));
    assertThat(last.verdict().state()).isEqualTo(State.OK);
    seen.lag = 9L;
    last = judge.next(last, seen.at(NOW), false, NOW.plusSeconds(61));
    assertThat(last.verdict().state()).isEqualTo(State.OK);
  }

  @Test
  void aNodeBehindBeforeARestartThatCaughtUpInPartIsSlowAtOnce() {
    Judgement last = Judgement.restored(State.BEHIND, NOW.minusSeconds(900), null, NOW);
    Seen seen = new Seen();
    seen.lag = 3L;
    last = judge.next(last, seen.at(NOW), false, NOW);
    assertThat(last.verdict().state()).isEqualTo(State.SLOW);
    assertThat(last.verdict().since()).isEqualTo(NOW);
  }

  static Stream<Change> undecided() {
    return Stream.of(
        seen -> seen.mayFork = false,
        seen -> seen.comparison = Comparison.NOTHING,
        seen -> {
          seen.comparison = differs(1);
          seen.mayFork = false;
        });
  }

  /** The end of a fork cannot be determined once the nodes have left that it differed from. */
  @ParameterizedTest
  @MethodSource("undecided")
  void aForkedNodeIsUnknownWhileItCannotBeCompared(Change change) {
    Seen seen = new Seen();
    seen.comparison = differs(2);
    Judgement last = judge.next(Judgement.first(Liveness.BEATING, NOW), seen.at(NOW), false, NOW);
    assertThat(last.verdict().state()).isEqualTo(State.FORKED);
    change.to(seen);
    for (int second = 1; second < 60; second++) {
      Instant now = NOW.plusSeconds(second);
      last = judge.next(last, seen.at(now), false, now);
      assertThat(last.verdict().state()).isEqualTo(State.UNKNOWN);
      assertThat(last.lastState()).isEqualTo(State.FORKED);
      assertThat(last.lastSince()).isEqualTo(NOW);
    }
    seen.mayFork = true;
    seen.comparison = differs(1);
    last = judge.next(last, seen.at(NOW), false, NOW.plusSeconds(60));
    assertThat(last.verdict().state()).isEqualTo(State.FORKED);
    assertThat(last.verdict().since()).isEqualTo(NOW);
    seen.comparison = SAME;
    last = judge.next(last, seen.at(NOW), false, NOW.plusSeconds(61));
    assertThat(last.verdict().state()).isEqualTo(State.OK);
    assertThat(last.past()).isNull();
  }

  /** States that hide a fork for a while do not end it. */
  @ParameterizedTest
  @EnumSource(
      names = {"SILENT", "DISCONNECTED", "STOPPED", "NO_HEAD", "AHEAD", "UNKNOWN", "WRONG_NETWORK"})
  void aForkOutlastsStatesThatHideIt(State hiding) {
    Seen seen = new Seen();
    seen.comparison = differs(2);
    Judgement last = judge.next(Judgement.first(Liveness.BEATING, NOW), seen.at(NOW), false, NOW);
    Seen hidden = new Seen();
    become(hiding, hidden);
    hidden.mayFork = false;
    for (int second = 1; second <= 16; second++) {
      last = judge.next(last, hidden.at(NOW), false, NOW.plusSeconds(second));
    }
    assertThat(last.verdict().state()).isEqualTo(hiding);
    Seen later = new Seen();
    later.mayFork = false;
    last = judge.next(last, later.at(NOW), false, NOW.plusSeconds(17));
    assertThat(last.verdict().state()).isEqualTo(State.UNKNOWN);
    assertThat(last.lastState()).isEqualTo(State.FORKED);
  }

  /** By a slightly slow clock, the first node of an epoch is ahead for a moment. */
  @Test
  void aNodeAheadForAMomentIsNoTrouble() {
    Seen seen = new Seen();
    seen.ahead = 1;
    Judgement last = Judgement.first(Liveness.BEATING, NOW);
    for (int second = 0; second <= 14; second++) {
      last = judge.next(last, seen.at(NOW), false, NOW.plusSeconds(second));
      assertThat(last.verdict().state()).isEqualTo(State.OK);
    }
    seen.comparison = Comparison.NOTHING;
    assertThat(judge.next(last, seen.at(NOW), false, NOW.plusSeconds(14)).verdict().state())
        .as("who never agreed with anybody")
        .isEqualTo(State.UNKNOWN);
    last = judge.next(last, seen.at(NOW), false, NOW.plusSeconds(15));
    assertThat(last.verdict().state()).isEqualTo(State.AHEAD);
    seen.ahead = 0;
    seen.comparison = SAME;
    last = judge.next(last, seen.at(NOW), false, NOW.plusSeconds(16));
    assertThat(last.verdict().state()).isEqualTo(State.OK);
  }

  @Test
  void lagMustLast() {
    Seen seen = new Seen();
    seen.lag = 7L;
    Judgement last = Judgement.first(Liveness.BEATING, NOW);
    for (int second = 0; second <= 14; second++) {
      last = judge.next(last, seen.at(NOW), false, NOW.plusSeconds(second));
      assertThat(last.verdict().state()).isEqualTo(State.OK);
    }
    last = judge.next(last, seen.at(NOW), false, NOW.plusSeconds(15));
    assertThat(last.verdict().state()).isEqualTo(State.BEHIND);
    seen.lag = 1L;
    last = judge.next(last, seen.at(NOW), false, NOW.plusSeconds(16));
    assertThat(last.verdict().state()).isEqualTo(State.OK);
    seen.lag = 7L;
    last = judge.next(last, seen.at(NOW), false, NOW.plusSeconds(17));
    assertThat(last.verdict().state()).isEqualTo(State.OK);
  }

  @Test
  void lagOfBehindThatShrinksToSlowIsSlowAtOnce() {
    Seen seen = new Seen();
    seen.lag = 7L;
    Judgement last = judge.next(Judgement.first(Liveness.BEATING, NOW), seen.at(NOW), false, NOW);
    last = judge.next(last, seen.at(NOW), false, NOW.plusSeconds(15));
    seen.lag = 3L;
    last = judge.next(last, seen.at(NOW), false, NOW.plusSeconds(16));
    assertThat(last.verdict().state()).isEqualTo(State.SLOW);
  }

  @Test
  void whileWarmingNoNodeBecomesSilentAndNoHeadIsJudged() {
    Seen seen = new Seen();
    seen.overdue = true;
    seen.comparison = differs(9);
    Judgement was = Judgement.first(Liveness.BEATING, NOW);
    assertThat(judge.next(was, seen.at(NOW), true, NOW).verdict().state()).isEqualTo(State.UNKNOWN);
    Judgement down = Judgement.first(Liveness.SILENT, NOW);
    assertThat(judge.next(down, seen.at(NOW), true, NOW).verdict().state()).isEqualTo(State.SILENT);
    seen.overdue = false;
    assertThat(judge.next(down, seen.at(NOW), true, NOW).verdict().liveness())
        .isEqualTo(Liveness.BEATING);
  }

  @Test
  void aStateKeepsItsBeginningAndItsReason() {
    Seen seen = new Seen();
    seen.overdue = true;
    Judgement first =
        judge.next(Judgement.first(Liveness.BEATING, NOW), seen.at(NOW), false, NOW.plusSeconds(9));
    assertThat(first.verdict().since()).isEqualTo(NOW.plusSeconds(9));
    assertThat(first.verdict().reason())
        .isEqualTo("last beat at 2026-01-02T03:04:02Z; they had come every 3.0 s");
    Judgement later = judge.next(first, seen.at(NOW.plusSeconds(40)), false, NOW.plusSeconds(40));
    assertThat(later.verdict().since()).isEqualTo(NOW.plusSeconds(9));
    assertThat(later.verdict().reason()).isEqualTo(first.verdict().reason());
    assertThat(later).isSameAs(first);
  }

  @Test
  void agreementIsReportedInEveryState() {
    Seen seen = new Seen();
    assertThat(agreement(seen)).isEqualTo(Agreement.SAME);
    seen.comparison = PARTIAL;
    assertThat(agreement(seen)).isEqualTo(Agreement.PARTIAL);
    seen.below = true;
    assertThat(agreement(seen)).isEqualTo(Agreement.OLDER);
    seen.comparison = differs(2);
    seen.mayFork = false;
    assertThat(agreement(seen)).isEqualTo(Agreement.FORKED);
    seen.comparison = differs(1);
    assertThat(agreement(seen)).isEqualTo(Agreement.UNKNOWN);
    seen.comparison = SAME;
    seen.headless = true;
    assertThat(agreement(seen)).isEqualTo(Agreement.UNKNOWN);
  }

  private Agreement agreement(Seen seen) {
    return judge
        .next(Judgement.first(Liveness.BEATING, NOW), seen.at(NOW), false, NOW)
        .verdict()
        .agreement();
  }

  @Test
  void moreHeightsCanBeRequired() {
    Judge patient = new Judge(FleetSettings.DEFAULT.withForkAfter(5));
    Seen seen = new Seen();
    seen.comparison = differs(4);
    Judgement first = Judgement.first(Liveness.BEATING, NOW);
    assertThat(patient.next(first, seen.at(NOW), false, NOW).verdict().state()).isEqualTo(State.OK);
    seen.comparison = differs(5);
    assertThat(patient.next(first, seen.at(NOW), false, NOW).verdict().state())
        .isEqualTo(State.FORKED);
  }
}
