package fil.heartbeat.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The JSON-RPC endpoint of a node or a miner, and the token for it.
 *
 * @param url {@code http} or {@code https}; empty when the repo names it, or without any endpoint
 * @param token from an environment variable
 * @param tokenFile file with the token; a repo has its own
 * @param repo the folder of the process that serves the endpoint
 * @param caFile PEM certificates that are trusted besides those of the JDK
 */
public record RpcEndpoint(
    String url,
    Optional<String> token,
    Optional<Path> tokenFile,
    Optional<Path> repo,
    Optional<Path> caFile) {

  /** No endpoint at all. */
  public static final RpcEndpoint NONE = of("");

  /** An endpoint without token. */
  public static RpcEndpoint of(String url) {
    return new RpcEndpoint(
        url, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
  }

  /** Whether there is anything to call. */
  public boolean isPresent() {
    return !url.isEmpty() || repo.isPresent();
  }

  /** For people, without secrets. */
  public String shown() {
    return repo.map(folder -> "the endpoint in " + folder).orElseGet(() -> RpcUrl.shown(url));
  }

  /** Without secrets. */
  @Override
  public String toString() {
    return "RpcEndpoint[url="
        + RpcUrl.shown(url)
        + ", token="
        + (token.isPresent() ? "(set)" : "(none)")
        + ", tokenFile="
        + tokenFile
        + ", repo="
        + repo
        + ", caFile="
        + caFile
        + "]";
  }
}
