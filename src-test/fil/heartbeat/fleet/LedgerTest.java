package fil.heartbeat.fleet;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.chain.Cid;
import fil.heartbeat.chain.TipsetKey;
import fil.heartbeat.testing.CanIgnoreReturnValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Places at a height: who gets them, and which heads are dropped when there are too many. */
class LedgerTest {
  private final Ledger ledger = new Ledger();

  private static TipsetKey key(String... blocks) {
    return TipsetKey.of(
        Arrays.stream(blocks).map(block -> Cid.ofBlock(block.getBytes(UTF_8))).toList());
  }

  @CanIgnoreReturnValue
  private boolean says(NodeHeads by, long height, String... blocks) {
    return ledger.report(by, height, key(blocks), 1000 * height);
  }

  @CanIgnoreReturnValue
  private NodeHeads voter(long height, String... blocks) {
    NodeHeads by = new NodeHeads();
    assertThat(says(by, height, blocks)).isTrue();
    return by;
  }

  private static NodeHeads stranger() {
    return new NodeHeads(Standing.STRANGER);
  }

  private ConsensusRound round(List<NodeHeads> voters) {
    return new ConsensusRound(ledger, voters, List.of(), -1, 2);
  }

  @Test
  void strangersOpenNoHeight() {
    assertThat(says(stranger(), 10, "a")).isFalse();
    assertThat(ledger.heights()).isZero();
    NodeHeads voter = voter(10, "a");
    assertThat(says(stranger(), 10, "a")).isTrue();
    assertThat(says(stranger(), 11, "b")).isFalse();
    assertThat(ledger.top(voter)).isEqualTo(10);
  }

  @Test
  void aHeightWithoutNodesIsDropped() {
    NodeHeads rising = voter(1, "a");
    for (int height = 2; height < 5_000; height++) {
      says(rising, height, "a" + height);
    }
    assertThat(ledger.heights()).isEqualTo(Ledger.EPOCHS);
    ledger.forget(rising);
    assertThat(ledger.heights()).isZero();
  }

  /** Without a known clock and without votes, any height is plausible. */
  @Test
  void theNumberOfHeightsIsLimited() {
    for (int i = 0; i < 8; i++) {
      NodeHeads by = new NodeHeads();
      for (int height = 1; height <= Ledger.EPOCHS; height++) {
        says(by, 10_000L * i + height, "a");
      }
    }
    assertThat(ledger.heights()).isEqualTo(Ledger.MAX_COLUMNS);
  }

  /** However many heights other nodes report, where any height is plausible. */
  @Test
  void aVoterAlwaysFindsAHeight() {
    List<NodeHeads> honest = List.of(new NodeHeads(), new NodeHeads());
    List<NodeHeads> hostile = IntStream.range(0, 8).mapToObj(i -> new NodeHeads()).toList();
    for (int height = 1; height <= 2_000; height++) {
      for (int i = 0; i < hostile.size(); i++) {
        assertThat(says(hostile.get(i), 10_000L * (i + 1) + height, "evil")).isTrue();
      }
      if (height >= 1_000) {
        for (NodeHeads each : honest) {
          assertThat(says(each, height, "a" + height)).isTrue();
        }
      }
    }
    assertThat(ledger.heights()).isLessThanOrEqualTo(Ledger.MAX_COLUMNS);
    for (NodeHeads each : honest) {
      for (int height = 2_000; height > 2_000 - 500; height--) {
        assertThat(ledger.at(each, height)).as("height " + height).isNotNegative();
      }
    }
    for (NodeHeads each : hostile) {
      assertThat(ledger.at(each, each.top())).isNotNegative();
    }
  }

  /** A head below all stored heights does not affect those above it. */
  @Test
  void aTooOldHeadErasesNothing() {
    NodeHeads voter = voter(10_000, "a");
    ledger.keepFrom(9_500);
    assertThat(says(voter, 5, "b")).isFalse();
    assertThat(ledger.at(voter, 10_000)).isNotNegative();
    assertThat(ledger.holds(voter, 5)).isFalse();
    assertThat(ledger.refused()).isEqualTo(1);
  }

