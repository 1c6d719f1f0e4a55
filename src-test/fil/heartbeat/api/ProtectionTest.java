package fil.heartbeat.api;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.config.HttpConfig;
import fil.heartbeat.dashboard.Dashboard;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Route;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The routes open without a token are a list; all others need one, however the path is spelled. */
class ProtectionTest {
  private static final Set<String> OPEN =
      Set.of("GET /health/live", "GET /health/ready", "GET /openapi.json", "POST /api/v1/session");

  private static final List<String> SPELLINGS =
      List.of(
          "/metrics",
          "/metrics/",
          "/metrics//",
          "/metrics/.",
          "//metrics",
          "/./metrics",
          "/x/../metrics",
          "/%6detrics",
          "/metrics?",
          "/metrics/?x=1",
          "/badge//alice.svg",
          "/badge/./alice.svg",
          "/%62adge/alice.svg",
          "//api/v1/nodes",
          "/api//v1/nodes/",
          "/api/v1/./nodes/alice",
          "/%61pi/v1/nodes",
          "/API/v1/nodes",
          "/nothing",
          "/app.js/x",
          "/health/live/x");

  @TempDir private Path folder;

  private ApiSettings settings(JsonObject more) throws IOException {
    Files.writeString(folder.resolve("tokens"), "ops admin 0123456789abcdef\n");
    JsonObject http =
        new JsonObject().put("auth", new JsonObject().put("tokensFile", "tokens")).mergeIn(more);
    HttpConfig config = HttpSide.config(folder, http);
    return new ApiSettings(config, "0");
  }

  private static boolean isOpen(HttpMethod method, String path) {
    return OPEN.contains(method + " " + path)
        || (method.equals(HttpMethod.GET)
            && (path.equals("/") || Dashboard.file(path.substring(1)).isPresent()));
  }

  @Test
  void everyRouteNotOnTheListNeedsAToken() throws IOException {
    ApiSettings settings = settings(new JsonObject());
    Set<String> closed = new TreeSet<>();
    try (HttpSide side = HttpSide.start(settings)) {
      for (Route route : side.routes(settings)) {
        if (route.getPath() == null) {
          continue;
        }
        Set<HttpMethod> methods =
            route.methods() == null ? Set.of(HttpMethod.PATCH) : route.methods();
        for (HttpMethod method : methods) {
          String path = route.getPath().replaceAll(":\\w+", "alice");
          int status = side.status(method.name(), path, "content-type", "application/json");
          if (isOpen(method, path)) {
            assertThat(status).as(method + " " + path).isNotEqualTo(401);
          } else {
            assertThat(status).as(method + " " + path).isEqualTo(401);
            closed.add(method + " " + path);
          }
        }
      }
    }
    assertThat(closed)
        .hasSizeGreaterThan(15)
        .contains("GET /metrics", "DELETE /api/v1/session", "GET /api/v1/events");
  }

  @Test
  void infoNamesTheCaller() throws IOException {
    String[] token = {"authorization", "Bearer 0123456789abcdef"};
    try (HttpSide side = HttpSide.start(settings(new JsonObject().put("public", true)))) {
      assertThat(viewer(side)).isEqualTo("null read public");
      assertThat(viewer(side, token)).isEqualTo("ops admin token");
      String cookie =
          side.ask("POST", "/api/v1/session", "{\"token\":\"0123456789abcdef\"}")
              .headers()
              .firstValue("set-cookie")
              .orElseThrow();
      String session = cookie.substring(0, cookie.indexOf(';'));
      assertThat(viewer(side, "cookie", session)).isEqualTo("ops admin session");
    }
    try (HttpSide side =
        HttpSide.start(new ApiSettings(HttpSide.config(folder, new JsonObject()), "0"))) {
      assertThat(viewer(side)).isEqualTo("null read open");
    }
  }

  private static String viewer(HttpSide side, String... headers) {
    JsonObject viewer =
        new JsonObject(side.ask("GET", "/api/v1/info", "", headers).body()).getJsonObject("viewer");
    return viewer.getString("name")
        + ' '
        + viewer.getString("scope")
        + ' '
        + viewer.getString("via");
  }

  @Test
  void noSpellingOfAPathOpensIt() throws IOException {
    try (HttpSide side = HttpSide.start(settings(new JsonObject()))) {
      for (String path : SPELLINGS) {
        assertThat(side.status(path)).as(path).isEqualTo(401);
      }
    }
    try (HttpSide side =
        HttpSide.start(settings(new JsonObject().put("basePath", "/fleet/beats")))) {
      for (String path : SPELLINGS) {
        assertThat(side.status("/fleet/beats" + path)).as(path).isEqualTo(401);
        // A path outside the base path does not exist, in any spelling.
        assertThat(side.status(path)).as(path).isEqualTo(404);
        for (String base : List.of("//fleet/beats", "/fleet//beats", "/fleet/./beats")) {
          assertThat(side.status(base + path)).as(base + path).isIn(401, 404);
        }
      }
    }
  }

  @Test
  void anotherMethodOpensNothing() throws IOException {
    try (HttpSide side = HttpSide.start(settings(new JsonObject()))) {
      for (String method : new String[] {"POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"}) {
        assertThat(side.status(method, "/metrics")).as(method).isEqualTo(401);
        assertThat(side.status(method, "/api/v1/nodes")).as(method).isEqualTo(401);
      }
      assertThat(side.status("HEAD", "/health/live")).isEqualTo(200);
      assertThat(side.status("GET", "/api/v1/session")).isEqualTo(401);
    }
  }

  @Test
  void withoutATokenHealthShowsOnlyTheStatus() throws IOException {
    try (HttpSide side = HttpSide.start(settings(new JsonObject()))) {
      assertThat(new JsonObject(side.ask("GET", "/health/ready", "").body()).fieldNames())
          .containsExactly("status");
      assertThat(
              new JsonObject(
                      side.ask(
                              "GET",
                              "/health/ready",
                              "",
                              "authorization",
                              "Bearer 0123456789abcdef")
                          .body())
                  .fieldNames())
          .contains("status", "degraded", "senders");
    }
    try (HttpSide side = HttpSide.start(settings(new JsonObject().put("public", true)))) {
      assertThat(side.ask("GET", "/health/ready", "").body()).contains("degraded");
    }
  }

  @Test
  void publicReadingAllowsNoChanges() throws IOException {
    try (HttpSide side = HttpSide.start(settings(new JsonObject().put("public", true)))) {
      assertThat(side.status("/metrics/")).isEqualTo(200);
      assertThat(side.status("/nothing")).isEqualTo(404);
      assertThat(side.status("DELETE", "/api/v1/nodes/alice")).isEqualTo(401);
    }
  }
}
