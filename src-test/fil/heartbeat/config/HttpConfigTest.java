package fil.heartbeat.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpConfigTest {
  private static final Path FOLDER = Path.of("/c");

  private static HttpConfig parse(String http) {
    return Config.parse(new JsonObject("{\"http\":" + http + "}"), FOLDER, Map.of())
        .http()
        .orElseThrow();
  }

  @Test
  void byDefaultItListensOnLoopbackAndHasNoLinks() {
    assertThat(parse("{}")).isEqualTo(new HttpConfig("127.0.0.1", 8080, 1000));
  }

  @Test
  void everyKeyIsRead() {
    assertThat(
            parse(
                """
                {"host":"::1","port":0,"maxNodeSeries":5,"hosts":["beats.test"],"basePath":"/heartbeat",
                 "tls":{"certFile":"c.pem","keyFile":"k.pem"},"auth":{"tokensFile":"tokens"},"public":true,
                 "hide":["miners"],"trustedProxies":["10.0.0.0/8"],"hsts":true,
                 "maxConnections":20,"maxConnectionsPerAddress":3,"externalUrl":"https://beats.test/heartbeat",
                 "agentPort":8081,"publicHealth":true}"""))
        .isEqualTo(
            new HttpConfig(
                new HttpConfig.Bind(
                    "::1",
                    0,
                    Optional.of(
                        new HttpConfig.Tls(FOLDER.resolve("c.pem"), FOLDER.resolve("k.pem"))),
                    true),
                new HttpConfig.Naming(
                    List.of("beats.test"),
                    "/heartbeat",
                    Optional.of("https://beats.test/heartbeat/"),
                    List.of(Cidr.parse("10.0.0.0/8").orElseThrow())),
                new HttpConfig.Auth(
                    Optional.of(FOLDER.resolve("tokens")), true, Set.of(HttpConfig.Hidden.MINERS)),
                new HttpConfig.Connections(20, 3),
                new HttpConfig.Health(Optional.of(8081), true),
                5));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"host":""}|http.host: (empty) (expected: an address
          {"maxConnections":15}|http.maxConnections: 15 (expected: a whole number of 16 to 100000)
          {"maxConnectionsPerAddress":0}|http.maxConnectionsPerAddress: 0 (expected: a whole number of 1 to
          {"port":65536}|http.port: 65536 (expected: a whole number of 0 to 65535)
          {"agentPort":8080}|http.agentPort: 8080 (expected: another port than http.port)
          {"basePath":"x/"}|http.basePath: x/ (expected: empty, or a path such as /heartbeat
          {"tls":{"certFile":"c"}}|http.tls.keyFile: (missing) (expected: both files or none)
          {"hide":["heads"]}|http.hide: heads (expected: addresses, miners, balances, proving or versions)
          {"trustedProxies":["proxy"]}|http.trustedProxies: proxy (expected: an address or a block
          {"externalUrl":"beats.test"}|http.externalUrl: beats.test (expected: http://<host>:<port>/
          {"externalUrl":"https://a:b@c/"}|http.externalUrl: (not shown, it may hold a password)
          {"externalUrl":"https://a/?q=1"}|http.externalUrl: https://a/?… (expected:
          """)
  void anInvalidValueIsNamedWithTheExpectedOne(String http, String fault) {
    assertThatThrownBy(() -> parse(http))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(fault);
  }
}
