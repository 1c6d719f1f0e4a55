package fil.heartbeat.api.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fil.heartbeat.api.ApiSettings;
import fil.heartbeat.api.HttpSide;
import fil.heartbeat.dashboard.Dashboard;
import fil.heartbeat.testing.LogLines;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Without {@code http.auth}, changes need a secret that only users of the machine can read. */
@Timeout(120)
class LocalTokenTest {
  private static final List<String[]> CHANGES =
      List.of(
          new String[] {"DELETE", "/api/v1/nodes/alice", ""},
          new String[] {"POST", "/api/v1/alerts/x/ack", "{}"},
          new String[] {
            "POST",
            "/api/v1/silences",
            "{\"select\":{\"nickname\":\"a\"},\"duration\":\"1h\",\"comment\":\"c\",\"author\":\"ann\"}"
          },
          new String[] {"DELETE", "/api/v1/silences/x", ""});

  @TempDir private Path folder;

  private Path file() {
    return LocalToken.in(folder.resolve("data"));
  }

  private HttpSide start() {
    return start(new JsonObject());
  }

  private HttpSide start(JsonObject http) {
    return HttpSide.start(new ApiSettings(HttpSide.config(folder, http), "0", Optional.of(file())));
  }

  private static int status(HttpSide side, String[] change, String... headers) {
    return side.ask(change[0], change[1], change[2], headers).statusCode();
  }

  @Test
  void noAddressOrHeaderIsEnoughForAChange() throws IOException {
    String[][] headers = {
      {},
      {"x-forwarded-for", "127.0.0.1"},
      {"x-forwarded-for", "::1"},
      {"forwarded", "for=127.0.0.1"},
      {"authorization", "Bearer wrong"},
      {"cookie", "heartbeat-session=wrong"}
    };
    for (JsonObject http :
        List.of(new JsonObject(), new JsonObject().put("trustedProxies", List.of("127.0.0.0/8")))) {
      try (HttpSide side = start(http)) {
        for (String[] header : headers) {
          for (String[] change : CHANGES) {
            assertThat(status(side, change, header)).as(change[1]).isEqualTo(401);
          }
        }
        assertThat(side.status("/api/v1/nodes")).isEqualTo(200);
        assertThat(side.status("/metrics")).isEqualTo(200);
        assertThat(side.ask("GET", "/health/ready", "").body()).contains("degraded");
      }
    }
  }

  @Test
  void theSecretIsEnoughForAChange() throws IOException {
    try (HttpSide side = start()) {
      String bearer = "Bearer " + Files.readString(file()).strip();
      assertThat(status(side, CHANGES.get(0), "authorization", bearer)).isEqualTo(204);
      HttpResponse<String> silence =
          side.ask("POST", "/api/v1/silences", CHANGES.get(2)[2], "authorization", bearer);
      assertThat(silence.statusCode()).isEqualTo(201);
      // It does not identify its holder.
      assertThat(new JsonObject(silence.body()).getString("author")).isEqualTo("ann");
    }
  }

  /**
   * Each command of README that changes something sends the secret, and a body that the API
   * accepts.
   */
  @Test
  void theCommandsOfTheReadmeAreAccepted() throws IOException {
    List<String> lines =
        Files.readAllLines(Path.of("README.md")).stream()
            .filter(line -> line.startsWith("    curl -X "))
            .toList();
    assertThat(lines).hasSizeGreaterThanOrEqualTo(2);
    Pattern shape =
        Pattern.compile(
            "    curl -X (\\S+) http://127\\.0\\.0\\.1:8080(\\S+)"
                + " -H \"Authorization: Bearer \\$\\(cat data/local\\.token\\)\""
                + " -H 'content-type: application/json' -d '(.*)'");
    try (HttpSide side = start()) {
      for (String line : lines) {
        Matcher found = shape.matcher(line);
        assertThat(found.matches()).as(line).isTrue();
        HttpResponse<String> answer =
            side.ask(
                found.group(1),
                found.group(2).replace("<id>", "x"),
                found.group(3),
                "authorization",
                "Bearer " + Files.readString(file()).strip());
        // There is no alert to acknowledge; a wrong body would be answered 400.
        assertThat(answer.statusCode())
            .as(line)
            .isEqualTo(found.group(2).contains("<id>") ? 404 : 201);
      }
    }
  }

