package fil.heartbeat.chain.source;

import static fil.heartbeat.chain.source.RpcException.isNoMethod;

import fil.heartbeat.config.RpcEndpoint;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Optional;

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

  /** The CID of the genesis block. */
  public Future<Optional<String>> genesis() {
    return orNone(NodeReads.genesis(client));
  }

  /** The height of the last final tipset. */
  public Future<Optional<Long>> finalized() {
    return orNone(NodeReads.finalized(client).map(NodeReads.Finalized::height));
  }

  /** How many peers take the node's blocks; of Forest, how many peers it has. */
  public Future<Optional<Long>> peers() {
    return orNone(NodeReads.peers(client, false));
  }

  /** The addresses of a storage miner, or of all miners of Curio. */
  public Future<Optional<List<String>>> miners() {
    return orNone(MinerAddressVerticle.ask(client));
  }

  @Override
  public void close() {
    client.close();
  }

  private static <T> Future<Optional<T>> orNone(Future<T> answer) {
    return answer
        .map(Optional::of)
        .recover(
            failure ->
                isNoMethod(failure)
                    ? Future.succeededFuture(Optional.empty())
                    : Future.failedFuture(failure));
  }
}
