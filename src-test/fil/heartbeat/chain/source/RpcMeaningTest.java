package fil.heartbeat.chain.source;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.chain.source.RpcException.Kind;
import fil.heartbeat.config.RpcEndpoint;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What real nodes and proxies answer when it is no result, and what it means. */
@ExtendWith(VertxExtension.class)
class RpcMeaningTest {
  private static final String METHOD = "Filecoin.ChainHead";

  private record Row(
      int status, Map<String, String> headers, String body, Kind kind, List<String> told) {

    static Row of(int status, String body, Kind kind, String... told) {
      return new Row(status, Map.of(), body, kind, List.of(told));
    }

    static Row error(int status, int code, String message, Kind kind, String... told) {
      JsonObject error = new JsonObject().put("code", code).put("message", message);
      return of(status, new JsonObject().put("error", error).encode(), kind, told);
    }

    Row with(String header, String value) {
      return new Row(status, Map.of(header, value), body, kind, told);
    }

    @Override
    public String toString() {
      return status + " " + body + " " + headers;
    }
  }

  static Stream<Row> rows() {
    String create = "lotus auth create-token --perm read";
    return Stream.of(
        Row.of(401, "", Kind.NOT_AUTHORISED, "401", create, "none is configured"),
        Row.error(
            200,
            1,
            "missing permission to invoke 'ChainHead' (need 'read')",
            Kind.NOT_AUTHORISED,
            "missing permission",
            create),
        Row.error(
            200, 1, "missing permission to invoke 'ChainHead'  (need 'read')", Kind.NOT_AUTHORISED),
        Row.error(
            200,
            -32003,
            "missing permission to invoke 'Filecoin.ChainHead' (need 'read')",
            Kind.NOT_AUTHORISED),
        Row.error(200, 401, "Unauthorized", Kind.NOT_AUTHORISED),
        Row.of(
            403,
            "<html><h1>403 Forbidden</h1></html>",
            Kind.NOT_AUTHORISED,
            "refused by what stands before the node"),
        Row.error(
            500,
            -32601,
            "method 'Filecoin.ChainHead' not found",
            Kind.NO_METHOD,
            METHOD,
            "/rpc/v1"),
        Row.error(
            500,
            -32601,
            "(error code -32601) method 'Filecoin.ChainHead' not found",
            Kind.NO_METHOD),
        Row.error(200, -32601, "Method not found", Kind.NO_METHOD),
        Row.error(200, -32001, "unsupported method", Kind.NO_METHOD),
        Row.error(200, -32001, "something else", Kind.NODE_ERROR),
        Row.of(403, "Forbidden", Kind.NO_METHOD),
        Row.error(200, 4, "f3 is disabled", Kind.NO_METHOD),
        Row.error(200, 4, "something else", Kind.NODE_ERROR),
        Row.error(200, 1, "actor not found", Kind.NODE_ERROR, "see the node's log"),
        Row.error(500, 1, "method 'Filecoin.ChainHead' not found", Kind.NODE_ERROR),
        Row.error(200, 10, "f3 isn't yet ready to start", Kind.NODE_ERROR),
        Row.error(200, 11, "actor not found", Kind.NODE_ERROR),
        Row.error(200, 12, "out of gas", Kind.NODE_ERROR),
        Row.error(
            500,
            0,
            "fatal error calling 'Filecoin.ChainHead': panic in rpc method 'Filecoin.ChainHead': x",
            Kind.NODE_ERROR),
        Row.error(200, -32603, "Internal error", Kind.NODE_ERROR),
        Row.error(
            500,
            -32602,
            "wrong param count (method 'Filecoin.ChainHead'): 0 != 1",
            Kind.NODE_ERROR),
        Row.of(429, "", Kind.RATE_LIMITED, "raise it, or pollPeriod"),
        Row.error(200, 1, "server busy. please retry later", Kind.RATE_LIMITED),
        Row.error(200, 1, "connection limited. please retry later", Kind.RATE_LIMITED),
        Row.of(429, "Too many connections. Please try again later.", Kind.RATE_LIMITED),
        Row.of(429, "", Kind.RATE_LIMITED, "again in 90 s").with("Retry-After", "90"),
        Row.of(404, "404 page not found\n", Kind.WRONG_PATH, "full node /rpc/v1", "Curio /rpc/v0"),
        Row.of(404, "", Kind.WRONG_PATH),
        Row.of(301, "", Kind.MOVED, "/rpc/v2 ", "redirects are not followed")
            .with("Location", "/rpc/v2"),
        Row.of(302, "", Kind.MOVED, "to https://n.example/rpc/v1 ")
            .with("Location", "https://user:secret@n.example/rpc/v1?token=secret"),
        Row.of(307, "", Kind.MOVED, "to nowhere"),
        Row.of(308, "", Kind.MOVED, "to a place that is no URL").with("Location", "http://[secret"),
        Row.of(502, "<html>", Kind.UNAVAILABLE, "HTTP 502", "it is up, the node is not"),
        Row.of(503, "<html>", Kind.UNAVAILABLE, "HTTP 503"),
        Row.of(504, "<html>", Kind.UNAVAILABLE, "HTTP 504"),
        Row.of(500, "<html>", Kind.UNAVAILABLE, "HTTP 500"),
        Row.of(200, "<html>\n<b>hi", Kind.BAD_ANSWER, "HTTP 200", "<html> <b>hi", "JSON-RPC"),
        Row.of(200, "[{\"result\":\"x\"}]", Kind.BAD_ANSWER, "no object"),
        Row.of(200, "null", Kind.BAD_ANSWER, "no object"),
        Row.of(200, "", Kind.BAD_ANSWER, "an empty body"),
        Row.of(200, "{\"result\":", Kind.BAD_ANSWER),
        Row.of(200, "{} {}", Kind.BAD_ANSWER, "more than one"),
        Row.of(200, "{\"result\":7}", Kind.BAD_ANSWER, "result: "),
        Row.of(200, "{\"result\":{\"a\":1}}", Kind.BAD_ANSWER, "result: "),
        Row.error(400, -32600, "Invalid request", Kind.BAD_ANSWER, "HTTP 400"),
        Row.of(405, "", Kind.BAD_ANSWER, "HTTP 405"),
        Row.of(415, "", Kind.BAD_ANSWER, "HTTP 415"),
        Row.of(400, "{\"result\":\"x\"}", Kind.BAD_ANSWER, "HTTP 400"),
        Row.of(200, "{\"error\":\"plain text\"}", Kind.NODE_ERROR, "plain text"),
        Row.of(200, "{\"error\":{\"code\":[],\"message\":{}}}", Kind.NODE_ERROR, "error 0"),
        Row.of(200, "{\"error\":{\"code\":1.5}}", Kind.NODE_ERROR),
        Row.of(200, "{\"error\":7,\"result\":\"x\"}", Kind.NODE_ERROR, "7"));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void anAnswerThatIsNoResultHasAMeaning(Row row, Vertx vertx, VertxTestContext test) {
    RpcDouble node = new RpcDouble(vertx);
    node.on(
        METHOD,
        (request, call) -> {
          row.headers.forEach(request.response()::putHeader);
          RpcDouble.body(row.status, row.body).answer(request, call);
        });
    node.start()
        .compose(
            up ->
                new JsonRpcClient(
                        vertx,
                        RpcEndpoint.of(
                            node.url().replace("//", "//user:secret@") + "?token=secret"),
                        Duration.ofSeconds(20))
                    .call(METHOD, List.of(), String.class))
        .onComplete(
            test.failing(
                failure ->
                    test.verify(
                        () -> {
                          assertThat(failure)
                              .isInstanceOf(RpcException.class)
                              .hasMessageStartingWith(METHOD + ": ")
                              .hasMessageContaining(node.url())
                              .hasMessageContaining("(expected: ")
                              .hasMessageNotContainingAny("secret", "\n")
                              .extracting(thrown -> ((RpcException) thrown).kind())
                              .isEqualTo(row.kind);
                          row.told.forEach(told -> assertThat(failure).hasMessageContaining(told));
                          test.completeNow();
                        })));
  }
}
