package fil.heartbeat.api.access;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import fil.heartbeat.api.ApiSettings;
import fil.heartbeat.api.HttpSide;
import io.vertx.core.Future;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Whatever a token opened ends with the token. */
@Timeout(120)
class TokenLifeTest {
  private static final String OPS = "ops-0123456789abcdef";
  private static final String MON = "mon-0123456789abcdef";
  private static final String BOTH = "ops admin " + OPS + "\nmon read " + MON + "\n";
  private static final String NODES = "/api/v1/nodes";

  @TempDir private Path folder;

  private HttpSide start(String tokens) throws IOException {
    Files.writeString(folder.resolve("tokens"), tokens);
    JsonObject http = new JsonObject().put("auth", new JsonObject().put("tokensFile", "tokens"));
    return HttpSide.start(new ApiSettings(HttpSide.config(folder, http), "0"));
  }

  /** At once and whole, with the file's old time stamp. */
  private void rewrite(String tokens) throws IOException {
    Path file = folder.resolve("tokens");
    FileTime before = Files.getLastModifiedTime(file);
    Path next = Files.writeString(folder.resolve("next"), tokens);
    Files.setPosixFilePermissions(next, Files.getPosixFilePermissions(file));
    Files.setLastModifiedTime(next, before);
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static String login(HttpSide side, String token) {
    HttpResponse<String> answer =
        side.ask("POST", "/api/v1/session", new JsonObject().put("token", token).encode());
    assertThat(answer.statusCode()).isEqualTo(200);
    String cookie = answer.headers().firstValue("set-cookie").orElseThrow();
    return cookie.substring(0, cookie.indexOf(';'));
  }

  private static int byCookie(HttpSide side, String cookie) {
    return side.status("GET", NODES, "cookie", cookie);
  }

  private static int byToken(HttpSide side, String token) {
    return side.status("GET", NODES, "authorization", "Bearer " + token);
  }

  /** Completes when an open feed ends. */
  private static Future<Void> endOfFeed(HttpSide side, String name, String value) {
    HttpClientResponse response =
        HttpSide.await(
            side.streams()
                .request(HttpMethod.GET, side.port(), "127.0.0.1", "/api/v1/events")
                .compose(request -> request.putHeader(name, value).send()));
    assertThat(response.statusCode()).isEqualTo(200);
    return response.end();
  }

  @Test
  void sessionsAndFeedsOfARemovedTokenEnd() throws IOException {
    try (HttpSide side = start(BOTH)) {
      String gone = login(side, MON);
      String stays = login(side, OPS);
      Future<Void> byCookie = endOfFeed(side, "cookie", gone);
      Future<Void> byToken = endOfFeed(side, "authorization", "Bearer " + MON);
      Future<Void> open = endOfFeed(side, "cookie", stays);
      rewrite("ops admin " + OPS + "\n");
      HttpSide.await(byCookie);
      HttpSide.await(byToken);
      assertThat(byCookie(side, gone)).isEqualTo(401);
      assertThat(byToken(side, MON)).isEqualTo(401);
      assertThat(byCookie(side, stays)).isEqualTo(200);
      assertThat(open.isComplete()).isFalse();
      // The same name revives no session: another secret opened it.
      rewrite("ops admin " + OPS + "\nmon read another-0123456789abcdef\n");
      while (byToken(side, "another-0123456789abcdef") != 200) {
        Thread.onSpinWait();
      }
      assertThat(byCookie(side, gone)).isEqualTo(401);
    }
  }

  @Test
  void aChangedSecretEndsItsSessionsThoughNameAndScopeStay() throws IOException {
    try (HttpSide side = start(BOTH)) {
      String session = login(side, OPS);
      Future<Void> feed = endOfFeed(side, "cookie", session);
      rewrite(BOTH.replace(OPS, OPS.replace('0', '1')));
      HttpSide.await(feed);
      assertThat(byCookie(side, session)).isEqualTo(401);
      assertThat(byToken(side, OPS.replace('0', '1'))).isEqualTo(200);
    }
  }

  @Test
  void withoutItsFileNoTokenIsValid() throws IOException {
    try (HttpSide side = start(BOTH)) {
      String session = login(side, OPS);
      Future<Void> feed = endOfFeed(side, "cookie", session);
      Files.delete(folder.resolve("tokens"));
      HttpSide.await(feed);
      assertThat(byCookie(side, session)).isEqualTo(401);
      assertThat(byToken(side, OPS)).isEqualTo(401);
      assertThat(side.status("/health/live")).isEqualTo(200);
      Files.writeString(folder.resolve("tokens"), BOTH);
      while (byToken(side, OPS) != 200) {
        Thread.onSpinWait();
      }
    }
  }

  @Test
  void loggingOutEndsTheFeedToo() throws IOException {
    try (HttpSide side = start(BOTH)) {
      String session = login(side, MON);
      Future<Void> feed = endOfFeed(side, "cookie", session);
      assertThat(side.status("DELETE", "/api/v1/session", "cookie", session)).isEqualTo(204);
      HttpSide.await(feed);
      assertThat(byCookie(side, session)).isEqualTo(401);
    }
  }

  @Test
  void aLastLineWithoutAnEndCountsAtTheStart() throws IOException {
    try (HttpSide side = start(BOTH.strip())) {
      assertThat(byToken(side, MON)).isEqualTo(200);
    }
  }

  @Test
  void validTokensWorkWhateverWrongOnesComeFromTheirAddress() throws IOException {
    try (HttpSide side = start(BOTH)) {
      int last = 0;
      for (int i = 0; i < 3 * Guesses.MAX_FAILURES; i++) {
        last = byToken(side, "a-guess-that-is-wrong-" + i);
      }
      assertThat(last).isEqualTo(429);
      assertThat(side.ask("POST", "/api/v1/session", "{\"token\":\"wrong\"}").statusCode())
          .isEqualTo(429);
      assertThat(byToken(side, OPS)).isEqualTo(200);
      assertThat(byCookie(side, login(side, MON))).isEqualTo(200);
      assertThat(side.status("GET", "/health/live", "authorization", "Bearer nonsense"))
          .isEqualTo(200);
      assertThat(side.status(NODES)).isEqualTo(401);
    }
  }

  @Test
  void aReaderCannotLogOutAnAdmin() throws IOException {
    try (HttpSide side = start(BOTH)) {
      String admin = login(side, OPS);
      for (int i = 0; i <= Sessions.MAX_SESSIONS; i++) {
        String ignored = login(side, MON);
      }
      assertThat(byCookie(side, admin)).isEqualTo(200);
    }
  }

  @Test
  void aFileReadableByAllIsWarnedOfOnce() throws IOException {
    Path file = Files.writeString(folder.resolve("tokens"), BOTH);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    Logger logger = (Logger) LoggerFactory.getLogger(TokenFile.class);
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    logger.addAppender(lines);
    try (HttpSide side = start(BOTH)) {
      rewrite(BOTH + "new read new-0123456789abcdef\n");
      while (byToken(side, "new-0123456789abcdef") != 200) {
        Thread.onSpinWait();
      }
      assertThat(List.copyOf(lines.list))
          .filteredOn(line -> line.getFormattedMessage().contains("chmod o-rw"))
          .hasSize(1);
    } finally {
      logger.detachAppender(lines);
    }
  }
}