  @Test
  void itsFileIsReadableByItsOwnerOnlyAndStaysTheSame() throws IOException {
    String first;
    try (HttpSide side = start()) {
      first = Files.readString(file());
      assertThat(side.status("/health/live")).isEqualTo(200);
    }
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
        .isEqualTo("rw-------");
    assertThat(first.strip()).hasSize(43);
    assertThat(LocalToken.make(file())).isFalse();
    assertThat(Files.readString(file())).isEqualTo(first);
    try (var names = Files.list(folder.resolve("data"))) {
      assertThat(names).containsExactly(file());
    }
  }

  @Test
  void anInvalidFileOrOneReadableByOthersIsReplaced() throws IOException {
    assertThat(LocalToken.make(file())).isTrue();
    String first = Files.readString(file());
    Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-r-----"));
    assertThat(LocalToken.make(file())).isTrue();
    String second = Files.readString(file());
    assertThat(second).isNotEqualTo(first);
    Files.writeString(file(), "a secret that somebody chose\n");
    assertThat(LocalToken.make(file())).isTrue();
    Path elsewhere = Files.writeString(folder.resolve("elsewhere"), second);
    Files.delete(file());
    Files.createSymbolicLink(file(), elsewhere);
    assertThat(LocalToken.make(file())).isTrue();
    assertThat(Files.isSymbolicLink(file())).isFalse();
    assertThat(Files.readString(elsewhere)).isEqualTo(second);
  }

  @Test
  void withoutAWritableFolderReadingWorksAndChangesWait() throws IOException {
    Files.writeString(folder.resolve("data"), "no folder");
    try (HttpSide side = start()) {
      assertThat(side.status("/api/v1/nodes")).isEqualTo(200);
      // No valid secret can exist, so none counts as wrong, however often one comes.
      for (int i = 0; i <= Guesses.MAX_FAILURES; i++) {
        for (String[] change : CHANGES) {
          isNotToBeHad(side.ask(change[0], change[1], change[2], "authorization", "Bearer x"));
          isNotToBeHad(side.ask(change[0], change[1], change[2]));
        }
        isNotToBeHad(login(side, "x"));
      }
      // A request from another site's page learns of no path.
      assertThat(
              side.ask("POST", "/api/v1/session", "{\"token\":\"x\"}", "origin", "http://evil.test")
                  .statusCode())
          .isEqualTo(403);
      Files.delete(folder.resolve("data"));
      while (status(side, CHANGES.get(1)) == 503) {
        Thread.onSpinWait();
      }
      assertThat(status(side, CHANGES.get(1))).isEqualTo(401);
      String bearer = "Bearer " + LocalToken.read(file());
      assertThat(status(side, CHANGES.get(1), "authorization", bearer)).isEqualTo(404);
      assertThat(login(side, LocalToken.loginCode(file(), Instant.now())).statusCode())
          .isEqualTo(200);
    }
  }

  private void isNotToBeHad(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(new JsonObject(answer.body()).getString("detail"))
        .startsWith("local.token: cannot be kept")
        .contains(file().toString(), "FileAlreadyExists", "(expected: ");
    assertThat(answer.headers().firstValue("retry-after")).hasValue("2");
  }

  @Test
  void withoutAFileForItChangesAreRefused() throws IOException {
    try (HttpSide side =
        HttpSide.start(new ApiSettings(HttpSide.config(folder, new JsonObject()), "0"))) {
      for (String[] change : CHANGES) {
        assertThat(status(side, change)).isEqualTo(403);
      }
      assertThat(side.ask("POST", "/api/v1/session", "{\"token\":\"x\"}").statusCode())
          .isEqualTo(404);
    }
  }

  private static HttpResponse<String> login(HttpSide side, String token) {
    return side.ask("POST", "/api/v1/session", new JsonObject().put("token", token).encode());
  }

