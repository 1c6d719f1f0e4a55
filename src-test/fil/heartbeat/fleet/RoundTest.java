package fil.heartbeat.fleet;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.chain.Cid;
import fil.heartbeat.chain.TipsetKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Votes on tipsets. A head is written as its blocks: "ab" is a set of two. */
class RoundTest {
  private final Ledger ledger = new Ledger();

  private static TipsetKey key(String blocks) {
    return TipsetKey.of(
        blocks
            .chars()
            .mapToObj(block -> Cid.ofBlock(("" + (char) block).getBytes(UTF_8)))
            .toList());
  }

  /** A node that reported heads at successive heights; "-" is none. */
  private Reports node(long from, String... heads) {
    Reports reports = new Reports();
    for (int i = 0; i < heads.length; i++) {
      if (!heads[i].equals("-")) {
        assertThat(ledger.report(reports, from + i, key(heads[i]), 1000L * i)).isTrue();
      }
    }
    return reports;
  }

  private Round round(Reports... voters) {
    return new Round(ledger, Arrays.asList(voters), List.of(), -1, 2);
  }

  @Test
  void theReferenceHeightIsWhereMoreThanHalfAre() {
    Reports a = node(10, "a");
    Reports b = node(10, "a", "b");
    Reports c = node(10, "a", "b", "c");
    Reports d = node(10, "a", "b", "c", "d");
    assertThat(round(a, b, c, d).referenceHeight()).isEqualTo(11);
    assertThat(round(a, b, c).referenceHeight()).isEqualTo(11);
    assertThat(round(a, b).referenceHeight()).isEqualTo(10);
    assertThat(round().referenceHeight()).isEqualTo(-1);
  }

  @Test
  void theBestHeightNeedsTwoVoters() {
    Reports a = node(10, "a");
    Reports b = node(10, "a", "b");
    Reports liar = node(500, "z");
    assertThat(round(a, b, liar).bestHeight()).isEqualTo(11);
    assertThat(round(a).bestHeight()).isEqualTo(10);
  }

  @Test
  void headsThatShareABlockAreOneSide() {
    Reports a = node(10, "ab");
    Reports b = node(10, "bc");
    Reports c = node(10, "cd");
    Round round = round(a, b, c);
    for (Reports each : List.of(a, b, c)) {
      assertThat(round.compare(each).kind()).isEqualTo(Comparison.Kind.AGREES);
    }
  }

  @Test
  void aStrangersHeadTiesNoSidesTogether() {
    Reports a = node(10, "a", "c");
    Reports b = node(10, "a", "c");
    Reports c = node(10, "b", "d");
    Reports stranger = node(10, "ab", "cd");
    Round round = round(a, b, c);
    assertThat(round.compare(c).different()).isEqualTo(2);
    assertThat(round.compare(stranger).kind()).isEqualTo(Comparison.Kind.AGREES);
  }

  @Test
  void oneHeightOfDifferenceIsNoFork() {
    Reports a = node(10, "a", "b");
    Reports b = node(10, "a", "b");
    Reports late = node(10, "a", "x");
    Comparison comparison = round(a, b, late).compare(late);
    assertThat(comparison.different()).isEqualTo(1);
    assertThat(round(a, b, late).isFork(comparison)).isFalse();
  }

  @Test
  void twoHeightsInARowAreOneAndTheFirstIsTold() {
    Reports a = node(10, "a", "b", "c");
    Reports b = node(10, "a", "b", "c");
    Reports forked = node(10, "a", "x", "y");
    Round round = round(a, b, forked);
    Comparison comparison = round.compare(forked);
    assertThat(round.isFork(comparison)).isTrue();
    assertThat(comparison.firstDifferent()).isEqualTo(11);
    assertThat(comparison.height()).isEqualTo(12);
  }

