package fil.heartbeat.chain.source;

import fil.heartbeat.chain.source.RpcException.Kind;
import fil.heartbeat.client.FolderReader;
import fil.heartbeat.config.Secret;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The API token of a node: a fixed one, or one from a file that is read for each call, so that a
 * rotated token is used at once. When the file cannot be read, the last token is used until the
 * node refuses it.
 */
final class BearerToken {
  private static final String READ_TOKEN =
      "a token that may read (lotus auth create-token --perm read)";

  private final Optional<String> fixed;
  private final Optional<Path> path;
  private final @Nullable FolderReader folder;
  private final @Nullable LastRead<String> file;

  /**
   * @param path of the file with the token; counts instead of a fixed one
   */
  BearerToken(Vertx vertx, Optional<String> fixed, Optional<Path> path) {
    this.fixed = fixed;
    this.path = path;
    if (path.isEmpty()) {
      this.folder = null;
      this.file = null;
      return;
    }
    Secret.Token secret = new Secret.Token(path.get());
    FolderReader reader = new FolderReader(vertx, path.get().resolveSibling(""));
    this.folder = reader;
    this.file = new LastRead<>(reader, secret::read);
  }

  void close() {
    if (folder != null) {
      folder.close();
    }
  }

  /** Returns the token to send; fails with {@link RpcException} when the file holds none. */
  Future<Optional<String>> get() {
    if (file == null) {
      return Future.succeededFuture(fixed);
    }
    String last = file.last();
    return file.get()
        .recover(
            failure ->
                last == null ? Future.failedFuture(named(failure)) : Future.succeededFuture(last))
        .map(Optional::of);
  }

  /** The node refused the token; the file may hold another by now. */
  void refused() {
    if (file != null) {
      file.forget();
    }
  }

  /** Returns what to do about a refusal. */
  String remedy() {
    return READ_TOKEN
        + path.map(from -> ", in " + from)
            .orElse(", in a tokenFile" + (fixed.isPresent() ? "" : "; none is configured"));
  }

  /** Translates a failed read; the message never contains the file's text. */
  private static Throwable named(Throwable failure) {
    return failure instanceof IOException
        ? new RpcException(Kind.NOT_AUTHORISED, "token file " + failure.getMessage())
        : failure;
  }
}
