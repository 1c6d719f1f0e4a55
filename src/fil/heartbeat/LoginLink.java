package fil.heartbeat;

import fil.heartbeat.api.LocalToken;
import fil.heartbeat.config.AggregatorConfig;
import fil.heartbeat.config.Config;
import fil.heartbeat.config.ConfigException;
import fil.heartbeat.config.ConfigException.Fault;
import fil.heartbeat.config.HttpConfig;
import java.io.IOException;
import java.time.Instant;
import java.util.List;

/**
 * The link with which a browser logs in where {@code http.auth} is off. Who can read the secret in
 * {@code dataDir} may change things, so this has to run as the user that the aggregator runs as.
 */
final class LoginLink {
  private LoginLink() {}

  /**
   * The link; good once and for a few minutes.
   *
   * @throws ConfigException when this configuration has no page to log in to, or tokens for that
   * @throws IOException when the secret cannot be read, which the running aggregator made
   */
  static String of(Config config, Instant now) throws IOException {
    AggregatorConfig aggregator =
        config
            .aggregator()
            .orElseThrow(() -> fault("aggregator", "(absent)", "the role that has the page"));
    HttpConfig http =
        config.http().orElseThrow(() -> fault("http", "(absent)", "the role that has the page"));
    if (http.tokensFile().isPresent()) {
      throw fault(
          "http.auth.tokensFile", "is set", "no tokens; with them, log in with one on the page");
    }
    return page(http) + "#login=" + LocalToken.loginCode(LocalToken.in(aggregator.dataDir()), now);
  }

  private static String page(HttpConfig http) {
    if (http.externalUrl().isPresent()) {
      return http.externalUrl().get();
    }
    if (http.port() == 0) {
      throw fault("http.port", "0", "a port that stays the same, or http.externalUrl");
    }
    String host =
        switch (http.host()) {
          case "0.0.0.0" -> "127.0.0.1";
          case "::" -> "::1";
          default -> http.host();
        };
    return HttpRole.url(http, host, http.port()) + "/";
  }

  private static ConfigException fault(String key, String value, String expected) {
    return new ConfigException(List.of(new Fault(key, value, expected)));
  }
}
