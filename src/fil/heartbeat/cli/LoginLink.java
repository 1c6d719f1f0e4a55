package fil.heartbeat.cli;

import fil.heartbeat.api.access.LocalToken;
import fil.heartbeat.app.HttpRole;
import fil.heartbeat.config.AggregatorConfig;
import fil.heartbeat.config.Config;
import fil.heartbeat.config.ConfigException;
import fil.heartbeat.config.HttpConfig;
import java.io.IOException;
import java.time.Instant;

/**
 * The link with which a browser logs in where {@code http.auth} is off. The secret in {@code
 * dataDir} grants the right to make changes, so this must run as the same user as the aggregator.
 */
final class LoginLink {
  private LoginLink() {}

  /**
   * Returns the link; valid once and for a few minutes.
   *
   * @throws ConfigException when this configuration has no page to log in to, or uses tokens
   * @throws IOException when the secret cannot be read, which the running aggregator created
   */
  static String of(Config config, Instant now) throws IOException {
    AggregatorConfig aggregator =
        config
            .aggregator()
            .orElseThrow(
                () -> ConfigException.of("aggregator", "(absent)", "the role that has the page"));
    HttpConfig http =
        config
            .http()
            .orElseThrow(
                () -> ConfigException.of("http", "(absent)", "the role that has the page"));
    if (http.auth().tokensFile().isPresent()) {
      throw ConfigException.of(
          "http.auth.tokensFile", "is set", "no tokens; with them, log in with one on the page");
    }
    return page(http) + "#login=" + LocalToken.loginCode(LocalToken.in(aggregator.dataDir()), now);
  }

  private static String page(HttpConfig http) {
    if (http.naming().externalUrl().isPresent()) {
      return http.naming().externalUrl().get();
    }
    if (http.bind().port() == 0) {
      throw ConfigException.of("http.port", "0", "a port that stays the same, or http.externalUrl");
    }
    String host =
        switch (http.bind().host()) {
          case "0.0.0.0" -> "127.0.0.1";
          case "::" -> "::1";
          default -> http.bind().host();
        };
    return HttpRole.url(http, host, http.bind().port()) + "/";
  }
}
