package fil.heartbeat.fleet;

import fil.heartbeat.chain.Cid;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A ledger for those who draw it. */
public final class LedgerView {

  /**
   * How long after the first report of a height half and nine tenths of its voters had reported it;
   * whole seconds, null below two voters.
   */
  public record Delays(@Nullable Long p50Millis, @Nullable Long p90Millis) {}

  private LedgerView() {}

  /** The height of a node's newest head; -1 for none. */
  public static long top(Ledger ledger, NodeHeads by) {
    return ledger.top(by);
  }

  /** The number of the head that a node said at a height; negative for none that is held. */
  public static int number(Ledger ledger, NodeHeads by, long height) {
    return ledger.at(by, height);
  }

  /** The CIDs of a head, ascending. */
  public static List<String> cids(Ledger ledger, long height, int number) {
    HeightColumn column = ledger.column(height);
    return column == null
        ? List.of()
        : column.key(number).cids().stream().map(Cid::toString).toList();
  }

  /** Whether a voter or a reference is on a head. */
  public static boolean isDecided(Ledger ledger, long height, int number) {
    HeightColumn column = ledger.column(height);
    return column != null && column.isDecided(number);
  }

  /**
   * The branch of each of these heads of a height, as a number: equal for heads that share a block.
   * What only strangers are on ties no branches together.
   */
  public static Map<Integer, Integer> branches(
      Ledger ledger, long height, Collection<Integer> numbers) {
    HeightColumn column = ledger.column(height);
    if (column == null) {
      return Map.of();
    }
    Set<Integer> shown = Set.copyOf(numbers);
    HeightBranches branches =
        new HeightBranches(column, number -> shown.contains(number) && column.isDecided(number));
    Map<Integer, Integer> byNumber = new HashMap<>();
    numbers.forEach(number -> byNumber.put(number, branches.of(number, -1)));
    return byNumber;
  }

  /** How the height spread. */
  public static Delays delays(Ledger ledger, long height) {
    HeightColumn column = ledger.column(height);
    return column == null || column.reported() < 2
        ? new Delays(null, null)
        : new Delays(column.delayMillis(0.5), column.delayMillis(0.9));
  }
}
