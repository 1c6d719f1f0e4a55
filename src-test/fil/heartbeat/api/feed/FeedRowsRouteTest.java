package fil.heartbeat.api.feed;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.aggregator.Claims;
import fil.heartbeat.aggregator.Contact;
import fil.heartbeat.api.ApiSettings;
import fil.heartbeat.api.HttpSide;
import fil.heartbeat.api.access.Access;
import fil.heartbeat.api.http.HttpConnections;
import fil.heartbeat.testing.FleetFixtures;
import fil.heartbeat.testing.LogLines;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rows in sight can be set by POST or in the query. */
class FeedRowsRouteTest {
  private static final String VIEWER = "0123456789abcdef".repeat(2);
  private static final String ROWS = "/api/v1/events/" + VIEWER + "/rows";

  /** As many rows as a screen has, with the longest peer ids. */
  private static final List<String> MANY =
      IntStream.range(0, FeedSight.MAX_ROWS)
          .mapToObj(i -> ("p" + i + "x".repeat(128)).substring(0, 128))
          .toList();

  @TempDir private Path folder;

  private HttpSide side(JsonObject http) {
    return HttpSide.start(new ApiSettings(HttpSide.config(folder, http), "0"));
  }

  private static Future<HttpClientResponse> watch(
      HttpSide side, String query, @Nullable String token) {
    return side.streams()
        .request(HttpMethod.GET, side.port(), "127.0.0.1", "/api/v1/events" + query)
        .compose(
            request -> {
              if (token != null) {
                request.putHeader("authorization", "Bearer " + token);
              }
              return request.send();
            });
  }

  /** Completes once a stream has sent a text. */
  private static Future<String> tells(HttpClientResponse stream, String part) {
    Promise<String> told = Promise.promise();
    StringBuilder text = new StringBuilder();
    stream.handler(
        bytes -> {
          if (text.append(bytes).indexOf(part) >= 0) {
            boolean ignored = told.tryComplete(text.toString());
          }
        });
    return told.future();
  }

  private static String body(List<String> rows) {
    return new JsonObject().put("rows", new JsonArray(rows)).encode();
  }

  @Test
  void rowsAreSentFromThePostOn() {
    try (HttpSide side =
        HttpSide.start(
            new ApiSettings(HttpSide.config(folder, new JsonObject()), "0"),
            HttpConnections.Patience.DEFAULT,
            List.of(
                FleetFixtures.node(
                    "alice",
                    new Claims("alice", null, null, List.of(), 1L, null),
                    new Contact(
                        new Contact.Connection(true, null, null, null),
                        new Contact.Uptime(null, ""),
                        null,
                        FleetFixtures.NOW,
                        null,
                        7))))) {
      HttpClientResponse stream = HttpSide.await(watch(side, "?viewer=" + VIEWER, null));
      Future<String> told = tells(stream, "event: rows\n");
      assertThat(side.ask("POST", ROWS, body(List.of("alice", "stranger"))).statusCode())
          .isEqualTo(204);
      assertThat(HttpSide.await(told)).contains("\"beats\":7");
    }
  }

  @Test
  void twoHundredRowsOf128CharactersAreAccepted() {
    try (HttpSide side = side(new JsonObject())) {
      String query = "?viewer=" + VIEWER + "&rows=" + String.join("%2C", MANY);
      assertThat(HttpSide.await(watch(side, query, null)).statusCode()).isEqualTo(200);
      assertThat(side.ask("POST", ROWS, body(MANY)).statusCode()).isEqualTo(204);
    }
  }

  @Test
  void badRowsAreNamed() {
    try (HttpSide side = side(new JsonObject())) {
      assertThat(HttpSide.await(watch(side, "?viewer=" + VIEWER, null)).statusCode())
          .isEqualTo(200);
      for (String bad :
          List.of(
              "{}",
              "{\"rows\":\"a\"}",
              "{\"rows\":[1]}",
              body(List.of("")),
              body(List.of("x".repeat(129))),
              body(IntStream.range(0, 201).mapToObj(String::valueOf).toList()))) {
        var answer = side.ask("POST", ROWS, bad);
        assertThat(answer.statusCode()).as(bad).isEqualTo(400);
        assertThat(answer.body()).contains("rows: ", "expected: a list of at most 200 peer ids");
      }
      var named = HttpSide.await(watch(side, "?viewer=me", null));
      assertThat(named.statusCode()).isEqualTo(400);
    }
  }

  @Test
  void anUnknownOrForeignViewerIsNotFound() throws Exception {
    Path tokens = folder.resolve("tokens");
    Files.writeString(tokens, "ann read 0123456789abcdef-a\nbob admin 0123456789abcdef-b\n");
    try (HttpSide side =
        side(new JsonObject().put("auth", new JsonObject().put("tokensFile", tokens.toString())))) {
      String body = body(List.of("alice"));
      String[] ann = {"authorization", "Bearer 0123456789abcdef-a"};
      String[] bob = {"authorization", "Bearer 0123456789abcdef-b"};
      assertThat(side.ask("POST", ROWS, body, ann).statusCode()).isEqualTo(404);
      assertThat(
              HttpSide.await(watch(side, "?viewer=" + VIEWER, "0123456789abcdef-a")).statusCode())
          .isEqualTo(200);
      assertThat(side.ask("POST", ROWS, body, ann).statusCode()).isEqualTo(204);
      assertThat(side.ask("POST", ROWS, body, bob).statusCode()).isEqualTo(404);
      assertThat(side.ask("POST", ROWS, body).statusCode()).isEqualTo(401);
    }
  }

  @Test
  void aPageOfAnotherSiteIsRefused() {
    try (HttpSide side = side(new JsonObject())) {
      assertThat(HttpSide.await(watch(side, "?viewer=" + VIEWER, null)).statusCode())
          .isEqualTo(200);
      String body = body(List.of("alice"));
      assertThat(side.ask("POST", ROWS, body, "origin", "https://elsewhere.test").statusCode())
          .isEqualTo(403);
      assertThat(
              side.ask("POST", ROWS, body, "origin", "http://127.0.0.1:" + side.port())
                  .statusCode())
          .isEqualTo(204);
    }
  }

  @Test
  void tooManyPostsAreRefusedWithoutALogLine() {
    try (LogLines log = new LogLines(Access.class);
        HttpSide side = side(new JsonObject())) {
      assertThat(HttpSide.await(watch(side, "?viewer=" + VIEWER, null)).statusCode())
          .isEqualTo(200);
      int status = 204;
      for (int i = 0; status == 204; i++) {
        status = side.ask("POST", ROWS, body(List.of("n" + i))).statusCode();
      }
      assertThat(status).isEqualTo(429);
      assertThat(log.lines()).noneMatch(line -> line.contains("request method="));
    }
  }

  /** A page whose connection broke may come back before the server notices the loss. */
  @Test
  void aNameBelongsToTheLastStreamWithIt() {
    FeedNames names = new FeedNames();
    FeedBudget budget = new FeedBudget(Long.MAX_VALUE);
    FeedChannel channel = new FeedChannel("run", node -> true, new FeedModel(), budget);
    FeedViewer first = viewer(channel, budget);
    FeedViewer second = viewer(channel, budget);
    names.enter(VIEWER, first, "");
    names.enter(VIEWER, second, "");
    names.leave(first);
    assertThat(names.find(VIEWER, "", 0)).isSameAs(second);
  }

  private static FeedViewer viewer(FeedChannel channel, FeedBudget budget) {
    return new FeedViewer(
        new SlowReader().response(), false, List.of(), channel, () -> true, budget, () -> 0);
  }
}
