package fil.heartbeat.chain.source;

import static fil.heartbeat.chain.source.RpcException.isNoMethod;

import fil.heartbeat.config.RpcEndpoint;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Single questions to a node or a miner, for diagnosis. A future is empty when the node has no
 * method for it, and fails with {@link RpcException} otherwise. Lives on one context.
 */
public final class NodeProbe implements AutoCloseable {
  private final JsonRpcClient client;

  /**
   * @param endpoint of a node or miner, with a URL
   */
  public NodeProbe(Vertx vertx, RpcEndpoint endpoint) {
    client = new JsonRpcClient(vertx, endpoint, JsonRpcClient.TIMEOUT);
  }

  /** The height of the last final tipset. */
  public Future<Optional<Long>> finalized() {
    return either(
        ask("Filecoin.ChainGetFinalizedTipSet").map(tipset -> number(tipset, "Height")),
        () ->
            ask("Filecoin.F3GetLatestCertificate")
                .map(certificate -> member(certificate, "ECChain"))
                .map(chain -> number(last(chain), "Epoch")));
  }

  /** How many peers take the node's blocks; of Forest, how many peers it has. */
  public Future<Optional<Long>> peers() {
    return either(
        ask("Forest.NetInfo")
            .map(
                info -> {
                  Optional<Long> peers = number(info, "numPeers");
                  return peers.isPresent() ? peers : number(info, "num_peers");
                }),
        () ->
            ask("Filecoin.NodeStatus", false)
                .map(status -> number(member(status, "PeerStatus"), "PeersToPublishBlocks")));
  }

  /** The addresses of a storage miner, or of all miners of Curio. */
  public Future<Optional<List<String>>> miners() {
    return orNone(MinerAddressVerticle.ask(client).map(Optional::of));
  }

  @Override
  public void close() {
    client.close();
  }

  private Future<@Nullable Object> ask(String method, Object... params) {
    return client.call(method, Arrays.asList(params), Object.class);
  }

  /** A second question, where the node does not know the first. */
  private interface Second<T> {
    Future<Optional<T>> ask();
  }

  private static <T> Future<Optional<T>> either(Future<Optional<T>> first, Second<T> second) {
    return orNone(
        first.recover(
            failure -> isNoMethod(failure) ? second.ask() : Future.failedFuture(failure)));
  }

  private static <T> Future<Optional<T>> orNone(Future<Optional<T>> answer) {
    return answer.recover(
        failure ->
            isNoMethod(failure)
                ? Future.succeededFuture(Optional.empty())
                : Future.failedFuture(failure));
  }

  private static @Nullable Object member(@Nullable Object from, String name) {
    return from instanceof Map<?, ?> object ? object.get(name) : null;
  }

  private static @Nullable Object last(@Nullable Object from) {
    return from instanceof List<?> list && !list.isEmpty() ? list.get(list.size() - 1) : null;
  }

  private static Optional<Long> number(@Nullable Object from, String name) {
    return member(from, name) instanceof Number number
        ? Optional.of(number.longValue())
        : Optional.empty();
  }
}
