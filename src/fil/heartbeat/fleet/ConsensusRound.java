package fil.heartbeat.fleet;

import fil.heartbeat.chain.TipsetKey;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The vote of one network at one evaluation: which node is on which branch. Created for each
 * evaluation from the ledger and the present voters; results are computed once and cached.
 *
 * <p>How it works. A {@code HeightTally} counts the votes at one height: heads that share a block
 * are one branch, and the branch with more than half of the votes is the majority. The height is
 * decided when more than half of the voters that passed it reported a head there; else it was a
 * null round for them. Above {@link #referenceHeight()} votes decide nothing: the first voters
 * there may be the few for which it was not a null round.
 *
 * <p>{@link #compare} goes down from a node's newest head. Undecided heights are skipped. At each
 * other height the node is on the majority's branch or differs; without a majority every node
 * differs. The search ends at the first height where it is on that branch, or after 64 heights;
 * {@link #isFork} uses the number of differing heights until then, so that a difference at one
 * epoch is not a fork.
 *
 * <p>References have no vote. Their branch is the right one while fewer than {@link
 * FleetSettings#MIN_VOTERS} vote; a head that conflicts with a tipset one of them has finalized is
 * a fork at once; and {@link #isFleetForked} compares the majority with them.
 */
public final class ConsensusRound {

  /** Heights compared for one node: a present difference is at its top. */
  private static final int MAX_LOOKS = 64;

  private static final int UNDECIDED = -2;

  /** A power of two. */
  private static final int RECENT = 64;

  private final Ledger ledger;
  private final Supplier<List<NodeHeads>> all;
  private final int voters;
  private final List<NodeHeads> references;
  private final long finalized;
  private final int forkAfter;
  private final Map<Long, HeightTally> tallies = new HashMap<>();
  private final @Nullable HeightTally[] recent = new @Nullable HeightTally[RECENT];
  private final Map<Long, HeightVotes> own = new HashMap<>();
  private final Map<Long, byte[]> views = new HashMap<>();
  private final boolean counted;
  private final long referenceHeight;
  private final long best;
  private long lowest;

  /**
   * Counts the votes of all voters.
   *
   * @param voters the heads of the nodes that vote
   * @param references the heads of independent nodes, which do not vote
   * @param finalized the highest height that a reference has finalized; -1 for none
   */
  public ConsensusRound(
      Ledger ledger,
      List<NodeHeads> voters,
      List<NodeHeads> references,
      long finalized,
      int forkAfter) {
    List<NodeHeads> present = List.copyOf(voters);
    long[] tops = tops(ledger, present);
    this.ledger = ledger;
    this.all = () -> present;
    this.voters = present.size();
    this.references = List.copyOf(references);
    this.finalized = finalized;
    this.forkAfter = forkAfter;
    this.counted = false;
    this.referenceHeight = reachedBy(tops, this.voters / 2 + 1);
    this.best = Math.max(referenceTop(), reachedBy(tops, credible()));
  }

  /**
   * Takes the votes as the ledger has counted them.
   *
   * @param all returns the heads of all nodes that vote, for a height that was not counted
   */
  public ConsensusRound(
      Ledger ledger,
      Supplier<List<NodeHeads>> all,
      List<NodeHeads> references,
      long finalized,
      int forkAfter) {
    VoteCounts votes = ledger.votes();
    this.ledger = ledger;
    this.all = all;
    this.voters = votes.voters();
    this.references = List.copyOf(references);
    this.finalized = finalized;
    this.forkAfter = forkAfter;
    this.counted = true;
    this.referenceHeight = votes.reachedBy(voters / 2 + 1);
    this.best = Math.max(referenceTop(), votes.reachedBy(credible()));
  }

  private static long[] tops(Ledger ledger, List<NodeHeads> voters) {
    long[] tops = new long[voters.size()];
    int count = 0;
    for (NodeHeads voter : voters) {
      long top = ledger.top(voter);
      if (top >= 0) {
        tops[count++] = top;
      }
    }
    long[] ascending = Arrays.copyOf(tops, count);
    Arrays.sort(ascending);
    return ascending;
  }

  private static long reachedBy(long[] tops, int many) {
    return tops.length < many ? -1 : tops[tops.length - many];
  }

  private long referenceTop() {
    return references.stream().mapToLong(ledger::top).max().orElse(-1);
  }

  /** How many voters make a height credible. */
  private int credible() {
    return voters < FleetSettings.MIN_VOTERS ? 1 : 2;
  }

  /** Returns the number of votes. */
  public int voters() {
    return voters;
  }

  /**
   * Returns the highest height that more than half of the voters are at or above; -1 without
   * voters.
   */
  public long referenceHeight() {
    return referenceHeight;
  }

  /**
   * Returns the highest credible height: reported by a reference or two voters, or by one voter
   * when there are fewer than three. -1 for none.
   */
  public long bestHeight() {
    return best;
  }

  /** Compares a node with the fleet. */
  public Comparison compare(NodeHeads node) {
    lowest = Long.MAX_VALUE;
    long proof = provenDifferent(node);
    int different = 0;
    long highest = -1;
    long first = -1;
    int looks = 0;
    long bottom = Math.max(0, ledger.bottom(node));
    for (long height = ledger.top(node); height >= bottom && looks < MAX_LOOKS; height--) {
      lowest = Math.min(lowest, height);
      int number = ledger.at(node, height);
      HeightTally tally = number == Ledger.NONE ? null : tally(height);
      if (tally == null) {
        continue;
      }
      looks++;
      int baseline = baseline(tally, height);
      if (baseline == UNDECIDED) {
        continue;
      }
      if (baseline >= 0 && tally.branchOf(number) == baseline) {
        if (different == 0 && proof < 0) {
          return tally.agrees(tally.headOf(baseline) == number);
        }
        break;
      }
      different++;
      highest = Math.max(highest, height);
      first = height;
    }
    if (proof >= 0) {
      first = first < 0 ? proof : Math.min(first, proof);
      return new Comparison(
          Comparison.Kind.DIFFERS,
          Math.max(highest, proof),
          false,
          Math.max(1, different),
          first,
          true);
    }
    return different == 0
        ? Comparison.NOTHING
        : new Comparison(Comparison.Kind.DIFFERS, highest, false, different, first, false);
  }

  /** Whether a comparison is a fork and not a brief difference at one epoch. */
  public boolean isFork(Comparison comparison) {
    return comparison.isFork(forkAfter);
  }

  /** Whether the majority has differed from the references at this many heights in a row. */
  public boolean isFleetForked(int heights) {
    if (references.isEmpty()) {
      return false;
    }
    int different = 0;
    int looks = 0;
    for (long height = referenceHeight();
        height >= Math.max(0, ledger.floor()) && looks < MAX_LOOKS && different < heights;
        height--) {
      HeightTally tally = tally(height);
      looks++;
      if (tally == null || !tally.isDecided() || tally.referenceBranch() < 0) {
        continue;
      }
      if (tally.majority() < 0 || tally.majority() == tally.referenceBranch()) {
        return false;
      }
      different++;
    }
    return different >= heights;
  }

  /**
   * Returns the head with the most votes on the majority's branch, at the highest decided height;
   * null for none.
   */
  public @Nullable TipsetKey majorityHead() {
    int looks = 0;
    for (long height = referenceHeight(); height >= 0 && looks < MAX_LOOKS; height--, looks++) {
      HeightTally tally = tally(height);
      if (tally != null && tally.isDecided()) {
        int head = tally.majority() < 0 ? -1 : tally.headOf(tally.majority());
        return head < 0 ? null : tally.key(head);
      }
    }
    return null;
  }

  /**
   * The right branch at a height: the majority's, or a reference's when too few vote. -1 when the
   * votes are split, so that no node is on the right one.
   */
  private int baseline(HeightTally tally, long height) {
    if (voters < FleetSettings.MIN_VOTERS && tally.referenceBranch() >= 0) {
      return tally.referenceBranch();
    }
    // Above it are only the fastest nodes, or the few for which it was not a null round.
    return height <= referenceHeight() && tally.isDecided() ? tally.majority() : UNDECIDED;
  }

  /**
   * Returns the height at which a reference finalized other blocks than the node reported; -1 for
   * none.
   */
  private long provenDifferent(NodeHeads node) {
    if (finalized < 0) {
      return -1;
    }
    int looks = 0;
    long bottom = Math.max(0, ledger.bottom(node));
    for (long height = ledger.top(node); height >= bottom && looks < MAX_LOOKS; height--) {
      lowest = Math.min(lowest, height);
      int number = ledger.at(node, height);
      HeightTally tally = number == Ledger.NONE ? null : tally(height);
      if (tally == null || tally.referenceBranch() < 0) {
        continue;
      }
      looks++;
      if (tally.branchOf(number) == tally.referenceBranch()) {
        // Heads that the node abandoned in a reorganisation prove nothing against it.
        return -1;
      }
      if (height <= finalized) {
        return height;
      }
    }
    return -1;
  }

  @Nullable HeightTally tally(long height) {
    // Most nodes are compared at the same two or three heights.
    int place = (int) height & (RECENT - 1);
    HeightTally known = recent[place];
    if (known == null || known.height() != height) {
      known = tallies.get(height);
      HeightColumn column = known == null ? ledger.column(height) : null;
      if (column != null) {
        known = HeightTally.of(ledger, column, votes(height, column), references);
        tallies.put(height, known);
      }
      recent[place] = known;
    }
    return known;
  }

  private HeightVotes votes(long height, HeightColumn column) {
    HeightVotes known = counted ? ledger.votes().at(height) : null;
    if (known == null) {
      known = HeightVotes.of(ledger, height, column.size(), all.get());
      if (counted) {
        ledger.votes().put(known);
      } else {
        own.put(height, known);
      }
    }
    return known;
  }

  /**
   * Lets the ledger count on from the votes of this round, at the heights that it looked at. Call
   * it when each of its voters votes by {@link Ledger#vote} too.
   */
  public void count() {
    if (counted) {
      ledger.votes().keep(tallies.keySet(), referenceHeight + 1);
    } else {
      ledger.votes().begin(all.get(), own.values());
    }
  }

  /** Returns the lowest height that the last comparison looked at; the largest number for none. */
  public long lowest() {
    return lowest;
  }

  /** Notes how it sees each height that it looked at: heads may get other numbers later. */
  public void note() {
    tallies.forEach((height, tally) -> views.put(height, view(tally)));
  }

  /**
   * Whether each head of a height is compared as it was in an earlier round, as far as both know
   * it: who is on another one has reported it since.
   */
  public boolean seesAs(ConsensusRound before, long height) {
    byte[] was = before.views.get(height);
    HeightTally tally = tally(height);
    if (was == null || tally == null) {
      return true;
    }
    byte[] now = view(tally);
    for (int i = 0; i < Math.min(was.length, now.length); i++) {
      if (was[i] != now[i] && was[i] != 0 && now[i] != 0) {
        return false;
      }
    }
    return true;
  }

  /** All that a comparison takes from a height, for each head; the first for one that was lost. */
  private byte[] view(HeightTally tally) {
    byte[] view = new byte[tally.size() + 1];
    int baseline = baseline(tally, tally.height());
    int reference = tally.referenceBranch();
    for (int i = 0; i < view.length; i++) {
      int number = i == 0 ? Ledger.LOST : i - 1;
      if (i == 0 || tally.isHead(number)) {
        int branch = tally.branchOf(number);
        int by =
            baseline == UNDECIDED
                ? 1
                : baseline < 0 || branch != baseline ? 2 : tally.headOf(baseline) == number ? 3 : 4;
        int beside =
            reference < 0 ? 0 : branch == reference ? 1 : tally.height() <= finalized ? 2 : 3;
        view[i] = (byte) (by + 8 * beside);
      }
    }
    return view;
  }
}
