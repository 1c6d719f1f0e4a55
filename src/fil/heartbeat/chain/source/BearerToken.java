package fil.heartbeat.chain.source;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import fil.heartbeat.chain.source.RpcException.Kind;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The token of a node: a fixed one, or a file's, which is read anew after a refusal. */
final class BearerToken {

  /** Node tokens have some 200 characters. */
  private static final int MAX_LENGTH = 8 * 1024;

  private final Vertx vertx;
  private final Optional<Path> file;
  private Optional<String> token;
  private boolean current;

  BearerToken(Vertx vertx, Optional<String> token, Optional<Path> file) {
    this.vertx = vertx;
    this.token = token;
    this.file = file;
    this.current = file.isEmpty();
  }

  /** The token to send; fails with {@link RpcException} when the file holds none. */
  Future<Optional<String>> get() {
    if (current) {
      return Future.succeededFuture(token);
    }
    return vertx
        .executeBlocking(() -> read(file.orElseThrow()), false)
        .map(
            text -> {
              token = Optional.of(text);
              current = true;
              return token;
            });
  }

  /** The node did not take it; the file may hold another by now. */
  void refused() {
    current = file.isEmpty();
  }

  /** What to do about a refusal. */
  String remedy() {
    return file.map(path -> "a token that may read, in " + path)
        .orElse("a token that may read" + (token.isPresent() ? "" : "; none is configured"));
  }

  /** Never tells what the file holds. */
  private static String read(Path file) {
    byte[] content;
    try (InputStream in = Files.newInputStream(file)) {
      content = in.readNBytes(MAX_LENGTH + 1);
    } catch (IOException e) {
      throw refusal(file, "cannot be read: " + e);
    }
    String text = new String(content, ISO_8859_1).strip();
    if (content.length > MAX_LENGTH
        || text.isEmpty()
        || !text.chars().allMatch(c -> c > ' ' && c <= '~')) {
      throw refusal(file, "holds no token");
    }
    return text;
  }

  private static RpcException refusal(Path file, String wrong) {
    return new RpcException(
        Kind.NOT_AUTHORISED,
        "token file " + file + " " + wrong + " (expected: one line, a read token)");
  }
}
