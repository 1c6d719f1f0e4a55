package fil.heartbeat.chain.source;

import static fil.heartbeat.chain.source.AnswerChecks.MAX_COUNT;
import static fil.heartbeat.chain.source.AnswerChecks.both;
import static fil.heartbeat.chain.source.AnswerChecks.isOdd;
import static fil.heartbeat.chain.source.AnswerChecks.params;
import static fil.heartbeat.chain.source.AnswerChecks.read;
import static fil.heartbeat.chain.source.AnswerChecks.within;
import static fil.heartbeat.chain.source.RpcException.isNoMethod;

import fil.heartbeat.chain.TipsetKey;
import fil.heartbeat.chain.source.NodeAnswers.Certificate;
import fil.heartbeat.chain.source.NodeAnswers.CertifiedTipset;
import fil.heartbeat.chain.source.NodeAnswers.NetInfo;
import fil.heartbeat.chain.source.NodeAnswers.NetworkParams;
import fil.heartbeat.chain.source.NodeAnswers.NodeStatus;
import fil.heartbeat.chain.source.NodeAnswers.VersionInfo;
import fil.heartbeat.chain.source.Question.Topic;
import fil.heartbeat.config.Tell;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks a node one question at a time, as one or several calls in a row, and puts good answers among
 * its members. A future fails with the {@link RpcException} of the first call that failed; what
 * that call was about is then dropped when the node answered oddly or has no such method.
 */
final class NodeQuestions {
  private static final String START_TIME = "Filecoin.StartTime";
  private static final Instant FIRST_START = Instant.parse("2020-01-01T00:00:00Z");
  private static final int MAX_CLIENT = 32;
  private static final int MAX_VERSION = 128;
  private static final int MAX_NETWORK_VERSION = 10_000;

  private final RpcCaller rpc;
  private final List<String> otherWallets;
  private final NodeMembers members;
  private final LongSupplier nanoTime;
  private final MinerQuestions miner;

  NodeQuestions(
      RpcCaller rpc,
      Tell tell,
      List<String> otherWallets,
      NodeMembers members,
      LongSupplier nanoTime) {
    this.rpc = rpc;
    this.miner = new MinerQuestions(rpc, tell.messages(), members, nanoTime);
    this.otherWallets = otherWallets;
    this.members = members;
    this.nanoTime = nanoTime;
  }

  /** Asks; the future completes when all calls have ended. */
  Future<?> ask(Question question) {
    String address = question.miner();
    return switch (question.topic()) {
      case VERSION -> both(version(), this::startTime);
      case UPGRADES -> both(networkVersion(), this::upgrades);
      case FINALITY -> finality();
      case PEERS -> peers();
      case MINER_INFO -> miner.minerInfo(address);
      case WALLETS -> miner.walletsOf(members.wallets(address));
      case AVAILABLE -> miner.available(address);
      case PROVING -> miner.proving(address);
      case FAULTS -> miner.faults(address);
      case OTHER_WALLETS -> miner.wallets(otherWallets, Set.of());
    };
  }

  private Future<?> version() {
    String method = "Filecoin.Version";
    return member(
        "version",
        rpc.call(method, List.of(), VersionInfo.class)
            .compose(
                answer -> {
                  String version = answer == null ? null : answer.version();
                  String agent = answer == null ? null : agent(answer);
                  if (version == null || version.isEmpty() || version.length() > MAX_VERSION) {
                    members.drop("client");
                    throw RpcFaults.badResult(method, "" + answer, "{Version, Agent}");
                  }
                  members.put("version", version, Topic.VERSION.period(), nanoTime.getAsLong());
                  return client(agent).map(client -> put("client", client, Topic.VERSION));
                }));
  }

  /** Releases of lotus before 2025-03 have no agent, but a block delay, which venus has not. */
  private static @Nullable String agent(VersionInfo answer) {
    boolean none = answer.agent() == null || answer.agent().isEmpty();
    return none && answer.blockDelay() != null ? "lotus" : answer.agent();
  }

  /** venus has no agent, and the gateway of lotus no sync state. */
  private Future<String> client(@Nullable String agent) {
    if (agent == null || agent.isEmpty()) {
      return Future.succeededFuture("venus");
    }
    String client = agent.toLowerCase(Locale.ROOT);
    if (client.length() > MAX_CLIENT) {
      throw RpcFaults.badResult("Filecoin.Version", agent.length() + " characters", "an agent");
    }
    // A small answer shows that it is a gateway: it has no start time either.
    return client.equals("lotus")
        ? has(START_TIME)
            .compose(
                starts -> starts ? Future.succeededFuture(true) : has(SyncState.LOTUS.method()))
            .map(node -> node ? client : "gateway")
        : Future.succeededFuture(client);
  }

