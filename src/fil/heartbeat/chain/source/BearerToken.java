package fil.heartbeat.chain.source;

import fil.heartbeat.chain.source.RpcException.Kind;
import fil.heartbeat.config.Secret;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The token of a node: a fixed one, or a file's, which is read for each call, so that a rotated one
 * is used at once. What cannot be read is what was read before, until that is refused.
 */
final class BearerToken {

  /** What a call waits for a disk that may hang, when there is a token from before. */
  private static final long PATIENCE_SECONDS = 1;

  private final Vertx vertx;
  private final Optional<Path> file;
  private Optional<String> token;
  private @Nullable Future<Optional<String>> reading;

  BearerToken(Vertx vertx, Optional<String> token, Optional<Path> file) {
    this.vertx = vertx;
    this.token = token;
    this.file = file;
  }

  /** The token to send; fails with {@link RpcException} when the file holds none. */
  Future<Optional<String>> get() {
    if (file.isEmpty()) {
      return Future.succeededFuture(token);
    }
    boolean hangs = reading != null;
    Future<Optional<String>> read = read(file.get());
    if (token.isEmpty()) {
      return read;
    }
    return hangs
        ? Future.succeededFuture(token)
        : Future.any(read, vertx.timer(PATIENCE_SECONDS, TimeUnit.SECONDS))
            .transform(done -> Future.succeededFuture(token));
  }

  /** The node did not take it; the file may hold another by now. */
  void refused() {
    if (file.isPresent()) {
      token = Optional.empty();
    }
  }

  /** What to do about a refusal. */
  String remedy() {
    return file.map(path -> "a token that may read, in " + path)
        .orElse("a token that may read" + (token.isPresent() ? "" : "; none is configured"));
  }

  private Future<Optional<String>> read(Path from) {
    Future<Optional<String>> before = reading;
    if (before != null) {
      return before;
    }
    Future<Optional<String>> begun =
        new Secret.Token(from)
            .read(vertx)
            .recover(failure -> Future.failedFuture(named(failure)))
            .map(
                text -> {
                  token = Optional.of(text);
                  return token;
                });
    reading = begun;
    return begun.onComplete(done -> reading = null);
  }

  /** Never tells what the file holds. */
  private static Throwable named(Throwable failure) {
    return failure instanceof IOException
        ? new RpcException(Kind.NOT_AUTHORISED, "token file " + failure.getMessage())
        : failure;
  }
}
