package fil.heartbeat.chain.source;

import static fil.heartbeat.chain.source.AnswerChecks.MAX_NUMBER;
import static fil.heartbeat.chain.source.AnswerChecks.amount;
import static fil.heartbeat.chain.source.AnswerChecks.both;
import static fil.heartbeat.chain.source.AnswerChecks.isOdd;
import static fil.heartbeat.chain.source.AnswerChecks.params;
import static fil.heartbeat.chain.source.AnswerChecks.read;
import static fil.heartbeat.chain.source.AnswerChecks.within;

import com.fasterxml.jackson.core.type.TypeReference;
import fil.heartbeat.chain.FilecoinAddress;
import fil.heartbeat.chain.source.NodeAnswers.Actor;
import fil.heartbeat.chain.source.NodeAnswers.Deadline;
import fil.heartbeat.chain.source.NodeAnswers.MinerInfo;
import fil.heartbeat.chain.source.NodeAnswers.Partition;
import fil.heartbeat.chain.source.NodeAnswers.ProvingDeadline;
import fil.heartbeat.chain.source.NodeMembers.Wallet;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Asks a node about the wallets and the proofs of miners, as {@link NodeQuestions}. */
final class MinerQuestions {
  private final RpcCaller rpc;
  private final boolean withNonces;
  private final NodeMembers members;
  private final LongSupplier nanoTime;

  /**
   * @param withNonces whether the messages of the wallets are asked for too
   */
  MinerQuestions(RpcCaller rpc, boolean withNonces, NodeMembers members, LongSupplier nanoTime) {
    this.rpc = rpc;
    this.withNonces = withNonces;
    this.members = members;
    this.nanoTime = nanoTime;
  }

  Future<?> minerInfo(String miner) {
    String method = "Filecoin.StateMinerInfo";
    return rpc.call(method, params(miner, null), MinerInfo.class)
        .map(
            answer -> {
              if (answer == null) {
                throw RpcFaults.badResult(method, "null", "{Owner, Worker, ControlAddresses}");
              }
              List<Wallet> wallets = new ArrayList<>();
              wallets.add(wallet(method, answer.worker(), "worker"));
              if (answer.control() != null) {
                answer.control().forEach(each -> wallets.add(wallet(method, each, "control")));
              }
              // An owner that is also the worker is one that pays.
              wallets.add(wallet(method, answer.owner(), "owner"));
              members.wallets(miner, wallets.stream().limit(NodeMembers.MAX_ADDRESSES).toList());
              return answer;
            });
  }

  private static Wallet wallet(String method, @Nullable String address, String role) {
    String text = address == null ? "" : address;
    return new Wallet(read(method, () -> FilecoinAddress.parse(text).toString()), role);
  }

  /**
   * Asks for the wallets of a miner. Only those that sign messages have a nonce: an owner is often
   * a multisig, of which no node knows one.
   */
  Future<?> walletsOf(List<Wallet> own) {
    Set<String> signing =
        own.stream()
            .filter(each -> !each.role().equals("owner"))
            .map(Wallet::address)
            .collect(Collectors.toSet());
    return wallets(
        own.stream().map(Wallet::address).distinct().toList(), withNonces ? signing : Set.of());
  }

  /**
   * Asks for one wallet after the other; one that fails does not keep the others from it.
   *
   * @param signing those whose messages are asked for too
   */
  Future<?> wallets(List<String> addresses, Set<String> signing) {
    Future<?> done = Future.succeededFuture();
    for (String address : addresses) {
      done = both(done, () -> wallet(address, signing.contains(address)));
    }
    return done;
  }

  /** Asks for the balance, and right after it for the messages: their number is of both answers. */
  private Future<?> wallet(String address, boolean withNonce) {
    String method = "Filecoin.StateGetActor";
    return rpc.call(method, params(address, null), Actor.class)
        .map(
            answer -> {
              if (answer == null) {
                throw RpcFaults.badResult(method, "null", "{Nonce, Balance}");
              }
              return answer;
            })
        .onFailure(
            failure -> {
              if (isOdd(failure)) {
                members.dropBalance(address);
                members.dropPending(address);
              }
            })
        .compose(
            actor -> {
              long now = nanoTime.getAsLong();
              Future<?> balance = balance(address, actor, now);
              Future<?> all =
                  withNonce ? both(balance, () -> pending(address, actor, now)) : balance;
              return all.<Object>mapEmpty();
            });
  }

  private Future<?> balance(String address, Actor actor, long now) {
    try {
      members.balance(address, amount("Filecoin.StateGetActor", actor.balance()), now);
      return Future.succeededFuture();
    } catch (RpcException odd) {
      members.dropBalance(address);
      return Future.failedFuture(odd);
    }
  }

  private Future<?> pending(String address, Actor actor, long now) {
    String method = "Filecoin.MpoolGetNonce";
    return Future.succeededFuture()
        .map(ignored -> within("Filecoin.StateGetActor", actor.nonce(), MAX_NUMBER))
        .compose(
            nonce ->
                rpc.call(method, params(address), Long.class)
                    .map(
                        next -> {
                          members.pending(address, nonce, within(method, next, MAX_NUMBER), now);
                          return address;
                        }))
        .onFailure(
            failure -> {
              if (isOdd(failure)) {
                members.dropPending(address);
              }
            });
  }

  Future<?> available(String miner) {
    String method = "Filecoin.StateMinerAvailableBalance";
    return rpc.call(method, params(miner, null), String.class)
        .map(
            answer -> {
              members.available(miner, amount(method, answer), nanoTime.getAsLong());
              return miner;
            })
        .onFailure(
            failure -> {
              if (isOdd(failure)) {
                members.dropAvailable(miner);
              }
            });
  }

  Future<?> proving(String miner) {
    String method = "Filecoin.StateMinerProvingDeadline";
    return rpc.call(method, params(miner, null), ProvingDeadline.class)
        .compose(
            present -> {
              if (present == null) {
                throw RpcFaults.badResult(method, "null", "{PeriodStart, Index, Open, Close}");
              }
              int index = read(method, () -> ProvingState.index(present));
              return rpc.call(
                      "Filecoin.StateMinerDeadlines",
                      params(miner, null),
                      new TypeReference<List<@Nullable Deadline>>() {})
                  .compose(deadlines -> proving(miner, present, index, deadlines));
            })
        .onFailure(
            failure -> {
              if (isOdd(failure)) {
                members.dropProving(miner);
              }
            });
  }

  private Future<?> proving(
      String miner,
      ProvingDeadline present,
      int index,
      @Nullable List<@Nullable Deadline> deadlines) {
    String method = "Filecoin.StateMinerPartitions";
    if (deadlines == null) {
      throw RpcFaults.badResult("Filecoin.StateMinerDeadlines", "null", "48 deadlines");
    }
    return rpc.call(
            method, params(miner, index, null), new TypeReference<List<@Nullable Partition>>() {})
        .map(
            partitions -> {
              members.proving(
                  miner,
                  read(
                      method,
                      () ->
                          ProvingState.of(
                              present, deadlines, partitions == null ? List.of() : partitions)),
                  nanoTime.getAsLong());
              return miner;
            });
  }

  Future<?> faults(String miner) {
    String method = "Filecoin.StateMinerFaults";
    return rpc.call(method, params(miner, null), new TypeReference<List<@Nullable Long>>() {})
        .map(
            runs -> {
              members.faults(miner, read(method, () -> BitField.count(runs)), nanoTime.getAsLong());
              return miner;
            })
        .onFailure(
            failure -> {
              if (isOdd(failure)) {
                members.dropFaults(miner);
              }
            });
  }
}
