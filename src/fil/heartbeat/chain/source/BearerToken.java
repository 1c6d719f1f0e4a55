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
 * The API token of a node: a fixed one, or one from a file that is read for each call, so that a
 * rotated token is used at once. When the file cannot be read, the last token is used until the
 * node refuses it.
 */
final class BearerToken {

  /** How long a call waits for a disk that may hang when an earlier token is available. */
  private static final long PATIENCE_SECONDS = 1;

  private static final String READ_TOKEN =
      "a token that may read (lotus auth create-token --perm read)";

  private final Vertx vertx;
  private final Optional<Path> file;
  private Optional<String> token;
  private @Nullable Future<Optional<String>> reading;

  BearerToken(Vertx vertx, Optional<String> token, Optional<Path> file) {
    this.vertx = vertx;
    this.token = token;
    this.file = file;
  }

  /** Returns the token to send; fails with {@link RpcException} when the file holds none. */
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

  /** The node refused the token; the file may hold another by now. */
  void refused() {
    if (file.isPresent()) {
      token = Optional.empty();
    }
  }

  /** Returns what to do about a refusal. */
  String remedy() {
    return READ_TOKEN
        + file.map(path -> ", in " + path)
            .orElse(", in a tokenFile" + (token.isPresent() ? "" : "; none is configured"));
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

  /** Translates a failed read; the message never contains the file's text. */
  private static Throwable named(Throwable failure) {
    return failure instanceof IOException
        ? new RpcException(Kind.NOT_AUTHORISED, "token file " + failure.getMessage())
        : failure;
  }
}
