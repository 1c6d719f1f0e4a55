package fil.heartbeat.fleet;

import fil.heartbeat.chain.Cid;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Read access to a ledger for displaying it. */
public final class LedgerView {

  /**
   * The times after the first report of a height until half and nine tenths of its voters had
   * reported it; whole seconds, null below two voters.
   */
  public record Delays(@Nullable Long p50Millis, @Nullable Long p90Millis) {}

  private LedgerView() {}

  /** Returns the height of a node's newest head; -1 for none. */
  public static long top(Ledger ledger, NodeHeads by) {
    return ledger.top(by);
  }

  /**
   * Returns the number of the head that a node reported at a height; negative when none is stored.
   */
  public static int number(Ledger ledger, NodeHeads by, long height) {
    return ledger.at(by, height);
  }

  /** Returns the CIDs of a head, ascending. */
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
   * Returns the branch number of each of these heads of a height: equal for heads that share a
   * block. Heads that only strangers are on do not join branches.
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

  /** Returns how the height spread. */
  public static Delays delays(Ledger ledger, long height) {
    HeightColumn column = ledger.column(height);
    return column == null || column.reported() < 2
        ? new Delays(null, null)
        : new Delays(column.delayMillis(0.5), column.delayMillis(0.9));
  }
}
