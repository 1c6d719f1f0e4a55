package fil.heartbeat.api;

import fil.heartbeat.config.HttpConfig;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the API listens, who may use it, and the version that it shows.
 *
 * @param version of this program, as shown
 * @param localToken file of the secret that changes need where {@code http.auth} names no tokens,
 *     made when absent; without both, changes are refused
 */
public record ApiSettings(HttpConfig http, String version, Optional<Path> localToken) {

  /** Makes settings without a local secret. */
  public ApiSettings(HttpConfig http, String version) {
    this(http, version, Optional.empty());
  }

  /** Makes settings for plain HTTP, readable by every client; port 0 picks a free one. */
  public ApiSettings(String host, int port, String version) {
    this(new HttpConfig(host, port, HttpConfig.MAX_NODE_SERIES), version);
  }
}