  private Future<Boolean> has(String method) {
    return rpc.call(method, List.of(), Object.class)
        .map(answer -> true)
        .recover(
            failure ->
                RpcException.isOfMethod(failure)
                    ? Future.succeededFuture(!isNoMethod(failure))
                    : Future.failedFuture(failure));
  }

  private Future<?> startTime() {
    return member(
        "startTime",
        rpc.call(START_TIME, List.of(), String.class)
            .map(answer -> put("startTime", startTime(answer), Topic.VERSION)));
  }

  private static String startTime(@Nullable String answer) {
    try {
      Instant time = OffsetDateTime.parse(answer == null ? "" : answer).toInstant();
      if (!time.isBefore(FIRST_START)) {
        return time.truncatedTo(ChronoUnit.SECONDS).toString();
      }
    } catch (DateTimeException e) {
      // Reported below.
    }
    throw RpcFaults.badResult(START_TIME, "" + answer, "a time from 2020 on");
  }

  private Future<?> networkVersion() {
    String method = "Filecoin.StateNetworkVersion";
    return member(
        "networkVersion",
        rpc.call(method, params((Object) null), Long.class)
            .map(
                answer ->
                    put(
                        "networkVersion",
                        within(method, answer, MAX_NETWORK_VERSION),
                        Topic.UPGRADES)));
  }

  private Future<?> upgrades() {
    String method = "Filecoin.StateGetNetworkParams";
    return member(
        "upgrades",
        rpc.call(method, List.of(), NetworkParams.class)
            .map(
                answer -> {
                  if (answer == null || answer.upgrades() == null) {
                    throw RpcFaults.badResult(method, "" + answer, "{ForkUpgradeParams}");
                  }
                  var upgrades = answer.upgrades();
                  members.upgrades(
                      read(method, () -> UpgradePlan.read(upgrades)), nanoTime.getAsLong());
                  return answer;
                }));
  }

  private Future<?> finality() {
    String tipset = "Filecoin.ChainGetFinalizedTipSet";
    return member(
        "finalized",
        rpc.call(tipset, List.of(), Answers.Tipset.class)
            .map(
                answer -> {
                  if (answer == null) {
                    throw RpcFaults.badResult(tipset, "null", "a tipset");
                  }
                  return read(tipset, () -> finalized(answer.key(), answer.checkedHeight()));
                })
            .recover(failure -> isNoMethod(failure) ? certificate() : Future.failedFuture(failure))
            .map(finalized -> put("finalized", finalized, Topic.FINALITY)));
  }

  private Future<JsonObject> certificate() {
    String method = "Filecoin.F3GetLatestCertificate";
    return rpc.call(method, List.of(), Certificate.class)
        .map(answer -> read(method, () -> certified(answer)));
  }

  private static JsonObject certified(@Nullable Certificate answer) {
    List<@Nullable CertifiedTipset> chain =
        answer == null || answer.chain() == null ? List.of() : answer.chain();
    CertifiedTipset last = chain.isEmpty() ? null : chain.get(chain.size() - 1);
    if (last == null) {
      throw new IllegalArgumentException("no tipset in the certificate");
    }
    Answers.Tipset tipset = new Answers.Tipset(last.key(), last.epoch(), null);
    return finalized(tipset.key(), tipset.checkedHeight());
  }

  private static JsonObject finalized(TipsetKey key, long height) {
    if (key.isEmpty()) {
      throw new IllegalArgumentException("a tipset without blocks");
    }
    return new JsonObject().put("height", height).put("key", key.toString());
  }

  /** Forest counts its peers elsewhere: what others have stays 0 there. */
  private Future<?> peers() {
    Object client = members.get("client");
    boolean first = client == null || client.equals("forest");
    return member(
        "peers",
        (first ? netInfo() : nodeStatus())
            .recover(
                failure ->
                    isNoMethod(failure)
                        ? first ? nodeStatus() : netInfo()
                        : Future.failedFuture(failure))
            .map(peers -> put("peers", peers, Topic.PEERS)));
  }

  private Future<Long> nodeStatus() {
    String method = "Filecoin.NodeStatus";
    return rpc.call(method, params(false), NodeStatus.class)
        .map(
            answer ->
                within(
                    method,
                    answer == null || answer.peers() == null ? null : answer.peers().blocks(),
                    MAX_COUNT));
  }

  private Future<Long> netInfo() {
    String method = "Forest.NetInfo";
    return rpc.call(method, List.of(), NetInfo.class)
        .map(
            answer ->
                within(
                    method,
                    answer == null
                        ? null
                        : answer.peers() == null ? answer.oldPeers() : answer.peers(),
                    MAX_COUNT));
  }

  private Object put(String member, Object value, Topic topic) {
    members.put(member, value, topic.period(), nanoTime.getAsLong());
    return value;
  }

  private Future<?> member(String member, Future<?> answer) {
    return answer.onFailure(
        failure -> {
          if (isOdd(failure)) {
            members.drop(member);
          }
        });
  }
}
