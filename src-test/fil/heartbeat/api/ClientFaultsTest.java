package fil.heartbeat.api;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.api.access.Access;
import fil.heartbeat.api.access.LocalToken;
import fil.heartbeat.api.http.Responses;
import fil.heartbeat.config.LogMarkers;
import fil.heartbeat.testing.LogLines;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A fault of a client is answered as such, and logged at DEBUG only. */
@ParameterizedClass
@ValueSource(strings = {"", "/fleet"})
class ClientFaultsTest {
  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] ([0-9]{3}) ");
  private static final Pattern PATH = Pattern.compile("(?m)^([A-Z]+ )/");
  private static final String HOST = "Host: localhost\r\n";

  @SuppressWarnings("NullAway.Init")
  private static HttpSide side;

  private static String secret = "";

  /** {@code http.basePath} of the server. */
  @Parameter private String base = "";

  @BeforeParameterizedClassInvocation
  static void start(String base, @TempDir Path folder) throws IOException {
    Path file = LocalToken.in(folder);
    side =
        HttpSide.start(
            new ApiSettings(
                HttpSide.config(folder, new JsonObject().put("basePath", base)),
                "0",
                Optional.of(file)));
    secret = LocalToken.read(file);
  }

  @AfterParameterizedClassInvocation
  static void stop() {
    side.close();
  }

  private static List<Integer> statuses(String answers) {
    return STATUS.matcher(answers).results().map(found -> Integer.valueOf(found.group(1))).toList();
  }

  /** Returns the first status of the answer, and asserts that nothing was logged. */
  private String quietly(String bytes) {
    return quietlyAsIs(underBase(bytes));
  }

  private static String quietlyAsIs(String bytes) {
    try (LogLines log = LogLines.loud()) {
      String answer = RawHttp.ask(side.vertx(), side.port(), bytes);
      assertThat(log.lines()).as(bytes).isEmpty();
      return answer;
    }
  }

  /** Puts the paths of requests under the base path. */
  private String underBase(String requests) {
    return PATH.matcher(requests).replaceAll("$1" + base + "/");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          GET /health/live HTTP/1.1                               | -            | 400
          GET /health/live HTTP/1.1                               | Host: a~Host: a | 400
          GET /health/live HTTP/1.1                               | Host: localhost~Host: localhost | 400
          GET /health/live HTTP/1.1                               | Host: a b    | 400
          GET /health/live HTTP/1.1                               | Host:        | 400
          GET /health/live HTTP/1.0                               | -            | 400
          GET /health/live HTTP/1.0                               | Host: elsewhere.test | 421
          GET /health/live HTTP/1.0                               | Host: a~Host: b | 400
          GET /%zz HTTP/1.1                                       | Host: localhost | 400
          GET /%c0%ae HTTP/1.1                                    | Host: localhost | 404
          GET /api/v1/nodes/%zz HTTP/1.1                          | Host: localhost | 400
          GET /api/v1/nodes?q=%zz HTTP/1.1                        | Host: localhost | 400
          GET /api/v1/nodes?%zz=1 HTTP/1.1                        | Host: localhost | 400
          GET /api/v1/nodes?q=% HTTP/1.1                          | Host: localhost | 400
                    GET health HTTP/1.1                                     | Host: localhost | 404
          OPTIONS * HTTP/1.1                                      | Host: localhost | 404
          CONNECT localhost:80 HTTP/1.1                           | Host: localhost | 404
          CONNECT / HTTP/1.1                                      | Host: localhost | 405
          TRACE /health/live HTTP/1.1                             | Host: localhost | 405
          HEAD /%zz HTTP/1.1                                      | Host: localhost | 400
          HEAD /api/v1/nodes?q=%zz HTTP/1.1                       | Host: localhost | 400
          HEAD /nothing HTTP/1.1                                  | Host: localhost | 404
          GET /../%zz HTTP/1.1                                    | Host: localhost | 400
          GET //%zz HTTP/1.1                                      | Host: localhost | 400
          GET /%2e%2e/health HTTP/1.1                             | Host: localhost | 404
          BREW /health/live HTTP/1.1                              | Host: localhost | 405
          GET /health/live HTTP/3.7                               | Host: localhost | 400
          GET /health/live HTTX/1.1                               | Host: localhost | 400
          GET /api/v1/nodes/alice/history?to=%2B1000000000-01-01T00:00:00Z HTTP/1.1 | Host: localhost | 400
          GET /api/v1/nodes/alice/history?to=-1000000000-01-01T00:00:00Z HTTP/1.1   | Host: localhost | 400
          GET /api/v1/nodes/alice/history?from=-1000000000-01-01T00:00:00Z HTTP/1.1 | Host: localhost | 400
          GET /api/v1/nodes/alice/changes?to=-999999999-01-01T00:00:00Z HTTP/1.1    | Host: localhost | 400
          GET /api/v1/nodes/alice/changes?to=999999999999 HTTP/1.1 | Host: localhost | 400
          GET /api/v1/nodes/alice/history?step=2562047h HTTP/1.1  | Host: localhost | 400
          GET /api/v1/nodes/alice/history?step=1ns HTTP/1.1       | Host: localhost | 400
          """)
  void isAnswered(String line, String headers, int status) {
    String fields = headers.equals("-") ? "" : headers.strip().replace("~", "\r\n") + "\r\n";
    String rest = "\r\n" + fields + "Connection: close\r\n\r\n";
    String answer = quietly(line.strip() + rest);
    assertThat(statuses(answer)).as(answer).containsExactly(status);
    assertThat(answer).contains("application/problem+json");
    // A path outside the base path does not exist, and a fault is a fault there too.
    String beside = quietlyAsIs(line.strip() + rest);
    assertThat(statuses(beside)).as(beside).hasSize(1).isSubsetOf(status, 404);
    assertThat(beside).contains("application/problem+json");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"duration":"1ns"}
          {"duration":"-1ns"}
          {"duration":"2562047h"}
          {"endsAt":"+1000000000-01-01T00:00:00Z"}
          {"endsAt":"+999999999-01-01T00:00:00Z"}
          {"startsAt":"-999999999-01-01T00:00:00Z","duration":"1h"}
          {"startsAt":"-999999999-01-01T00:00:00Z","endsAt":"+999999999-01-01T00:00:00Z"}
          {"startsAt":"+1000000000-01-01T00:00:00Z","duration":"1h"}
          [1]
          1
          null
          {
          """)
  void aBadBodyIsRejected(String times) {
    String body =
        times.startsWith("{\"")
            ? "{\"select\":{\"nickname\":\"a\"},\"comment\":\"c\"," + times.substring(1)
            : times;
    try (LogLines log = new LogLines(Access.class)) {
      assertThat(statuses(quietly(post(body, "application/json")))).containsExactly(400);
      assertThat(log.lines())
          .filteredOn(line -> line.contains("request method=POST"))
          .singleElement()
          .asString()
          .startsWith("DEBUG ")
          .endsWith(" status=400");
    }
  }

  private static String post(String body, String type) {
    return "POST /api/v1/silences HTTP/1.1\r\n"
        + HOST
        + "Authorization: Bearer "
        + secret
        + "\r\nContent-Type: "
        + type
        + "\r\nConnection: close\r\nContent-Length: "
        + body.length()
        + "\r\n\r\n"
        + body;
  }

  @Test
  void tooLongAHeaderOrLineIsRefused() {
    String long5k = "a".repeat(5_000);
    String line = "a".repeat(Responses.MAX_LINE);
    assertThat(statuses(quietly("GET /" + line + " HTTP/1.1\r\n" + HOST + "\r\n")))
        .containsExactly(414);
    assertThat(
            statuses(quietly("GET / HTTP/1.1\r\n" + HOST + "A: " + long5k + long5k + "\r\n\r\n")))
        .containsExactly(431);
  }

  @Test
  void tooManyRequestsAtOnceCloseTheConnection() {
    String one = "GET /api/v1/nodes HTTP/1.1\r\nHost: localhost\r\n\r\n";
    String answer = quietly(one.repeat(2_000) + RawHttp.LAST);
    assertThat(statuses(answer)).doesNotContain(500).allMatch(status -> status == 200);
    String beside = quietlyAsIs(one.repeat(2_000) + RawHttp.LAST);
    assertThat(statuses(beside)).allMatch(status -> status == (base.isEmpty() ? 200 : 404));
  }

  @Test
  void aBodyThatBreaksOffIsNoError() {
    try (LogLines log = LogLines.loud()) {
      String head = post("x".repeat(1_000), "application/json");
      for (int i = 0; i < 10; i++) {
        for (String each : List.of(underBase(head), head)) {
          RawHttp http = HttpSide.await(RawHttp.open(side.vertx(), side.port()));
          http.send(each.substring(0, each.length() - 500));
          HttpSide.await(http.abort());
        }
      }
      String chunked =
          "POST /api/v1/silences HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
              + "Authorization: Bearer "
              + secret
              + "\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n";
      String ignored = RawHttp.ask(side.vertx(), side.port(), underBase(chunked));
      assertThat(side.status(base + "/health/live")).isEqualTo(200);
      assertThat(log.lines()).isEmpty();
    }
  }

  @Test
  void aBodyThatIsTooLongIsRefused() {
    assertThat(statuses(quietly(post("x".repeat(70_000), "application/json"))))
        .containsExactly(413);
    assertThat(statuses(quietly(post("a=b", "application/x-www-form-urlencoded"))))
        .containsExactly(415);
    assertThat(statuses(quietly(post("a=b", "application/json; charset=\u00ff"))))
        .containsExactly(400);
    assertThat(statuses(quietly(post("a=b", "multipart/form-data")))).containsExactly(415);
  }

  @Test
  void thereIsNoUpgradeToHttp2OrWebSockets() {
    for (String upgrade :
        List.of(
            "h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__", "websocket\r\nSec-WebSocket-Version: 13")) {
      String answer =
          quietly(
              "GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, HTTP2-Settings"
                  + "\r\nUpgrade: "
                  + upgrade
                  + "\r\n\r\n"
                  + RawHttp.LAST);
      assertThat(statuses(answer)).as(upgrade).containsExactly(200, 200);
    }
    assertThat(statuses(quietly("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"))).containsExactly(400);
  }

  @ParameterizedTest
  @CsvSource({
    "POST, /api/v1/nodes, GET",
    "PUT, /api/v1/silences, GET;POST",
    "GET, /api/v1/session, POST;DELETE",
    "POST, /app.js, GET",
    "CONNECT, /, GET",
    "OPTIONS, /metrics, GET"
  })
  void anotherMethodGetsTheAllowedOnes(String method, String path, String allowed) {
    String answer =
        quietly(method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    assertThat(statuses(answer)).containsExactly(405);
    Matcher allow = Pattern.compile("(?im)^allow: (.*?)\\r?$").matcher(answer);
    assertThat(allow.find()).as(answer).isTrue();
    assertThat(List.of(allow.group(1).split(", ?")))
        .contains(allowed.split(";"))
        .doesNotContain(method);
    assertThat(allow.group(1).contains("HEAD")).isEqualTo(allow.group(1).contains("GET"));
  }

  @Test
  void aLogEntryIsOneShortLine() {
    try (LogLines log = new LogLines(Access.class)) {
      String ignored =
          RawHttp.ask(
              side.vertx(),
              side.port(),
              underBase(
                  "POST /%0d%0a\u00e9"
                      + "a".repeat(3_000)
                      + " HTTP/1.1\r\n"
                      + HOST
                      + "Content-Length: 0\r\nConnection: close\r\n\r\n"));
      ignored =
          RawHttp.ask(
              side.vertx(),
              side.port(),
              underBase(
                  "DELETE /api/v1/nodes/%0d%0a\u00e9"
                      + "a".repeat(3_000)
                      + " HTTP/1.1\r\n"
                      + HOST
                      + "Connection: close\r\n\r\n"));
      assertThat(log.lines()).hasSize(1);
      String line = log.lines().get(0);
      assertThat(line).contains("method=DELETE path=" + base + "/api/v1/nodes/", "aaa… by=-");
      assertThat(line).hasSizeLessThan(300).matches("[ -~…]*");
    }
  }

  /** Such lines are limited to a few a minute: sixty connections once wrote 406 MB in 20 s. */
  @Test
  void refusedRequestsAreLoggedAtALimitedRate() {
    try (LogLines log = new LogLines(Access.class)) {
      for (String request :
          List.of(
              "POST /metrics",
              "PUT /",
              "POST /api/v1/nodes/alice",
              "POST /api/v1/session",
              "DELETE /api/v1/nodes/alice")) {
        String unused =
            RawHttp.ask(
                side.vertx(),
                side.port(),
                underBase(
                    request
                        + " HTTP/1.1\r\n"
                        + HOST
                        + "Content-Type: application/json\r\nContent-Length: 2\r\nConnection: close"
                        + "\r\n\r\n{}"));
      }
      assertThat(log.lines()).hasSize(5);
      assertThat(log.unmarked(LogMarkers.BY_ANYBODY)).isEmpty();
    }
  }
}
