package fil.heartbeat.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import fil.heartbeat.config.EndpointText.Api;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * The folder of a node or a miner on this machine. Its files {@code api} and {@code token} name the
 * endpoint; both change when the process restarts.
 *
 * @param folder need not exist
 */
public record Repo(Path folder, Type type) {
  private static final String API_FILE = "api";
  private static final String TOKEN_FILE = "token";
  private static final int MAX_BYTES = 8 * 1024;

  /** Forest listens there by default; it writes its address nowhere. */
  private static final String FOREST = "http://127.0.0.1:2345/rpc/v1";

  /** Whose folder it is. */
  public enum Type {
    /** lotus, venus or Forest. */
    NODE,
    /** Named by Forest's own variable. */
    FOREST,
    /** lotus-miner. */
    MINER
  }

  /**
   * Where to call, and with what.
   *
   * @param isAdmin whether the token may do everything
   */
  public record Address(String url, Optional<String> token, boolean isAdmin) {
    /** Without secrets. */
    @Override
    public String toString() {
      return RpcUrl.shown(url) + (token.isPresent() ? " with a token" : "");
    }
  }

  /**
   * Reads both files. Blocks.
   *
   * @throws IOException of one line that shows nothing of the token, when no process serves there
   */
  public Address read() throws IOException {
    String url = url();
    Path file = folder.resolve(TOKEN_FILE);
    if (Files.notExists(file)) {
      return new Address(url, Optional.empty(), false);
    }
    String token = SmallFile.token(file, MAX_BYTES, "one line, the node's token");
    return new Address(url, Optional.of(token), isAdmin(token));
  }

  private String url() throws IOException {
    Path file = folder.resolve(API_FILE);
    if (Files.notExists(file)) {
      if (isForest()) {
        return FOREST;
      }
      throw new IOException(
          file
              + ": no such file (expected: one that the process writes at its start; does it run?)");
    }
    String text = SmallFile.line(file, MAX_BYTES, "one line, the address of the API");
    try {
      List<EndpointText> found =
          EndpointText.ofVariable(text, type == Type.MINER ? Api.MINER : Api.NODE);
      if (found.size() == 1) {
        return found.get(0).url();
      }
    } catch (IllegalArgumentException e) {
      // Handled below.
    }
    throw new IOException(file + ": no address (expected: such as /ip4/127.0.0.1/tcp/1234/http)");
  }

  /** Forest has a file where lotus and venus have a folder. */
  private boolean isForest() {
    return type == Type.FOREST
        || (type == Type.NODE
            && (Files.isRegularFile(folder.resolve("keystore.json"))
                || Files.isRegularFile(folder.resolve("keystore"), LinkOption.NOFOLLOW_LINKS)));
  }

  /** The payload of a JWT is {@code {"Allow":["read",…]}}. */
  private static boolean isAdmin(String token) {
    String[] parts = token.split("\\.", -1);
    try {
      return parts.length == 3
          && new String(Base64.getUrlDecoder().decode(parts[1]), UTF_8).contains("\"admin\"");
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
