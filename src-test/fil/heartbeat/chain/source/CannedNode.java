package fil.heartbeat.chain.source;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JavaType;
import fil.heartbeat.chain.source.RpcException.Kind;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A node whose answers are texts of JSON; it has no method without one. */
final class CannedNode implements RpcCaller {
  static final String CID = "bafy2bzacecnamqgqmifpluoeldx7zzglxcljo6oja4vrmtj7432rphldpdmm2";

  final Map<String, String> results = new HashMap<>();
  final Map<String, Kind> failures = new HashMap<>();
  final List<String> asked = new ArrayList<>();
  final List<String> silent = new ArrayList<>();
  int renewed;
  private final List<Runnable> held = new ArrayList<>();

  @Override
  public void renew() {
    renewed++;
  }

  /** A lotus node with one miner, f01000. */
  static CannedNode lotus() {
    CannedNode node = new CannedNode();
    node.results.put(
        "Filecoin.Version",
        "{\"Version\":\"1.36.0+mainnet\",\"APIVersion\":1,\"Agent\":\"lotus\"}");
    node.results.put("Filecoin.StartTime", "\"2026-01-20T09:00:00.123456789+01:00\"");
    node.results.put("Filecoin.SyncState", "{\"ActiveSyncs\":null}");
    node.results.put("Filecoin.StateNetworkVersion", "27");
    node.results.put(
        "Filecoin.StateGetNetworkParams",
        "{\"ForkUpgradeParams\":{\"UpgradeSmokeHeight\":-1,\"UpgradeOldHeight\":51000,"
            + "\"UpgradePassedHeight\":5000000,\"UpgradeFireHorseHeight\":6052800,"
            + "\"UpgradeFarHeight\":9999999999,\"BreezeGasTampingDuration\":120}}");
    node.results.put(
        "Filecoin.ChainGetFinalizedTipSet",
        "{\"Cids\":[{\"/\":\"" + CID + "\"}],\"Height\":5691145}");
    node.results.put("Filecoin.NodeStatus", "{\"PeerStatus\":{\"PeersToPublishBlocks\":85}}");
    node.results.put(
        "Filecoin.StateMinerInfo",
        "{\"Owner\":\"f0501\",\"Worker\":\"f0502\",\"ControlAddresses\":[\"f0503\"]}");
    node.results.put("Filecoin.StateGetActor", "{\"Nonce\":4211,\"Balance\":\"5230\"}");
    node.results.put("Filecoin.MpoolGetNonce", "4213");
    node.results.put("Filecoin.StateMinerAvailableBalance", "\"-7\"");
    node.results.put(
        "Filecoin.StateMinerProvingDeadline",
        "{\"CurrentEpoch\":5691210,\"PeriodStart\":5690480,\"Index\":12,\"Open\":5691200,"
            + "\"Close\":5691260}");
    node.results.put(
        "Filecoin.StateMinerDeadlines",
        "["
            + "{\"PostSubmissions\":[0]},".repeat(12)
            + "{\"PostSubmissions\":[0,1,1]}"
            + ",{\"PostSubmissions\":[0]}".repeat(35)
            + "]");
    node.results.put(
        "Filecoin.StateMinerPartitions",
        "["
            + partition("[0,2349]", "[0]")
            + ","
            + partition("[0,9]", "[4,2]")
            + ","
            + partition("[0]", "[0]")
            + "]");
    node.results.put("Filecoin.StateMinerFaults", "[5,2,1,3]");
    return node;
  }

  private static String partition(String active, String recovering) {
    return "{\"LiveSectors\":[0,1],\"FaultySectors\":[3,4],\"RecoveringSectors\":"
        + recovering
        + ",\"ActiveSectors\":"
        + active
        + "}";
  }

  @Override
  public <T> Future<@Nullable T> call(
      String method, List<? extends @Nullable Object> params, Class<T> type) {
    return answer(method, RpcAnswer.type(type));
  }

  @Override
  public <T> Future<@Nullable T> call(
      String method, List<? extends @Nullable Object> params, TypeReference<T> type) {
    return answer(method, RpcAnswer.type(type));
  }

  private <T> Future<@Nullable T> answer(String method, JavaType type) {
    asked.add(method);
    if (silent.contains(method)) {
      Promise<T> later = Promise.promise();
      held.add(() -> this.<T>known(method, type).onComplete(later));
      return later.future();
    }
    return known(method, type);
  }

  /** Answers what methods that are silent were asked; they are no longer silent. */
  void release() {
    silent.clear();
    List.copyOf(held).forEach(Runnable::run);
    held.clear();
  }

  private <T> Future<@Nullable T> known(String method, JavaType type) {
    Kind failure = failures.get(method);
    String result = results.get(method);
    if (failure != null || result == null) {
      return Future.failedFuture(
          new RpcException(failure == null ? Kind.NO_METHOD : failure, method));
    }
    try {
      RpcAnswer<T> read =
          RpcAnswer.read(
              Buffer.buffer("{\"id\":1,\"jsonrpc\":\"2.0\",\"result\":" + result + "}"), type);
      return Future.succeededFuture(read.result());
    } catch (RpcAnswer.BadShapeException e) {
      return Future.failedFuture(new RpcException(Kind.BAD_ANSWER, "" + e.getMessage()));
    }
  }
}
