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
class ConsensusRoundTest {
  private final Ledger ledger = new Ledger();

  private static TipsetKey key(String blocks) {
    return TipsetKey.of(
        blocks
            .chars()
            .mapToObj(block -> Cid.ofBlock(("" + (char) block).getBytes(UTF_8)))
            .toList());
  }

  /** A node that reported heads at successive heights; "-" is none. */
  private NodeHeads node(long from, String... heads) {
    NodeHeads reports = new NodeHeads();
    for (int i = 0; i < heads.length; i++) {
      if (!heads[i].equals("-")) {
        assertThat(ledger.report(reports, from + i, key(heads[i]), 1000L * i)).isTrue();
      }
    }
    return reports;
  }

  private ConsensusRound round(NodeHeads... voters) {
    return new ConsensusRound(ledger, Arrays.asList(voters), List.of(), -1, 2);
  }

  @Test
  void theReferenceHeightIsReachedByMoreThanHalf() {
    NodeHeads a = node(10, "a");
    NodeHeads b = node(10, "a", "b");
    NodeHeads c = node(10, "a", "b", "c");
    NodeHeads d = node(10, "a", "b", "c", "d");
    assertThat(round(a, b, c, d).referenceHeight()).isEqualTo(11);
    assertThat(round(a, b, c).referenceHeight()).isEqualTo(11);
    assertThat(round(a, b).referenceHeight()).isEqualTo(10);
    assertThat(round().referenceHeight()).isEqualTo(-1);
  }

  @Test
  void theBestHeightNeedsTwoVoters() {
    NodeHeads a = node(10, "a");
    NodeHeads b = node(10, "a", "b");
    NodeHeads liar = node(500, "z");
    assertThat(round(a, b, liar).bestHeight()).isEqualTo(11);
    assertThat(round(a).bestHeight()).isEqualTo(10);
  }

  @Test
  void headsThatShareABlockAreOneBranch() {
    NodeHeads a = node(10, "ab");
    NodeHeads b = node(10, "bc");
    NodeHeads c = node(10, "cd");
    ConsensusRound round = round(a, b, c);
    for (NodeHeads each : List.of(a, b, c)) {
      assertThat(round.compare(each).kind()).isEqualTo(Comparison.Kind.AGREES);
    }
  }

  @Test
  void aStrangersHeadJoinsNoBranches() {
    NodeHeads a = node(10, "a", "c");
    NodeHeads b = node(10, "a", "c");
    NodeHeads c = node(10, "b", "d");
    NodeHeads stranger = node(10, "ab", "cd");
    ConsensusRound round = round(a, b, c);
    assertThat(round.compare(c).different()).isEqualTo(2);
    assertThat(round.compare(stranger).kind()).isEqualTo(Comparison.Kind.AGREES);
  }

  @Test
  void oneHeightOfDifferenceIsNoFork() {
    NodeHeads a = node(10, "a", "b");
    NodeHeads b = node(10, "a", "b");
    NodeHeads late = node(10, "a", "x");
    Comparison comparison = round(a, b, late).compare(late);
    assertThat(comparison.different()).isEqualTo(1);
    assertThat(round(a, b, late).isFork(comparison)).isFalse();
  }

  @Test
  void twoHeightsInARowAreAForkAndTheFirstIsReported() {
    NodeHeads a = node(10, "a", "b", "c");
    NodeHeads b = node(10, "a", "b", "c");
    NodeHeads forked = node(10, "a", "x", "y");
    ConsensusRound round = round(a, b, forked);
    Comparison comparison = round.compare(forked);
    assertThat(round.isFork(comparison)).isTrue();
    assertThat(comparison.firstDifferent()).isEqualTo(11);
    assertThat(comparison.height()).isEqualTo(12);
  }

  @Test
  void nullRoundsDoNotBreakARow() {
    NodeHeads a = node(10, "a", "b", "-", "c");
    NodeHeads b = node(10, "a", "b", "-", "c");
    NodeHeads forked = node(10, "a", "x", "-", "y");
    assertThat(round(a, b, forked).compare(forked).different()).isEqualTo(2);
  }

