package fil.heartbeat.aggregator;

import fil.heartbeat.fleet.Comparison;
import fil.heartbeat.fleet.ConsensusRound;
import fil.heartbeat.fleet.Liveness;
import fil.heartbeat.fleet.NetworkReport;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The nodes of one network as they were last judged: by the height that they claim, since all that
 * others change for a node depends on it, and those for which that is not so apart. So it is known
 * whom to judge again when heads came in.
 */
final class Members {

  /** A node that was compared with the fleet further down than this is judged each time. */
  private static final int LOOKS = 8;

  /** Nodes that claim one height, or those that are judged each time. */
  static final class Column {
    private final List<PeerEntry> entries = new ArrayList<>();

    /** How many heights below it one of them was compared at. */
    private int depth;

    private void add(PeerEntry entry) {
      entry.column = this;
      entry.place = entries.size();
      entries.add(entry);
    }

    private void remove(PeerEntry entry) {
      PeerEntry last = entries.remove(entries.size() - 1);
      if (last != entry) {
        entries.set(entry.place, last);
        last.place = entry.place;
      }
      entry.column = null;
    }
  }

  private static final Comparator<PeerEntry> ORDER =
      Comparator.comparingLong((PeerEntry entry) -> entry.order);

  private final Map<Long, Column> byHeight = new HashMap<>();
  private final Column each = new Column();
  private boolean simple;
  private int count;
  private int agreeing;
  private int votesAgreeing;

  /** The first of those that agree, in the order in which they became known. */
  private @Nullable List<PeerEntry> first;

  /**
   * Begins again: all of them are judged now.
   *
   * @param alone whether each votes whatever the others do
   */
  void begin(boolean alone) {
    clear();
    simple = alone;
  }

  /** Whether each votes whatever the others do. */
  boolean isSimple() {
    return simple && count > 0;
  }

  /** Forgets all of them. */
  void clear() {
    for (Column column : byHeight.values()) {
      column.entries.forEach(entry -> entry.column = null);
    }
    each.entries.forEach(entry -> entry.column = null);
    byHeight.clear();
    each.entries.clear();
    count = 0;
    agreeing = 0;
    votesAgreeing = 0;
    first = null;
  }

  /** A node is not on the network any more. */
  void remove(PeerEntry entry) {
    take(entry);
    agrees(entry, false);
  }

  /** Takes a node out that is to be judged again. */
  void take(PeerEntry entry) {
    if (entry.column != null) {
      entry.column.remove(entry);
      count--;
    }
  }

  boolean isEmpty() {
    return count == 0;
  }

  /** Takes out those that are judged each time. */
  void takeEach(Collection<PeerEntry> into) {
    takeAll(each, into);
  }

  private void takeAll(Column column, Collection<PeerEntry> into) {
    column.entries.forEach(entry -> entry.column = null);
    into.addAll(column.entries);
    count -= column.entries.size();
    column.entries.clear();
  }

  /** Takes out those that what others reported may concern. */
  void takeConcerned(
      ConsensusRound before,
      ConsensusRound round,
      long bestBefore,
      long best,
      Collection<PeerEntry> into) {
    Map<Long, Boolean> same = new HashMap<>();
    Iterator<Map.Entry<Long, Column>> columns = byHeight.entrySet().iterator();
    while (columns.hasNext()) {
      Map.Entry<Long, Column> next = columns.next();
      long height = next.getKey();
      Column column = next.getValue();
      boolean stays =
          Math.max(0, bestBefore - height) == Math.max(0, best - height)
              && height < before.referenceHeight() == height < round.referenceHeight();
      for (long at = height; at >= height - column.depth; at--) {
        // Each of them is looked at, so that the next round can be compared with this one.
        stays &= same.computeIfAbsent(at, now -> round.seesAs(before, now));
      }
      if (!stays) {
        takeAll(column, into);
      }
      if (column.entries.isEmpty()) {
        columns.remove();
      }
    }
  }

  /**
   * A node was judged.
   *
   * @param lowest the lowest height that it was compared at
   * @param ceiling heights above it are in the future
   * @param refused whether its head is not stored
   */
  void judged(PeerEntry entry, Comparison comparison, long lowest, long ceiling, boolean refused) {
    long depth = lowest > entry.height ? 0 : entry.height - lowest;
    var last = entry.judgement;
    boolean plain =
        entry.height > 0
            && entry.height <= ceiling
            && !entry.head.isEmpty()
            && !refused
            && depth <= LOOKS
            && comparison.kind() != Comparison.Kind.DIFFERS
            && last.aheadSince() == null
            && last.partedAt() == null
            && last.past() == null;
    Column column = plain ? byHeight.computeIfAbsent(entry.height, at -> new Column()) : each;
    if (plain) {
      column.depth = Math.max(column.depth, (int) depth);
    }
    column.add(entry);
    count++;
    agrees(
        entry,
        comparison.kind() == Comparison.Kind.AGREES
            && entry.standing.isMonitored()
            && last.verdict().liveness() == Liveness.BEATING);
  }

  private void agrees(PeerEntry entry, boolean now) {
    agreeing += (now ? 1 : 0) - (entry.agrees ? 1 : 0);
    boolean votes = now && entry.votes;
    votesAgreeing += (votes ? 1 : 0) - (entry.agreesVoting ? 1 : 0);
    if (now != entry.agrees && first != null && isFirst(first, entry)) {
      first = null;
    }
    entry.agrees = now;
    entry.agreesVoting = votes;
  }

  private static boolean isFirst(List<PeerEntry> first, PeerEntry entry) {
    return first.size() < NetworkReport.Branch.MAX_NODES
        || entry.order <= first.get(first.size() - 1).order;
  }

  /** Returns how many agree with the fleet. */
  int agreeing() {
    return agreeing;
  }

  int votesAgreeing() {
    return votesAgreeing;
  }

  /**
   * Returns the first of those that agree.
   *
   * @param all the nodes of all networks in their order
   */
  List<String> firstAgreeing(NetworkState of, Collection<PeerEntry> all) {
    List<PeerEntry> known = first;
    if (known == null) {
      known = new ArrayList<>();
      for (PeerEntry entry : all) {
        if (entry.agrees && entry.network == of) {
          known.add(entry);
          if (known.size() == NetworkReport.Branch.MAX_NODES) {
            break;
          }
        }
      }
      first = known;
    }
    return known.stream().map(entry -> entry.peerId).toList();
  }

  /** Brings nodes into the order in which they became known. */
  static void sort(List<PeerEntry> entries) {
    entries.sort(ORDER);
  }
}
