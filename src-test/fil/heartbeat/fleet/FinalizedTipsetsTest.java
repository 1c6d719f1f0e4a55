package fil.heartbeat.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.chain.Cid;
import fil.heartbeat.chain.TipsetKey;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class FinalizedTipsetsTest {
  private static final long HOURS_2 = Duration.ofHours(2).toMillis();

  private final FinalizedTipsets tipsets = new FinalizedTipsets();

  private static TipsetKey key(String name) {
    return TipsetKey.of(List.of(Cid.ofBlock(name.getBytes(StandardCharsets.UTF_8))));
  }

  @Test
  void twoTipsetsAtOneHeightAreAConflict() {
    tipsets.finalized("a", 100, key("good"), 0);
    tipsets.finalized("b", 100, key("good"), 0);
    assertThat(tipsets.conflict(0)).isNull();
    tipsets.finalized("c", 100, key("bad"), 0);
    assertThat(tipsets.conflict(0))
        .isEqualTo(new Finality.Conflict(100, List.of("c"), List.of("a", "b")));
  }

  @Test
  void tipsetsAreComparedThoughNodesReportThemAtDifferentTimes() {
    tipsets.finalized("a", 100, key("good"), 0);
    tipsets.finalized("a", 101, key("next"), 30_000);
    tipsets.finalized("b", 100, key("bad"), 60_000);
    assertThat(tipsets.conflict(60_000))
        .isEqualTo(new Finality.Conflict(100, List.of("a"), List.of("b")));
  }

  @Test
  void aReferenceOutweighsNodes() {
    tipsets.finalized("a", 100, key("bad"), 0);
    tipsets.finalized("b", 100, key("bad"), 0);
    tipsets.finalized(FinalizedTipsets.reference("glif"), 100, key("good"), 0);
    assertThat(tipsets.conflict(0))
        .isEqualTo(new Finality.Conflict(100, List.of("a", "b"), List.of("reference glif")));
  }

  @Test
  void itEndsAfterTwoHoursWithoutItsReports() {
    tipsets.finalized("a", 100, key("good"), 0);
    tipsets.finalized("b", 100, key("bad"), 0);
    tipsets.finalized("b", 100, key("bad"), 1000);
    assertThat(tipsets.conflict(HOURS_2)).isNotNull();
    assertThat(tipsets.conflict(HOURS_2 + 1)).isNull();
  }

  @Test
  void itEndsWhenTheSmallerSideFinalizesWhatTheOthersDo() {
    tipsets.finalized("a", 100, key("good"), 0);
    tipsets.finalized("b", 100, key("good"), 0);
    tipsets.finalized("c", 100, key("bad"), 0);
    tipsets.finalized("a", 101, key("good 101"), 1);
    tipsets.finalized("b", 101, key("good 101"), 1);
    assertThat(tipsets.conflict(1)).isNotNull();
    tipsets.finalized("c", 101, key("good 101"), 1);
    assertThat(tipsets.conflict(1)).isNull();
  }

  @Test
  void whoIsAloneAtAHeightHasNotChangedSides() {
    tipsets.finalized("a", 100, key("good"), 0);
    tipsets.finalized("b", 100, key("good"), 0);
    tipsets.finalized("c", 100, key("bad"), 0);
    tipsets.finalized("c", 101, key("bad 101"), 1);
    assertThat(tipsets.conflict(1)).isNotNull();
  }

  @Test
  void aSmallerSideThatGoesOnTogetherHasNotChangedSides() {
    for (String name : List.of("a", "b", "c")) {
      tipsets.finalized(name, 100, key("good"), 0);
    }
    tipsets.finalized("d", 100, key("bad"), 0);
    tipsets.finalized("e", 100, key("bad"), 0);
    tipsets.finalized("d", 101, key("bad 101"), 1);
    tipsets.finalized("e", 101, key("bad 101"), 1);
    assertThat(tipsets.conflict(1))
        .isEqualTo(new Finality.Conflict(100, List.of("d", "e"), List.of("a", "b", "c")));
  }

  @Test
  void whoIsFirstOnTheRightChainIsBelievedWhenTheOthersFollow() {
    tipsets.finalized("a", 100, key("good"), 0);
    tipsets.finalized("b", 100, key("good"), 0);
    tipsets.finalized("c", 100, key("bad"), 0);
    tipsets.finalized("c", 101, key("good 101"), 1);
    assertThat(tipsets.conflict(1)).isNotNull();
    tipsets.finalized("a", 101, key("good 101"), 2);
    assertThat(tipsets.conflict(2)).isNull();
  }

  @Test
  void aNodeThatFinalizesAnotherTipsetAtTheSameHeightHasOnlyThat() {
    tipsets.finalized("a", 100, key("good"), 0);
    tipsets.finalized("b", 100, key("bad"), 0);
    tipsets.finalized("b", 100, key("good"), 1);
    assertThat(tipsets.conflict(1)).isNull();
  }

  @Test
  void aForgottenNodeIsInNoConflict() {
    tipsets.finalized("a", 100, key("good"), 0);
    tipsets.finalized("b", 100, key("bad"), 0);
    tipsets.forget("b");
    assertThat(tipsets.conflict(0)).isNull();
  }

  @Test
  void aNodeThatFinalizesAnotherTipsetEachTimeStaysWithinTheLimits() {
    tipsets.finalized("a", 7, key("good"), 0);
    for (int i = 0; i < 10_000; i++) {
      tipsets.finalized("liar " + i, 7, key("bad " + i), 0);
      tipsets.finalized("liar", 1000 + i, key("bad"), 0);
    }
    tipsets.finalized("b", 20_000, key("x"), 0);
    tipsets.finalized("c", 20_000, key("y"), 0);
    Finality.Conflict conflict = Objects.requireNonNull(tipsets.conflict(0));
    assertThat(conflict.smaller().size() + conflict.larger().size())
        .isLessThanOrEqualTo(2 * FinalizedTipsets.MAX_NAMED);
  }
}
