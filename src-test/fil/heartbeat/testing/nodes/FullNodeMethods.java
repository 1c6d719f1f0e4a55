package fil.heartbeat.testing.nodes;

import fil.heartbeat.testing.nodes.Method.RefusalException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Methods that several kinds of full nodes have. */
final class FullNodeMethods {
  static final String FINALIZED = "Filecoin.ChainGetFinalizedTipSet";
  private static final int F3_DISABLED = 4;
  private static final int ACTOR_NOT_FOUND = 11;

  private FullNodeMethods() {}

  /** What lotus, its gateway, venus and Forest all serve. */
  static Map<String, Method> ofAll(Facts facts) {
    Map<String, Method> all = new TreeMap<>();
    all.put("Filecoin.ChainHead", Method.read(0, params -> facts.head()));
    all.put("Filecoin.ChainGetGenesis", Method.read(0, params -> facts.genesis()));
    all.put("Filecoin.StateNetworkName", Method.read(0, params -> facts.networkName));
    all.put("Filecoin.StateNetworkVersion", Method.read(1, params -> facts.networkVersion));
    all.put("Filecoin.StateGetNetworkParams", Method.read(0, params -> facts.networkParams()));
    all.put(
        "Filecoin.StateMinerInfo",
        Method.read(2, params -> ofMiner(facts, params, facts.minerInfo())));
    all.put("Filecoin.StateGetActor", Method.read(2, params -> actor(facts, params.getString(0))));
    all.put("Filecoin.MpoolGetNonce", Method.read(1, params -> nonce(facts, params.getString(0))));
    all.put(
        "Filecoin.StateMinerProvingDeadline",
        Method.read(2, params -> ofMiner(facts, params, facts.provingDeadline())));
    all.put(
        "Filecoin.StateMinerDeadlines",
        Method.read(2, params -> ofMiner(facts, params, facts.deadlines())));
    all.put("Filecoin.F3GetLatestCertificate", Method.read(0, params -> certificate(facts)));
    return all;
  }

  /** What those but the gateway serve as well. */
  static Map<String, Method> ofNodes(Facts facts, int peers) {
    Map<String, Method> all = ofAll(facts);
    all.put("Filecoin.StartTime", Method.read(0, params -> facts.startTime));
    all.put(
        "Filecoin.NodeStatus",
        Method.read(1, params -> facts.nodeStatus(peers < 0 ? facts.peers : peers)));
    all.put(
        "Filecoin.StateMinerPartitions",
        Method.read(
            3,
            params ->
                params.getInteger(1) == facts.deadline ? facts.partitionsOfDeadline() : null));
    all.put(
        "Filecoin.StateMinerFaults",
        Method.read(2, params -> ofMiner(facts, params, facts.faultySectors())));
    all.put(
        "Filecoin.StateMinerAvailableBalance",
        Method.read(2, params -> ofMiner(facts, params, facts.availableBalance)));
    return all;
  }

  static Method version(Facts facts, int api, String agent) {
    return Method.read(
        0,
        params ->
            new JsonObject()
                .put("Version", facts.version)
                .put("APIVersion", api)
                .put("BlockDelay", 30)
                .put("Agent", agent));
  }

  static Method finalized(Facts facts) {
    return Method.read(0, params -> facts.finalized());
  }

  private static Object certificate(Facts facts) throws RefusalException {
    if (!facts.f3) {
      throw new RefusalException(F3_DISABLED, "f3 is disabled");
    }
    return facts.certificate();
  }

  private static Object ofMiner(Facts facts, JsonArray params, Object answer)
      throws RefusalException {
    if (!facts.miner.equals(params.getString(0))) {
      throw new RefusalException(ACTOR_NOT_FOUND, "actor not found");
    }
    return answer;
  }

  private static @Nullable Object actor(Facts facts, String address) {
    String balance = facts.balances.get(address);
    return balance == null
        ? null
        : new JsonObject()
            .put("Code", new JsonObject().put("/", "bafk2bzacec"))
            .put("Nonce", facts.nonces.getOrDefault(address, 0L))
            .put("Balance", balance);
  }

  private static Object nonce(Facts facts, String address) throws RefusalException {
    Long nonce = facts.nonces.get(address);
    if (nonce == null) {
      throw new RefusalException(1, "resolution lookup failed (" + address + "): actor not found");
    }
    return nonce + facts.pending;
  }
}
