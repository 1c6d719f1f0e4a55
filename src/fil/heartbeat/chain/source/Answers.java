package fil.heartbeat.chain.source;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import fil.heartbeat.chain.Cid;
import fil.heartbeat.chain.TipsetKey;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Results of nodes' methods, as {@link RpcAnswer} maps them. Any member may be null, and so may any
 * element of a list: nodes differ, and answers may be bad.
 */
final class Answers {
  private Answers() {}

  /** A CID as nodes write it: {@code {"/":"bafy…"}}. */
  record Link(@JsonProperty("/") @Nullable String cid) {}

  /**
   * A tipset; the headers of its blocks are left out.
   *
   * @param baseFee in attoFIL, of the first block; null when it has none
   */
  record Tipset(
      @JsonProperty("Cids") @Nullable List<@Nullable Link> cids,
      @JsonProperty("Height") @Nullable Long height,
      @JsonProperty("Blocks") @JsonDeserialize(using = BaseFeeReader.class)
          @Nullable String baseFee) {

    /**
     * Returns the key.
     *
     * @throws IllegalArgumentException when the members are not those of a tipset
     */
    TipsetKey key() {
      if (cids == null || cids.size() > TipsetKey.MAX_CIDS) {
        throw new IllegalArgumentException(
            "Cids: "
                + (cids == null ? "none" : cids.size())
                + " (expected: 0 to "
                + TipsetKey.MAX_CIDS
                + ")");
      }
      List<Cid> parsed = new ArrayList<>();
      for (Link link : cids) {
        parsed.add(Cid.parse(link == null || link.cid == null ? "" : link.cid));
      }
      return TipsetKey.of(parsed);
    }

    /**
     * Returns the height, 0 to 2^53-1.
     *
     * @throws IllegalArgumentException when it is missing or outside that range
     */
    long checkedHeight() {
      if (height == null || height < 0 || height > AnswerChecks.MAX_NUMBER) {
        throw new IllegalArgumentException("Height: " + height + " (expected: 0 to 2^53-1)");
      }
      return height;
    }
  }

  /** The answer to Curio's {@code Filecoin.Info}; its other members are left out. */
  record CurioInfo(@JsonProperty("Miners") @Nullable NullString miners) {

    /** Returns the addresses of its miners, separated by commas; empty for none. */
    String addresses() {
      return miners == null || miners.text == null || Boolean.FALSE.equals(miners.valid)
          ? ""
          : miners.text;
    }
  }

  /** A text as Go's database package writes it. */
  record NullString(
      @JsonProperty("String") @Nullable String text,
      @JsonProperty("Valid") @Nullable Boolean valid) {}

  /** The answer to {@code Filecoin.SyncState}. */
  record ActiveSyncs(@JsonProperty("ActiveSyncs") @Nullable List<@Nullable ActiveSync> syncs) {}

  /**
   * One sync of a lotus or venus node.
   *
   * @param stage 0 idle, 1 headers, 2 persisting, 3 messages, 4 complete, 5 error, 6 fetching
   */
  record ActiveSync(
      @JsonProperty("Stage") @Nullable Integer stage,
      @JsonProperty("Target") @Nullable Tipset target) {}

  /**
   * The answer to {@code Forest.SyncStatus}.
   *
   * @param status {@code Initializing}, {@code Syncing}, {@code Synced}, {@code Error} or {@code
   *     Offline}
   */
  record ForestSync(@JsonProperty("status") @Nullable String status) {}
}