  /**
   * Strangers' heads are dropped before those of voters, and rarely reported ones before others.
   */
  @Test
  void headsWithoutAVoteGoFirst() {
    List<NodeHeads> voters = IntStream.range(0, 40).mapToObj(i -> new NodeHeads()).toList();
    List<NodeHeads> shared = IntStream.range(0, 3).mapToObj(i -> stranger()).toList();
    List<NodeHeads> single = IntStream.range(0, 40).mapToObj(i -> stranger()).toList();
    for (long height = 1; height <= Ledger.EPOCHS; height++) {
      for (int i = 0; i < voters.size(); i++) {
        says(voters.get(i), height, "own" + i + "/" + height);
      }
      for (NodeHeads each : shared) {
        says(each, height, "shared" + height);
      }
      for (int i = 0; i < single.size(); i++) {
        says(single.get(i), height, "strange" + i + "/" + height);
      }
    }
    assertThat(voters).allMatch(each -> ledger.at(each, 1) >= 0);
    assertThat(single).anyMatch(each -> ledger.at(each, 1) == Ledger.NONE);
    for (long height = 1; height <= Ledger.EPOCHS; height++) {
      long at = height;
      if (single.stream().anyMatch(each -> ledger.at(each, at) >= 0)) {
        assertThat(shared).allMatch(each -> ledger.at(each, at) >= 0);
      }
    }
  }

  /** Some strangers with their own long heads at all heights that a voter reached. */
  @Test
  void strangersHaveATotalLimit() {
    NodeHeads voter = voter(1, "a");
    List<NodeHeads> strangers = IntStream.range(0, 8).mapToObj(i -> stranger()).toList();
    for (int height = 2; height <= Ledger.EPOCHS; height++) {
      says(voter, height, "a" + height);
      for (int i = 0; i < 8; i++) {
        String own = i + "/" + height + "/";
        says(
            strangers.get(i),
            height,
            IntStream.range(0, 32).mapToObj(block -> own + block).toArray(String[]::new));
      }
    }
    assertThat(ledger.load()).isBetween(Ledger.MAX_STRANGE, Ledger.MAX_STRANGE + 2_000);
    strangers.forEach(ledger::forget);
    assertThat(ledger.load()).isEqualTo(2 * Ledger.EPOCHS);
    assertThat(says(stranger(), Ledger.EPOCHS, "x")).isTrue();
  }

  @Test
  void aRefusalErasesNothing() {
    voter(10, "a");
    voter(11, "b");
    NodeHeads late = stranger();
    assertThat(says(late, 10, "a")).isTrue();
    for (int i = 0; i < HeightColumn.MAX_HEADS; i++) {
      assertThat(says(stranger(), 11, "evil" + i)).isTrue();
    }
    assertThat(says(late, 11, "own")).isFalse();
    assertThat(ledger.holds(late, 10)).isTrue();
    // On a head of other nodes it needs no place of its own.
    assertThat(says(late, 11, "b")).isTrue();
  }

  @Test
  void strangersHaveALimitOfBlocks() {
    voter(10, "a");
    String[] many = IntStream.range(0, 60).mapToObj(i -> "m" + i).toArray(String[]::new);
    int taken = 0;
    for (int i = 0; i < 20; i++) {
      many[0] = "other" + i;
      taken += says(stranger(), 10, many) ? 1 : 0;
    }
    assertThat(taken).isEqualTo(HeightColumn.MAX_BLOCKS / 60);
  }

