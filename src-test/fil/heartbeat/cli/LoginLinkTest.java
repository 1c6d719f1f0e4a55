package fil.heartbeat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.app.App;
import fil.heartbeat.app.ProcessLocks;
import fil.heartbeat.app.Steps;
import fil.heartbeat.config.Config;
import fil.heartbeat.testing.LogbackRestored;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.client.WebClient;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith({VertxExtension.class, LogbackRestored.class})
class LoginLinkTest {
  private static final String SECRET = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFG";

  @TempDir private Path folder;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int run(String config) throws IOException {
    Path file = Files.writeString(folder.resolve("config.json"), config);
    return new Main(
            Map.of(),
            new Properties(),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8))
        .run(List.of("login-link", "--config", file.toString()))
        .orElseThrow();
  }

  private void secret() throws IOException {
    Files.createDirectories(folder.resolve("data"));
    Files.writeString(folder.resolve("data").resolve("local.token"), SECRET + "\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {}                                         | http://127.0.0.1:8080/
          {"host":"0.0.0.0","port":81}               | http://127.0.0.1:81/
          {"host":"::","basePath":"/fleet"}          | http://[::1]:8080/fleet/
          {"host":"10.0.0.7"}                        | http://10.0.0.7:8080/
          {"tls":{"certFile":"c","keyFile":"k"}}     | https://127.0.0.1:8080/
          {"externalUrl":"https://h.test/a","port":0} | https://h.test/a/
          """)
  void theLinkLeadsToThePageAndExpires(String http, String page) throws IOException {
    secret();
    assertThat(run("{\"aggregator\":{},\"http\":" + http + "}")).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8))
        .matches(java.util.regex.Pattern.quote(page) + "#login=[0-9]+\\.[A-Za-z0-9_-]{43}\\n")
        .doesNotContain(SECRET);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"http":{}}                                     | aggregator: (absent)
          {"aggregator":{}}                               | http: (absent)
          {"aggregator":{},"http":{"port":0}}             | http.port: 0 (expected: a port that stays
          {"aggregator":{},"http":{"auth":{"tokensFile":"t"}}} | http.auth.tokensFile: is set (expected: no tokens;
          """)
  void withoutALoginItSaysWhy(String config, String fault) throws IOException {
    secret();
    assertThat(run(config)).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains(fault);
    assertThat(out.size()).isZero();
  }

  @Test
  void withoutASecretItSaysWhatCreatesIt() throws IOException {
    assertThat(run("{\"aggregator\":{},\"http\":{}}")).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("local.token: no such file (expected: made by an aggregator that runs)");
  }

  /** The whole daemon: the secret created at its start logs in, and changes need it. */
  @Test
  void theDaemonAcceptsTheLink(Vertx vertx, VertxTestContext test) {
    JsonObject json =
        new JsonObject(
            "{\"aggregator\":{\"listen\":\"/ip4/127.0.0.1/tcp/0\"},\"http\":{\"port\":0}}");
    List<String> ready = Collections.synchronizedList(new ArrayList<>());
    WebClient client = WebClient.create(vertx);
    new App(
            vertx,
            Config.parse(json, folder, Map.of()),
            "test",
            ready::add,
            new Steps(step -> {}),
            new ProcessLocks())
        .start()
        .compose(
            up -> {
              int port =
                  Integer.parseInt(ready.get(1).substring(ready.get(1).lastIndexOf(':') + 1));
              // Another port than that of the file, which allows any.
              json.getJsonObject("http").put("port", port);
              String link = link(Config.parse(json, folder, Map.of()));
              test.verify(
                  () -> assertThat(link).startsWith("http://127.0.0.1:" + port + "/#login="));
              return client
                  .post(port, "127.0.0.1", "/api/v1/session")
                  .sendJsonObject(
                      new JsonObject().put("token", link.substring(link.indexOf('=') + 1)))
                  .compose(
                      login -> {
                        test.verify(() -> assertThat(login.statusCode()).isEqualTo(200));
                        return client
                            .delete(port, "127.0.0.1", "/api/v1/nodes/x")
                            .putHeader("cookie", login.cookies().get(0).split(";", 2)[0])
                            .send();
                      })
                  .compose(
                      known -> {
                        test.verify(() -> assertThat(known.statusCode()).isEqualTo(404));
                        return client.delete(port, "127.0.0.1", "/api/v1/nodes/x").send();
                      });
            })
        .onComplete(
            test.succeeding(
                refused ->
                    test.verify(
                        () -> {
                          assertThat(refused.statusCode()).isEqualTo(401);
                          test.completeNow();
                        })));
  }

  private static String link(Config config) {
    try {
      return LoginLink.of(config, Instant.now());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