  @Test
  void nullRoundsDoNotBreakARow() {
    Reports a = node(10, "a", "b", "-", "c");
    Reports b = node(10, "a", "b", "-", "c");
    Reports forked = node(10, "a", "x", "-", "y");
    assertThat(round(a, b, forked).compare(forked).different()).isEqualTo(2);
  }

  @Test
  void whoIsFirstAtAHeightIsNotJudgedThere() {
    Reports a = node(10, "a");
    Reports b = node(10, "a");
    Reports c = node(10, "a", "x", "y");
    assertThat(round(a, b, c).compare(c).kind()).isEqualTo(Comparison.Kind.AGREES);
  }

  @Test
  void withoutAMajorityNobodyIsRight() {
    Reports a = node(10, "a", "b");
    Reports b = node(10, "x", "y");
    Reports c = node(10, "p", "q");
    Round round = round(a, b, c);
    for (Reports each : List.of(a, b, c)) {
      assertThat(round.isFork(round.compare(each))).isTrue();
    }
    assertThat(round.majorityHead()).isNull();
  }

  @Test
  void whatAReferenceFinalizedIsProof() {
    Reports a = node(10, "a", "b");
    Reports b = node(10, "a", "b");
    Reports c = node(10, "a", "b");
    Reports reference = node(10, "x");
    Round round = new Round(ledger, List.of(a, b, c), List.of(reference), 10, 2);
    assertThat(round.compare(a).proven()).isTrue();
    assertThat(round.compare(a).firstDifferent()).isEqualTo(10);
    Round notYet = new Round(ledger, List.of(a, b, c), List.of(reference), 9, 2);
    assertThat(notYet.compare(a).proven()).isFalse();
  }

  @Test
  void aFleetThatLeavesItsReferenceForThreeHeightsIsForked() {
    Reports a = node(10, "a", "b", "c", "d");
    Reports b = node(10, "a", "b", "c", "d");
    Reports c = node(10, "a", "b", "c", "d");
    Reports reference = node(10, "a", "x", "y", "z");
    Round round = new Round(ledger, List.of(a, b, c), List.of(reference), -1, 2);
    assertThat(round.isFleetForked(3)).isTrue();
    assertThat(round.isFleetForked(4)).isFalse();
  }

  @Test
  void anotherHeadAtALowerHeightTakesBackWhatWasAbove() {
    Reports a = node(10, "a", "b", "c");
    assertThat(ledger.report(a, 11, key("x"), 0)).isTrue();
    assertThat(ledger.top(a)).isEqualTo(11);
    assertThat(ledger.at(a, 12)).isEqualTo(-1);
    assertThat(ledger.at(a, 10)).isNotEqualTo(-1);
  }

  @Test
  void heightsAndHeadsAreBounded() {
    Reports voter = node(10, "v");
    List<Reports> strangers = new ArrayList<>();
    for (int i = 0; i < Column.MAX_HEADS; i++) {
      Reports each = new Reports(Standing.STRANGER);
      assertThat(ledger.report(each, 10, TipsetKey.of(List.of(cid(i))), 0)).isTrue();
      strangers.add(each);
    }
    assertThat(ledger.report(new Reports(Standing.STRANGER), 10, key("z"), 0)).isFalse();
    assertThat(ledger.refused()).isEqualTo(1);
    ledger.forget(strangers.get(0));
    assertThat(ledger.report(new Reports(Standing.STRANGER), 10, key("z"), 0)).isTrue();
    ledger.forget(voter);
    ledger.keepFrom(11);
    assertThat(ledger.heights()).isZero();
    assertThat(ledger.report(new Reports(), 10, key("a"), 0)).isFalse();
    Reports long2 = node(11, "a");
    assertThat(ledger.report(long2, 11 + Ledger.EPOCHS, key("b"), 0)).isTrue();
    assertThat(ledger.at(long2, 11)).isEqualTo(-1);
  }

  private static Cid cid(int number) {
    return Cid.ofBlock(("block " + number).getBytes(UTF_8));
  }
}
