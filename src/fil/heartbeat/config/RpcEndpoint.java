package fil.heartbeat.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The JSON-RPC endpoint of a node or a miner, and the token for it.
 *
 * @param url {@code http} or {@code https}; empty when a repo names it, or without any endpoint
 * @param token written before the address
 * @param tokenFile file with the token, instead of any other
 * @param repo the folder of the process that serves the endpoint, when there is no URL
 * @param caFile PEM certificates that are trusted besides those of the JDK
 * @param advice how to write the endpoint instead, for {@code check}; empty for none
 */
public record RpcEndpoint(
    String url,
    Optional<String> token,
    Optional<Path> tokenFile,
    Optional<Repo> repo,
    Optional<CaFile> caFile,
    String advice) {

  /** No endpoint at all. */
  public static final RpcEndpoint NONE = of("");

  /** An endpoint without token. */
  public static RpcEndpoint of(String url) {
    return new RpcEndpoint(
        url, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), "");
  }

  /** The endpoint of a process on this machine. */
  public static RpcEndpoint of(Repo repo) {
    return new RpcEndpoint(
        "", Optional.empty(), Optional.empty(), Optional.of(repo), Optional.empty(), "");
  }

  /**
   * @param setting where the text stands, for the advice
   */
  static RpcEndpoint of(EndpointText text, String setting) {
    return new RpcEndpoint(
        text.url(),
        text.token(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        text.advice().isEmpty() ? "" : setting + ": " + text.advice());
  }

  RpcEndpoint with(Optional<Path> ownTokenFile, Optional<CaFile> trusted) {
    return new RpcEndpoint(url, token, ownTokenFile, repo, trusted, advice);
  }

  /** Whether there is anything to call. */
  public boolean isPresent() {
    return !url.isEmpty() || repo.isPresent();
  }

  /** For people, without secrets. */
  public String shown() {
    return repo.map(one -> "the endpoint in " + one.folder()).orElseGet(() -> RpcUrl.shown(url));
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
