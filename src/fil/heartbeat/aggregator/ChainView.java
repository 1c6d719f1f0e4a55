package fil.heartbeat.aggregator;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The heads of one network by height, the highest first.
 *
 * @param genesisCid null for nodes that claim none
 * @param network name; null when unknown
 */
public record ChainView(@Nullable String genesisCid, @Nullable String network, List<Lane> lanes) {

  /**
   * One height.
   *
   * @param heads the heads reported there, at most 64: those of voters first, then the most
   *     reported; empty for a null round
   * @param p50Millis time after the first report of the height until half of the voters that
   *     reported it had done so; null below two voters
   * @param p90Millis likewise
   */
  public record Lane(
      long height, List<LaneHead> heads, @Nullable Long p50Millis, @Nullable Long p90Millis) {
    public Lane {
      heads = List.copyOf(heads);
    }
  }

  /**
   * One tipset at a height.
   *
   * @param branch equal for heads that share blocks
   * @param count nodes that reported it last at this height
   * @param nodes some of them, at most {@link #MAX_SAMPLE}
   */
  public record LaneHead(List<String> cids, int branch, int count, List<String> nodes) {

    /** Peer ids listed for each head. */
    public static final int MAX_SAMPLE = 50;

    public LaneHead {
      cids = List.copyOf(cids);
      nodes = List.copyOf(nodes);
    }
  }

  public ChainView {
    lanes = List.copyOf(lanes);
  }
}
