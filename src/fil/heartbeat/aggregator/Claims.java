package fil.heartbeat.aggregator;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a peer claims about itself in its last beat. None of it is proven.
 *
 * @param nickname cleaned of control characters, at most 64 code points; null when never sent
 * @param minerAddress as sent, cleaned; null when none
 * @param genesisCid CID text; null when the beats carry none
 * @param head CIDs of the last head, ascending; empty when the last beat had an empty head
 * @param height of the last beat; null before the first beat
 * @param syncing null when the beat does not say
 */
public record Claims(
    @Nullable String nickname,
    @Nullable String minerAddress,
    @Nullable String genesisCid,
    List<String> head,
    @Nullable Long height,
    @Nullable Boolean syncing) {

  /** The claims of a peer that never sent a beat. */
  public static final Claims NONE = new Claims(null, null, null, List.of(), null, null);

  public Claims {
    head = List.copyOf(head);
  }

  /** Whether all claims but the head are equal. */
  boolean sameButHead(Claims other) {
    return Objects.equals(nickname, other.nickname)
        && Objects.equals(minerAddress, other.minerAddress)
        && Objects.equals(genesisCid, other.genesisCid);
  }

  /** Returns the miner of the beats and those beside it, none of them empty. */
  Set<String> miners(List<String> beside) {
    if (beside.isEmpty()) {
      return minerAddress == null || minerAddress.isEmpty() ? Set.of() : Set.of(minerAddress);
    }
    Set<String> miners = new LinkedHashSet<>(beside);
    if (minerAddress != null) {
      miners.add(minerAddress);
    }
    miners.remove("");
    return miners;
  }

  /** Whether the same miner is claimed, or none in both. */
  boolean hasMinerOf(Claims other) {
    return Objects.equals(minerAddress, other.minerAddress);
  }
}
