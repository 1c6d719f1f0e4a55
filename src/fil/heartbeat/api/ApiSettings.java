package fil.heartbeat.api;

import fil.heartbeat.config.HttpConfig;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the API listens, who may use it, and what it tells of this program.
 *
 * @param version of this program, as it is told
 * @param localToken file of the secret with which changes are made where {@code http.auth} names no
 *     tokens, made when it is absent; without both there are no changes
 */
public record ApiSettings(HttpConfig http, String version, Optional<Path> localToken) {

  /** Without a local secret. */
  public ApiSettings(HttpConfig http, String version) {
    this(http, version, Optional.empty());
  }

  /** Plain HTTP, to be read by everyone who reaches it; port 0 picks a free one. */
  public ApiSettings(String host, int port, String version) {
    this(new HttpConfig(host, port, HttpConfig.MAX_NODE_SERIES), version);
  }
}
