package fil.heartbeat.chain.source;

import fil.heartbeat.chain.source.Answers.ActiveSync;
import fil.heartbeat.chain.source.Answers.ActiveSyncs;
import fil.heartbeat.chain.source.Answers.ForestSync;
import io.vertx.core.Future;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The methods by which nodes report whether they are syncing; the first that a node knows is used.
 */
enum SyncState {
  /** lotus and venus. */
  LOTUS("Filecoin.SyncState") {
    @Override
    Future<@Nullable Boolean> ask(RpcCaller node, long height) {
      return node.call(method(), List.of(), ActiveSyncs.class)
          .map(answer -> syncing(answer, height));
    }
  },

  FOREST("Forest.SyncStatus") {
    @Override
    Future<@Nullable Boolean> ask(RpcCaller node, long height) {
      return node.call(method(), List.of(), ForestSync.class).map(SyncState::syncing);
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
   * Asks a node with a head at this height whether it is syncing; null when it does not say. Fails
   * with {@link RpcException}.
   */
  abstract Future<@Nullable Boolean> ask(RpcCaller node, long height);

  /** What a lotus or venus node with a head at this height says. */
  static @Nullable Boolean syncing(@Nullable ActiveSyncs answer, long height) {
    List<@Nullable ActiveSync> syncs = answer == null ? null : answer.syncs();
    return syncs == null ? null : syncs.stream().anyMatch(sync -> isFarBehind(sync, height));
  }

  /** What a Forest node says. */
  static @Nullable Boolean syncing(@Nullable ForestSync answer) {
    String status = answer == null ? null : answer.status();
    return switch (status == null ? "" : status.toLowerCase(Locale.ROOT)) {
      case "synced" -> false;
      case "syncing", "initializing" -> true;
      default -> null;
    };
  }

  private static boolean isFarBehind(@Nullable ActiveSync sync, long height) {
    if (sync == null || sync.stage() == null || sync.target() == null) {
      return false;
    }
    Long target = sync.target().height();
    return sync.stage() != IDLE
        && sync.stage() != COMPLETE
        && sync.stage() != ERRORED
        && target != null
        && target >= height + FAR_EPOCHS;
  }
}
