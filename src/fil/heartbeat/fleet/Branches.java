package fil.heartbeat.fleet;

import fil.heartbeat.chain.Cid;
import fil.heartbeat.fleet.NetworkReport.Branch;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The groups that a network falls into. Those who agree are one; those who differ are grouped by
 * the heads they share at the last few heights, since the branches of a fork have null rounds at
 * different heights.
 */
public final class Branches {

  /** Heights over which nodes of one branch are brought together. */
  private static final int LOOKS = 16;

  /** Sides told; more are a hostile fleet, not a fork. */
  private static final int MAX_SIDES = 32;

  private static final class Group {
    private final List<String> nodes = new ArrayList<>();
    private int votes;
    private int count;
    private long first = Long.MAX_VALUE;
    private long headHeight = -1;
    private int head = -1;
    private @Nullable Group into;

    /** The group that it became part of, or itself. */
    private Group whole() {
      Group whole = this;
      while (whole.into != null) {
        whole = whole.into;
      }
      // The next time the way is short, for each on it.
      Group at = this;
      while (at.into != null) {
        Group next = at.into;
        at.into = whole;
        at = next;
      }
      return whole;
    }

    private void take(Group other) {
      other.into = this;
      other.nodes.stream().limit(Branch.MAX_NODES - nodes.size()).forEach(nodes::add);
      votes += other.votes;
      count += other.count;
      first = Math.min(first, other.first);
      if (other.headHeight > headHeight) {
        headHeight = other.headHeight;
        head = other.head;
      }
    }
  }

  private final ConsensusRound round;
  private final Ledger ledger;
  private final Group agreeing = new Group();
  private final Map<List<Long>, Group> forked = new HashMap<>();

  public Branches(ConsensusRound round, Ledger ledger) {
    this.round = round;
    this.ledger = ledger;
  }

  /**
   * Puts a node where its comparison says.
   *
   * @param partedAt the first height of its fork; null when it is what the comparison says
   */
  public void add(
      String peerId,
      NodeHeads reports,
      Comparison comparison,
      @Nullable Long partedAt,
      boolean votes) {
    if (comparison.kind() == Comparison.Kind.AGREES) {
      put(agreeing, peerId, votes);
    } else if (round.isFork(comparison)) {
      put(group(reports, comparison, partedAt), peerId, votes);
    }
  }

  /** The branch in consensus first, if there is one; then the largest. */
  public List<Branch> list() {
    List<Branch> found = new ArrayList<>();
    if (agreeing.count > 0) {
      var head = round.majorityHead();
      found.add(branch(agreeing, head == null ? List.of() : texts(head.cids()), null));
    }
    forked.values().stream()
        .map(Group::whole)
        .distinct()
        .sorted(
            Comparator.<Group>comparingInt(group -> -group.count)
                .thenComparing(group -> group.nodes.get(0)))
        .limit(MAX_SIDES)
        .forEach(group -> found.add(branch(group, headOf(group), group.first)));
    return found;
  }

  /** One place for each (height, branch) seen; places that one node links are one group. */
  private Group group(NodeHeads reports, Comparison comparison, @Nullable Long partedAt) {
    Group found = new Group();
    List<List<Long>> places = new ArrayList<>();
    int looks = 0;
    long lowest = comparison.firstDifferent();
    for (long height = ledger.top(reports); height >= lowest && looks < LOOKS; height--) {
      int number = ledger.at(reports, height);
      HeightTally tally = number < 0 ? null : round.tally(height);
      if (tally == null) {
        continue;
      }
      looks++;
      if (found.head < 0) {
        found.head = number;
        found.headHeight = height;
      }
      places.add(List.of(height, (long) tally.sideOf(number)));
    }
    found.first = Math.min(found.first, partedAt == null ? lowest : partedAt);
    for (List<Long> place : places) {
      Group known = forked.get(place);
      Group other = known == null ? found : known.whole();
      if (other != found) {
        other.take(found);
        found = other;
      }
    }
    for (List<Long> place : places) {
      forked.put(place, found);
    }
    return found;
  }

  private static void put(Group group, String peerId, boolean votes) {
    group.count++;
    group.votes += votes ? 1 : 0;
    if (group.nodes.size() < Branch.MAX_NODES) {
      group.nodes.add(peerId);
    }
  }

  private List<String> headOf(Group group) {
    HeightColumn column = group.head < 0 ? null : ledger.column(group.headHeight);
    return column == null ? List.of() : texts(column.key(group.head).cids());
  }

  private static List<String> texts(List<Cid> cids) {
    return cids.stream().map(Cid::toString).toList();
  }

  private static Branch branch(Group group, List<String> head, @Nullable Long firstDifferent) {
    return new Branch(head, group.votes, group.nodes, group.count, firstDifferent);
  }
}