  @Test
  void theSecretAndALinkEachOpenASession() throws IOException {
    try (LogLines log = new LogLines(Access.class);
        HttpSide side = start()) {
      String code = LocalToken.loginCode(file(), Instant.now());
      for (String token : List.of(LocalToken.read(file()), code)) {
        HttpResponse<String> answer = login(side, token);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(log.lines()).contains("INFO audit by=\"127.0.0.1\" from=127.0.0.1 action=login");
        assertThat(new JsonObject(answer.body()))
            .isEqualTo(new JsonObject().put("name", "local").put("scope", "admin"));
        String cookie = answer.headers().firstValue("set-cookie").orElseThrow();
        assertThat(cookie).containsIgnoringCase("HttpOnly").contains("SameSite=Strict");
        String session = cookie.substring(0, cookie.indexOf(';'));
        assertThat(status(side, CHANGES.get(1), "cookie", session)).isEqualTo(404);
        assertThat(status(side, CHANGES.get(1), "cookie", session, "origin", "http://evil.test"))
            .isEqualTo(403);
      }
      // Only once: a browser's history keeps it.
      assertThat(login(side, code).statusCode()).isEqualTo(401);
      assertThat(status(side, CHANGES.get(0), "authorization", "Bearer " + code)).isEqualTo(401);
      assertThat(login(side, "wrong").statusCode()).isEqualTo(401);
      String old = LocalToken.loginCode(file(), Instant.now().minus(LoginCode.LASTS));
      assertThat(login(side, old).statusCode()).isEqualTo(401);
      assertThat(log.lines())
          .contains("INFO request method=POST path=/api/v1/session by=- from=127.0.0.1 status=401");
    }
  }

  @Test
  void aCodeWorksOnceForAShortTimeWithItsKey() {
    Instant now = Instant.EPOCH;
    LoginCode codes = new LoginCode();
    String code = LoginCode.make("key", now);
    assertThat(codes.use(code, "other", now)).isFalse();
    assertThat(codes.use(code + "x", "key", now)).isFalse();
    assertThat(codes.use("9" + code, "key", now)).isFalse();
    assertThat(codes.use(code, "key", now.plus(LoginCode.LASTS))).isFalse();
    assertThat(codes.use(code, "key", now)).isTrue();
    assertThat(codes.use(code, "key", now)).isFalse();
    for (String none : List.of("", ".", "1", "1.", ".x", "x.y", "999999999999999.x", "-1.x")) {
      assertThat(codes.use(none, "key", now)).isFalse();
    }
    // Valid for too long: making it requires the key, and even then it is not accepted.
    assertThat(codes.use(LoginCode.make("key", now.plusSeconds(3600)), "key", now)).isFalse();
  }

  @Test
  void noPageContainsIt() throws IOException {
    try (HttpSide side = start()) {
      String secret = LocalToken.read(file());
      for (String name : Dashboard.names()) {
        assertThat(side.ask("GET", "/" + name, "").body()).doesNotContain(secret);
      }
      for (String path :
          List.of("/", "/api/v1/info", "/metrics", "/health/ready", "/openapi.json")) {
        assertThat(side.ask("GET", path, "").body()).doesNotContain(secret);
      }
      assertThat(side.ask("POST", "/api/v1/alerts/x/ack", "{}").body())
          .contains("local.token")
          .doesNotContain(secret)
          .doesNotContain(folder.toString());
    }
  }

  @Test
  void anInvalidSecretIsReported() throws IOException {
    Files.createDirectories(folder.resolve("data"));
    Files.write(file(), "short".getBytes(StandardCharsets.US_ASCII));
    assertThatThrownBy(() -> LocalToken.read(file()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file() + ": no secret")
        .hasMessageNotContaining("short");
  }

  @Test
  void whereThereAreTokensThereIsNoLocalSecret() throws IOException {
    Files.writeString(folder.resolve("tokens"), "ops admin 0123456789abcdef\n");
    assertThat(LocalToken.make(file())).isTrue();
    try (HttpSide side =
        start(new JsonObject().put("auth", new JsonObject().put("tokensFile", "tokens")))) {
      String secret = LocalToken.read(file());
      assertThat(status(side, CHANGES.get(0), "authorization", "Bearer " + secret)).isEqualTo(401);
      assertThat(login(side, LocalToken.loginCode(file(), Instant.now())).statusCode())
          .isEqualTo(401);
    }
  }
}
