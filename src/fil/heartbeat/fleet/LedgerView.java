package fil.heartbeat.fleet;

import fil.heartbeat.chain.Cid;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A ledger for those who draw it. */
public final class LedgerView {

  /**
   * How long after the first report of a height half and nine tenths of its nodes had reported it;
   * whole seconds, null below two nodes.
   */
  public record Delays(@Nullable Long p50Millis, @Nullable Long p90Millis) {}

  private LedgerView() {}

  /** The height of a node's newest head; -1 for none. */
  public static long top(Ledger ledger, Reports by) {
    return ledger.top(by);
  }

  /** The number of the head that a node said at a height; -1 for none. */
  public static int number(Ledger ledger, Reports by, long height) {
    return ledger.at(by, height);
  }

  /** The CIDs of a head, ascending. */
  public static List<String> cids(Ledger ledger, long height, int number) {
    Column column = ledger.column(height);
    return column == null
        ? List.of()
        : column.key(number).cids().stream().map(Cid::toString).toList();
  }

  /** The lowest number among the heads that share a block with this one, itself included. */
  public static int side(Ledger ledger, long height, int number, Collection<Integer> among) {
    Column column = ledger.column(height);
    if (column == null) {
      return number;
    }
    List<Cid> blocks = column.key(number).cids();
    return among.stream()
        .filter(other -> column.key(other).cids().stream().anyMatch(blocks::contains))
        .mapToInt(other -> other)
        .min()
        .orElse(number);
  }

  /** How the height spread. */
  public static Delays delays(Ledger ledger, long height) {
    Column column = ledger.column(height);
    return column == null || column.reported() < 2
        ? new Delays(null, null)
        : new Delays(column.delayMillis(0.5), column.delayMillis(0.9));
  }
}
