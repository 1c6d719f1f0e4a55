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
 * The branches of a network. Nodes that agree with the fleet form one; the others are grouped by
 * the heads they share at the last few heights, since the branches of a fork have null rounds at
 * different heights.
 */
public final class Branches {

  /** Heights over which nodes of one branch are matched. */
  private static final int LOOKS = 16;

  /** Limit of reported branches; more would be a hostile fleet, not a fork. */
  private static final int MAX_BRANCHES = 32;

  private static final class Group {
    private final List<String> nodes = new ArrayList<>();
    private int votes;
    private int count;
    private long first = Long.MAX_VALUE;
    private long headHeight = -1;
    private int head = -1;
    private @Nullable Group into;

    /** The root of the group it was merged into, or itself. */
    private Group whole() {
      Group whole = this;
      while (whole.into != null) {
        whole = whole.into;
      }
      // Path compression: the next search is short for every group on the path.
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
   * Adds a node to the branch that its comparison gives.
   *
   * @param partedAt the first height of its fork; null to take it from the comparison
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

  /**
   * Adds all nodes at once that agree with the fleet.
   *
   * @param first peer ids of the first of them
   */
  public void agree(List<String> first, int count, int votes) {
    agreeing.nodes.addAll(first);
    agreeing.count += count;
    agreeing.votes += votes;
  }

  /** Returns the branches: the one in consensus first, if any, then the largest. */
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
        .limit(MAX_BRANCHES)
        .forEach(group -> found.add(branch(group, headOf(group), group.first)));
    return found;
  }

  /**
   * The group of a node: there is one for each (height, branch), and a node on several of them
   * merges them.
   */
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
      places.add(List.of(height, (long) tally.branchOf(number)));
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
