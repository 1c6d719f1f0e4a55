package fil.heartbeat.fleet;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The finality of one network as its monitored nodes report it.
 *
 * @param nodes how many report a finalized tipset now
 * @param lag median of the epochs from head to finalized tipset; null when no node reports one
 * @param best the highest finalized height that two nodes or a reference report, or one node while
 *     fewer than three report any; null when none does
 * @param wasNormal whether the lag was ever at most {@link #NORMAL_LAG}, before a restart too: that
 *     of a network without fast finality never is
 * @param conflict two tipsets finalized at one height; null when there are none
 */
public record Finality(
    int nodes,
    @Nullable Long lag,
    @Nullable Long best,
    boolean wasNormal,
    @Nullable Conflict conflict) {

  /** The largest lag, in epochs, of a network whose fast finality works. */
  public static final long NORMAL_LAG = 60;

  /** The finality of a network without reports. */
  public static final Finality NONE = new Finality(0, null, null, false, null);

  /**
   * Different tipsets finalized at one height.
   *
   * @param height the lowest such height
   * @param smaller who finalized the tipset that fewer did, at most {@link
   *     FinalizedTipsets#MAX_NAMED}: peer ids, or {@code reference NAME}
   * @param larger who finalized the other, at most as many
   */
  public record Conflict(long height, List<String> smaller, List<String> larger) {
    public Conflict {
      smaller = List.copyOf(smaller);
      larger = List.copyOf(larger);
    }

    /** Whether one side is larger than the other, or a reference is on it. */
    public boolean isDecided() {
      return larger.size() > smaller.size()
          || larger.stream().anyMatch(FinalizedTipsets::isReference);
    }
  }

  /** Whether fast finality worked and stands still now. */
  public boolean stalls() {
    return wasNormal && lag != null && lag > NORMAL_LAG;
  }
}
