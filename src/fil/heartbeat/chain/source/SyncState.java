package fil.heartbeat.chain.source;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The methods by which nodes report whether they are syncing; the first that a node knows is used.
 */
enum SyncState {
  /** lotus and venus. */
  LOTUS("Filecoin.SyncState") {
    @Override
    @Nullable Boolean read(@Nullable Object answer, long height) {
      if (!(answer instanceof JsonObject json)
          || !(json.getValue("ActiveSyncs") instanceof JsonArray syncs)) {
        return null;
      }
      return syncs.stream().anyMatch(sync -> isFarBehind(sync, height));
    }
  },

  FOREST("Forest.SyncStatus") {
    @Override
    @Nullable Boolean read(@Nullable Object answer, long height) {
      if (!(answer instanceof JsonObject json)
          || !(json.getValue("status") instanceof String status)) {
        return null;
      }
      return switch (status.toLowerCase(Locale.ROOT)) {
        case "synced" -> false;
        case "syncing", "initializing" -> true;
        default -> null;
      };
    }
  };

  /**
   * Least distance of the target above the head for a real sync; less is the arrival of a tipset.
   */
  private static final long FAR_EPOCHS = 5;

  // Stages of a lotus sync that do no work: api.StageIdle, StageSyncComplete, StageSyncErrored.
  private static final int IDLE = 0;
  private static final int COMPLETE = 4;
  private static final int ERRORED = 5;

  private final String method;

  SyncState(String method) {
    this.method = method;
  }

  String method() {
    return method;
  }

  /**
   * Whether the answer reports a node with a head at this height as syncing; null when it does not
   * say.
   */
  abstract @Nullable Boolean read(@Nullable Object answer, long height);

  private static boolean isFarBehind(Object each, long height) {
    return each instanceof JsonObject sync
        && sync.getValue("Stage") instanceof Number stage
        && stage.intValue() != IDLE
        && stage.intValue() != COMPLETE
        && stage.intValue() != ERRORED
        && sync.getValue("Target") instanceof JsonObject target
        && target.getValue("Height") instanceof Number targetHeight
        && targetHeight.longValue() >= height + FAR_EPOCHS;
  }
}