  @Test
  void aVoterAlwaysHasAPlace() {
    List<NodeHeads> voters = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      voters.add(voter(10, "own" + i));
    }
    for (int i = 0; i < 1000; i++) {
      assertThat(ledger.holds(voters.get(i), 10)).isTrue();
    }
    assertThat(voters.stream().map(each -> ledger.at(each, 10)).distinct()).hasSize(1000);
    voters.forEach(ledger::forget);
    assertThat(ledger.load()).isZero();
  }

  @Test
  void aNodeNamedLaterCountsFromThenOn() {
    voter(10, "a");
    NodeHeads late = stranger();
    says(late, 10, "b");
    int number = ledger.at(late, 10);
    assertThat(LedgerView.isDecided(ledger, 10, number)).isFalse();
    ledger.stand(late, Standing.VOTER);
    assertThat(LedgerView.isDecided(ledger, 10, number)).isTrue();
    ledger.stand(late, Standing.STRANGER);
    assertThat(LedgerView.isDecided(ledger, 10, number)).isFalse();
    assertThat(ledger.holds(late, 10)).isTrue();
    ledger.forget(late);
    assertThat(ledger.load()).isEqualTo(2);
  }

  /** Without a known clock only the other nodes show which heights are plausible. */
  @Test
  void aJumpFromTheHighestToTheLowestHeightIsFast() {
    NodeHeads by = voter(1L << 40, "a");
    assertThat(says(by, 10, "b")).isTrue();
    assertThat(ledger.holds(by, 10)).isTrue();
    assertThat(ledger.load()).isEqualTo(2);
  }

  /** A hundred nodes are honest, eighty report their own head at each height. */
  @Test
  void droppedHeadsDecideNothing() {
    List<NodeHeads> honest = new ArrayList<>();
    List<NodeHeads> hostile = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      honest.add(new NodeHeads());
    }
    for (int i = 0; i < 80; i++) {
      hostile.add(new NodeHeads());
    }
    List<NodeHeads> all = new ArrayList<>(honest);
    all.addAll(hostile);
    for (long height = 1; height <= 800; height++) {
      for (int i = 0; i < hostile.size(); i++) {
        says(hostile.get(i), height, "evil" + i + "/" + height);
      }
      for (int i = 0; i < honest.size(); i++) {
        // One node misses a block, and one has a block that no other node has.
        String[] head =
            i == 0
                ? new String[] {"a" + height}
                : i == 1
                    ? new String[] {"a" + height, "b" + height, "c" + height}
                    : new String[] {"a" + height, "b" + height};
        says(honest.get(i), height, head);
      }
    }
    int heads = 800 * (80 + 3);
    assertThat(ledger.load()).isLessThan(2 * heads);
    assertThat(hostile)
        .allMatch(each -> ledger.at(each, 1) == Ledger.LOST || ledger.at(each, 1) >= 0);
    assertThat(hostile).anyMatch(each -> ledger.at(each, 1) == Ledger.LOST);
    assertThat(honest).allMatch(each -> ledger.at(each, 1) >= 0);
    for (long height = 1; height <= 800; height++) {
      HeightTally tally =
          requireNonNull(new ConsensusRound(ledger, all, List.of(), -1, 2).tally(height));
      assertThat(tally.isDecided()).isTrue();
      for (NodeHeads each : honest) {
        assertThat(tally.branchOf(ledger.at(each, height))).isEqualTo(tally.majority());
      }
      for (NodeHeads each : hostile) {
        assertThat(tally.branchOf(ledger.at(each, height))).isNotEqualTo(tally.majority());
      }
    }
    for (NodeHeads each : hostile) {
      assertThat(round(all).compare(each).different()).isGreaterThan(2);
      assertThat(ledger.holds(each, 800)).isTrue();
    }
    all.forEach(ledger::forget);
    assertThat(ledger.load()).isZero();
  }

  /** However many voters report the blocks in heads of single voters. */
  @Test
  void aHeadSharedByTwoIsNotDroppedForOneReportedByOne() {
    List<NodeHeads> pair = List.of(new NodeHeads(), new NodeHeads());
    List<NodeHeads> singles = IntStream.range(0, 200).mapToObj(i -> new NodeHeads()).toList();
    for (long height = 1; height <= 300; height++) {
      for (NodeHeads each : pair) {
        says(each, height, "shared" + height);
      }
      for (int i = 0; i < singles.size(); i++) {
        says(singles.get(i), height, "popular" + height, "own" + i + "/" + height);
      }
    }
    assertThat(singles).anyMatch(each -> ledger.at(each, 1) == Ledger.LOST);
    for (long height = 1; height <= 300; height++) {
      assertThat(ledger.at(pair.get(0), height))
          .isNotNegative()
          .isEqualTo(ledger.at(pair.get(1), height));
    }
  }

  @Test
  void aFinalizedHeadOfAReferenceIsNotDropped() {
    NodeHeads reference = new NodeHeads(Standing.REFERENCE);
    List<NodeHeads> voters = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      voters.add(new NodeHeads());
    }
    for (long height = 1; height <= 300; height++) {
      says(reference, height, "ref" + height);
      for (int i = 0; i < voters.size(); i++) {
        says(voters.get(i), height, i == 7 ? "ref" + height : "own" + i + "/" + height);
      }
    }
    assertThat(voters).anyMatch(each -> ledger.at(each, 1) == Ledger.LOST);
    for (long height = 1; height <= 300; height++) {
      assertThat(ledger.at(reference, height)).isEqualTo(ledger.at(voters.get(7), height));
      assertThat(ledger.at(reference, height)).isNotNegative();
    }
  }

  /**
   * A block with the same hash code as all the others: the pairs (0, 31) and (1, 0) weigh the same.
   */
  private static Cid colliding(int number) {
    byte[] digest = new byte[32];
    for (int bit = 0; bit < 16; bit++) {
      boolean one = (number >> bit & 1) == 1;
      digest[2 * bit] = (byte) (one ? 1 : 0);
      digest[2 * bit + 1] = (byte) (one ? 0 : 31);
    }
    return Cid.ofBlockDigest(digest);
  }

  /** A linear search through heads or groups would take longer than a minute. */
  @Test
  @Timeout(60)
  void fiftyThousandHeadsAtAHeightAreFoundFast() {
    assertThat(colliding(1)).isNotEqualTo(colliding(2)).hasSameHashCodeAs(colliding(2));
    List<NodeHeads> voters = new ArrayList<>();
    for (int i = 0; i < 50_000; i++) {
      voters.add(new NodeHeads());
    }
    for (long height = 1; height <= 4; height++) {
      for (int i = 0; i < voters.size(); i++) {
        // Each shares a block with another, in a different pairing at each height.
        List<Cid> head = List.of(colliding(i), colliding((i ^ (1 << height)) | 1 << 15));
        assertThat(ledger.report(voters.get(i), height, TipsetKey.of(head), i)).isTrue();
      }
    }
    ConsensusRound round = round(voters);
    Branches sides = new Branches(round, ledger);
    for (int i = 0; i < voters.size(); i++) {
      Comparison comparison = round.compare(voters.get(i));
      assertThat(comparison.kind()).isNotEqualTo(Comparison.Kind.NOTHING);
      sides.add("peer-" + i, voters.get(i), comparison, null, true);
    }
    assertThat(sides.list()).isNotEmpty();
  }

  /** Compared with a model that stores everything. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void countsAgreeWithTheReports(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<NodeHeads> all = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      all.add(new NodeHeads(i < 10 ? Standing.STRANGER : Standing.VOTER));
    }
    TipsetKey[][] said = new TipsetKey[all.size()][64];
    for (int step = 0; step < 20_000; step++) {
      int who = random.nextInt(all.size());
      NodeHeads by = all.get(who);
      int height = random.nextInt(64);
      int action = random.nextInt(50);
      if (action == 0) {
        ledger.forget(by);
        said[who] = new TipsetKey[64];
      } else if (action == 1) {
        ledger.stand(by, random.nextBoolean() ? Standing.VOTER : Standing.STRANGER);
      } else {
        TipsetKey key = key("h" + height + "/" + random.nextInt(random.nextInt(400) + 1));
        boolean taken = ledger.report(by, height, key, step);
        if (taken) {
          Arrays.fill(said[who], height, 64, null);
          said[who][height] = key;
        } else {
          assertThat(by.standing()).isEqualTo(Standing.STRANGER);
        }
      }
    }
    for (int who = 0; who < all.size(); who++) {
      for (int height = 0; height < 64; height++) {
        int number = ledger.at(all.get(who), height);
        HeightColumn column = ledger.column(height);
        if (said[who][height] == null) {
          assertThat(number).isEqualTo(Ledger.NONE);
        } else {
          assertThat(requireNonNull(column).key(number)).isEqualTo(said[who][height]);
        }
      }
    }
    all.forEach(ledger::forget);
    assertThat(ledger.load()).isZero();
  }
}
