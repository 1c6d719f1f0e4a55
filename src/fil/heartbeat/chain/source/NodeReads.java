package fil.heartbeat.chain.source;

import static fil.heartbeat.chain.source.AnswerChecks.MAX_COUNT;
import static fil.heartbeat.chain.source.AnswerChecks.params;
import static fil.heartbeat.chain.source.AnswerChecks.read;
import static fil.heartbeat.chain.source.AnswerChecks.within;
import static fil.heartbeat.chain.source.RpcException.isNoMethod;

import fil.heartbeat.chain.TipsetKey;
import fil.heartbeat.chain.source.NodeAnswers.Certificate;
import fil.heartbeat.chain.source.NodeAnswers.CertifiedTipset;
import fil.heartbeat.chain.source.NodeAnswers.NetInfo;
import fil.heartbeat.chain.source.NodeAnswers.NodeStatus;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What nodes answer by different methods: the next is called when a node does not have the first.
 * Each fails with {@link RpcException}, also for an odd answer.
 */
final class NodeReads {
  private static final String GENESIS = "Filecoin.ChainGetGenesis";

  private NodeReads() {}

  /**
   * A tipset that no reorganisation can replace.
   *
   * @param key not empty
   * @param height 0 to 2^53-1
   */
  record Finalized(TipsetKey key, long height) {}

  /** The CID of the genesis block. */
  static Future<String> genesis(RpcCaller rpc) {
    return rpc.call(GENESIS, List.of(), Answers.Tipset.class)
        .map(answer -> read(GENESIS, () -> genesis(answer)));
  }

  private static String genesis(Answers.@Nullable Tipset answer) {
    TipsetKey key = answer == null ? TipsetKey.EMPTY : answer.key();
    if (key.cids().size() != 1) {
      throw new IllegalArgumentException(key.cids().size() + " blocks");
    }
    return key.cids().get(0).toString();
  }

  /** The last final tipset; venus has only the certificates of F3. */
  static Future<Finalized> finalized(RpcCaller rpc) {
    String method = "Filecoin.ChainGetFinalizedTipSet";
    return either(
        rpc.call(method, List.of(), Answers.Tipset.class)
            .map(answer -> read(method, () -> finalized(answer))),
        () -> certified(rpc));
  }

  private static Future<Finalized> certified(RpcCaller rpc) {
    String method = "Filecoin.F3GetLatestCertificate";
    return rpc.call(method, List.of(), Certificate.class)
        .map(answer -> read(method, () -> finalized(lastOf(answer))));
  }

  private static Answers.@Nullable Tipset lastOf(@Nullable Certificate answer) {
    List<@Nullable CertifiedTipset> chain =
        answer == null || answer.chain() == null ? List.of() : answer.chain();
    CertifiedTipset last = chain.isEmpty() ? null : chain.get(chain.size() - 1);
    return last == null ? null : new Answers.Tipset(last.key(), last.epoch(), null);
  }

  private static Finalized finalized(Answers.@Nullable Tipset answer) {
    TipsetKey key = answer == null ? TipsetKey.EMPTY : answer.key();
    if (answer == null || key.isEmpty()) {
      throw new IllegalArgumentException("no tipset");
    }
    return new Finalized(key, answer.checkedHeight());
  }

  /**
   * How many peers take the node's blocks; of Forest, how many peers it has: what others count
   * stays 0 there. Only a node that may be Forest is called by Forest's method, since lotus logs an
   * error for a method that it does not have.
   */
  static Future<Long> peers(RpcCaller rpc, boolean isForest) {
    return isForest
        ? either(netInfo(rpc), () -> nodeStatus(rpc))
        : either(
            nodeStatus(rpc)
                .compose(peers -> peers == 0 ? none(rpc) : Future.succeededFuture(peers)),
            () -> netInfo(rpc));
  }

  private static Future<Long> none(RpcCaller rpc) {
    return either(netInfo(rpc), () -> Future.succeededFuture(0L));
  }

  private static Future<Long> nodeStatus(RpcCaller rpc) {
    String method = "Filecoin.NodeStatus";
    return rpc.call(method, params(false), NodeStatus.class)
        .map(
            answer ->
                within(
                    method,
                    answer == null || answer.peers() == null ? null : answer.peers().blocks(),
                    MAX_COUNT));
  }

  private static Future<Long> netInfo(RpcCaller rpc) {
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

  private static <T> Future<T> either(Future<T> first, Supplier<Future<T>> second) {
    return first.recover(
        failure -> isNoMethod(failure) ? second.get() : Future.failedFuture(failure));
  }
}
