package fil.heartbeat.chain.source;

import static fil.heartbeat.chain.source.AnswerChecks.both;
import static fil.heartbeat.chain.source.AnswerChecks.isOdd;
import static fil.heartbeat.chain.source.AnswerChecks.params;
import static fil.heartbeat.chain.source.AnswerChecks.read;
import static fil.heartbeat.chain.source.AnswerChecks.within;
import static fil.heartbeat.chain.source.RpcException.isNoMethod;

import fil.heartbeat.chain.source.NodeAnswers.NetworkParams;
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
    return member(
        "finalized",
        NodeReads.finalized(rpc)
            .map(
                last ->
                    put(
                        "finalized",
                        new JsonObject()
                            .put("height", last.height())
                            .put("key", last.key().toString()),
                        Topic.FINALITY)));
  }

  private Future<?> peers() {
    return member(
        "peers",
        NodeReads.peers(rpc, "forest".equals(members.get("client")))
            .map(peers -> put("peers", peers, Topic.PEERS)));
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