  @Test
  void theFirstNodeAtAHeightIsNotJudgedThere() {
    NodeHeads a = node(10, "a");
    NodeHeads b = node(10, "a");
    NodeHeads c = node(10, "a", "x", "y");
    assertThat(round(a, b, c).compare(c).kind()).isEqualTo(Comparison.Kind.AGREES);
  }

  @Test
  void withoutAMajorityNoNodeIsRight() {
    NodeHeads a = node(10, "a", "b");
    NodeHeads b = node(10, "x", "y");
    NodeHeads c = node(10, "p", "q");
    ConsensusRound round = round(a, b, c);
    for (NodeHeads each : List.of(a, b, c)) {
      assertThat(round.isFork(round.compare(each))).isTrue();
    }
    assertThat(round.majorityHead()).isNull();
  }

  @Test
  void whatAReferenceFinalizedIsProof() {
    NodeHeads a = node(10, "a", "b");
    NodeHeads b = node(10, "a", "b");
    NodeHeads c = node(10, "a", "b");
    NodeHeads reference = node(10, "x");
    ConsensusRound round = new ConsensusRound(ledger, List.of(a, b, c), List.of(reference), 10, 2);
    assertThat(round.compare(a).proven()).isTrue();
    assertThat(round.compare(a).firstDifferent()).isEqualTo(10);
    ConsensusRound notYet = new ConsensusRound(ledger, List.of(a, b, c), List.of(reference), 9, 2);
    assertThat(notYet.compare(a).proven()).isFalse();
  }

  @Test
  void aFleetThatLeavesItsReferenceForThreeHeightsIsForked() {
    NodeHeads a = node(10, "a", "b", "c", "d");
    NodeHeads b = node(10, "a", "b", "c", "d");
    NodeHeads c = node(10, "a", "b", "c", "d");
    NodeHeads reference = node(10, "a", "x", "y", "z");
    ConsensusRound round = new ConsensusRound(ledger, List.of(a, b, c), List.of(reference), -1, 2);
    assertThat(round.isFleetForked(3)).isTrue();
    assertThat(round.isFleetForked(4)).isFalse();
  }

  @Test
  void aHeadAtALowerHeightWithdrawsThoseAbove() {
    NodeHeads a = node(10, "a", "b", "c");
    assertThat(ledger.report(a, 11, key("x"), 0)).isTrue();
    assertThat(ledger.top(a)).isEqualTo(11);
    assertThat(ledger.at(a, 12)).isEqualTo(-1);
    assertThat(ledger.at(a, 10)).isNotEqualTo(-1);
  }

  @Test
  void heightsAndHeadsAreBounded() {
    NodeHeads voter = node(10, "v");
    List<NodeHeads> strangers = new ArrayList<>();
    for (int i = 0; i < HeightColumn.MAX_HEADS; i++) {
      NodeHeads each = new NodeHeads(Standing.STRANGER);
      assertThat(ledger.report(each, 10, TipsetKey.of(List.of(cid(i))), 0)).isTrue();
      strangers.add(each);
    }
    assertThat(ledger.report(new NodeHeads(Standing.STRANGER), 10, key("z"), 0)).isFalse();
    assertThat(ledger.refused()).isEqualTo(1);
    ledger.forget(strangers.get(0));
    assertThat(ledger.report(new NodeHeads(Standing.STRANGER), 10, key("z"), 0)).isTrue();
    ledger.forget(voter);
    ledger.keepFrom(11);
    assertThat(ledger.heights()).isZero();
    assertThat(ledger.report(new NodeHeads(), 10, key("a"), 0)).isFalse();
    NodeHeads long2 = node(11, "a");
    assertThat(ledger.report(long2, 11 + Ledger.EPOCHS, key("b"), 0)).isTrue();
    assertThat(ledger.at(long2, 11)).isEqualTo(-1);
  }

  private static Cid cid(int number) {
    return Cid.ofBlock(("block " + number).getBytes(UTF_8));
  }
}
