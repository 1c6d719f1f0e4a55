package fil.heartbeat.chain.source;

import fil.heartbeat.chain.source.RpcException.Kind;
import fil.heartbeat.client.FolderReader;
import fil.heartbeat.config.Repo;
import fil.heartbeat.config.RpcEndpoint;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where to call a node or a miner, and with which token. A repo's files are read for each call:
 * port and token change together when the process restarts.
 */
final class NodeAddress {
  private static final Logger log = LoggerFactory.getLogger(NodeAddress.class);

  /** Repos whose token was reported; several clients may call one node. */
  private static final Set<Path> REPORTED = ConcurrentHashMap.newKeySet();

  private final RpcEndpoint endpoint;
  private final BearerToken token;
  private final @Nullable FolderReader folder;
  private final @Nullable LastRead<Repo.Address> repo;

  /** The address for one call. */
  record Now(String url, Optional<String> token) {}

  NodeAddress(Vertx vertx, RpcEndpoint endpoint) {
    this.endpoint = endpoint;
    this.token = new BearerToken(vertx, endpoint.token(), endpoint.tokenFile());
    if (endpoint.repo().isEmpty()) {
      this.folder = null;
      this.repo = null;
      return;
    }
    Repo from = endpoint.repo().get();
    FolderReader reader = new FolderReader(vertx, from.folder());
    this.folder = reader;
    this.repo = new LastRead<>(reader, from::read);
  }

  /**
   * Returns what to call; fails with {@link RpcException} when a file does not say it within the
   * limit.
   */
  Future<Now> get(Duration limit) {
    return get()
        .timeout(limit.toMillis(), TimeUnit.MILLISECONDS)
        .recover(
            failure ->
                Future.failedFuture(failure instanceof TimeoutException ? hung(limit) : failure));
  }

  private RpcException hung(Duration limit) {
    return new RpcException(
        Kind.UNAVAILABLE,
        "no answer within "
            + limit.toMillis()
            + " ms from the disk with "
            + endpoint
                .tokenFile()
                .or(() -> endpoint.repo().map(Repo::folder))
                .map(Path::toString)
                .orElse("the token")
            + " (expected: a file that can be read; does its disk hang?)");
  }

  void close() {
    token.close();
    if (folder != null) {
      folder.close();
    }
  }

  private Future<Now> get() {
    if (repo == null) {
      return token.get().map(bearer -> new Now(endpoint.url(), bearer));
    }
    return repo.get()
        .recover(failure -> Future.failedFuture(named(failure)))
        .compose(
            read -> {
              if (endpoint.tokenFile().isPresent()) {
                return token.get().map(bearer -> new Now(read.url(), bearer));
              }
              report(read);
              return Future.succeededFuture(new Now(read.url(), read.token()));
            });
  }

  /** The node refused the token; a file may hold another by now. */
  void refused() {
    token.refused();
    if (repo != null) {
      repo.forget();
    }
  }

  /** Returns what to do about a refusal. */
  String remedy() {
    return endpoint
        .repo()
        .filter(from -> endpoint.tokenFile().isEmpty())
        .map(from -> "the node's own token, in " + from.folder().resolve("token"))
        .orElseGet(token::remedy);
  }

  private void report(Repo.Address read) {
    endpoint
        .repo()
        .map(Repo::folder)
        .filter(folder -> read.isAdmin() && REPORTED.add(folder))
        .ifPresent(
            folder ->
                log.warn(
                    "token may do everything repo={} (better: a read token in tokenFile, made by"
                        + " lotus auth create-token --perm read)",
                    folder));
  }

  private static Throwable named(Throwable failure) {
    return failure instanceof IOException
        ? new RpcException(Kind.UNAVAILABLE, String.valueOf(failure.getMessage()))
        : failure;
  }
}
