package fil.heartbeat.chain.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.chain.source.RpcException.Kind;
import fil.heartbeat.config.RpcEndpoint;
import fil.heartbeat.testing.HeldPort;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(VertxExtension.class)
class JsonRpcClientTest {
  private static final String METHOD = "Filecoin.ChainHead";
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(400);

  private RpcDouble node;

  @BeforeEach
  void startNode(Vertx vertx, VertxTestContext test) {
    node = new RpcDouble(vertx);
    node.start().onComplete(test.succeedingThenComplete());
  }

  @Test
  void aResultIsReturnedAndTheConnectionStaysOpen(Vertx vertx, VertxTestContext test) {
    node.on(METHOD, RpcDouble.result("yes"));
    JsonRpcClient client = client(vertx, LONG);
    call(client)
        .compose(first -> call(client))
        .onComplete(
            test.succeeding(
                result ->
                    test.verify(
                        () -> {
                          assertThat(result).isEqualTo("yes");
                          assertThat(client.connections()).isEqualTo(1);
                          assertThat(node.authorizations()).containsExactly("", "");
                          assertThat(client.traffic().requests()).isEqualTo(2);
                          assertThat(client.traffic().bytes()).isBetween(200L, 400L);
                          test.completeNow();
                        })));
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 500})
  void anErrorObjectIsReportedWithEitherStatus(int status, Vertx vertx, VertxTestContext test) {
    node.on(METHOD, RpcDouble.error(status, 1, "the store\nis \u202Ebroken"));
    fails(
        call(client(vertx, LONG)),
        Kind.NODE_ERROR,
        "Filecoin.ChainHead: error 1 from " + node.url() + ": the store is \uFFFDbroken",
        test);
  }

  @ParameterizedTest
  @CsvSource({"-32601,Method not found", "-32601,method 'Filecoin.SyncState' not found"})
  void anUnknownMethodIsDistinguished(int code, String text, Vertx vertx, VertxTestContext test) {
    node.on(METHOD, RpcDouble.error(500, code, text));
    fails(call(client(vertx, LONG)), Kind.NO_METHOD, text, test);
  }

  @Test
  void aTokenFileIsReadAgainAfterARefusal(Vertx vertx, VertxTestContext test, @TempDir Path folder)
      throws IOException {
    Path file = Files.writeString(folder.resolve("token"), "old\n");
    node.on(
        METHOD,
        (request, call) -> {
          boolean known = "Bearer new".equals(request.getHeader("Authorization"));
          (known ? RpcDouble.result("yes") : RpcDouble.body(401, "")).answer(request, call);
        });
    JsonRpcClient client = new JsonRpcClient(vertx, withTokenFile(file), LONG);
    call(client)
        .recover(
            refused -> {
              test.verify(() -> assertThat(refused).hasMessageContaining(file.toString()));
              return vertx.fileSystem().writeFile(file.toString(), buffer(" new \n")).map("none");
            })
        .compose(written -> call(client))
        .compose(first -> call(client))
        .onComplete(
            test.succeeding(
                result ->
                    test.verify(
                        () -> {
                          assertThat(result).isEqualTo("yes");
                          assertThat(node.authorizations())
                              .containsExactly("Bearer old", "Bearer new", "Bearer new");
                          test.completeNow();
                        })));
  }

  /** The old token is not used until the node refuses it, which may be long after its expiry. */
  @Test
  void aRotatedTokenIsUsedThoughTheOldOneIsNotRefused(
      Vertx vertx, VertxTestContext test, @TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("token"), "old\n");
    node.on(METHOD, RpcDouble.result("yes"));
    JsonRpcClient client = new JsonRpcClient(vertx, withTokenFile(file), LONG);
    call(client)
        .compose(first -> vertx.fileSystem().writeFile(file.toString(), buffer("\uFEFFnew \r\n")))
        .compose(written -> call(client))
        .compose(second -> vertx.fileSystem().delete(file.toString()))
        .compose(gone -> call(client))
        .onComplete(
            test.succeeding(
                result ->
                    test.verify(
                        () -> {
                          assertThat(node.authorizations())
                              .containsExactly("Bearer old", "Bearer new", "Bearer new");
                          test.completeNow();
                        })));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " \n", "two words", "bad\u0001char", "line\nline"})
  void aFileWithoutATokenIsReportedWithoutItsContent(
      String content, Vertx vertx, VertxTestContext test, @TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("token"), content);
    JsonRpcClient client = new JsonRpcClient(vertx, withTokenFile(file), LONG);
    fails(
        call(client),
        Kind.NOT_AUTHORISED,
        "token file " + file,
        "(expected: one line, a read token",
        content.strip(),
        test);
  }

  @Test
  void aMissingTokenFileIsNamed(Vertx vertx, VertxTestContext test, @TempDir Path folder) {
    Path file = folder.resolve("none");
    JsonRpcClient client = new JsonRpcClient(vertx, withTokenFile(file), LONG);
    fails(
        call(client),
        Kind.NOT_AUTHORISED,
        "token file " + file + ": no such file (expected: ",
        test);
  }

  @Test
  void anUnreachableNodeIsReported(Vertx vertx, VertxTestContext test) {
    HeldPort nobody = new HeldPort();
    String url = "http://127.0.0.1:" + nobody.port() + "/rpc/v1";
    JsonRpcClient client = new JsonRpcClient(vertx, RpcEndpoint.of(url), LONG);
    fails(
        call(client).onComplete(answered -> nobody.close()),
        Kind.UNAVAILABLE,
        "no answer from " + url + ": Connection refused",
        test);
  }

  @Test
  void secretsOfTheUrlAreNotShown(Vertx vertx, VertxTestContext test) {
    node.on(METHOD, RpcDouble.body(404, ""));
    String url = node.url().replace("//", "//user:secret@") + "?token=secret";
    JsonRpcClient client =
        new JsonRpcClient(
            vertx,
            new RpcEndpoint(
                url,
                Optional.of("secret"),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                ""),
            LONG);
    call(client)
        .onComplete(
            test.failing(
                failure ->
                    test.verify(
                        () -> {
                          assertThat(failure)
                              .hasMessageContaining(node.url())
                              .hasMessageNotContaining("secret");
                          test.completeNow();
                        })));
  }

  @Test
  void aHangingRequestTimesOutAndClosesItsConnection(Vertx vertx, VertxTestContext test) {
    node.on(METHOD, RpcDouble.hang());
    givenUp(vertx, "no whole answer within 400 ms from " + node.url(), test);
  }

  @Test
  void aSlowAnswerTimesOutAndClosesItsConnection(Vertx vertx, VertxTestContext test) {
    node.on(METHOD, RpcDouble.stream(vertx, 1, 20));
    givenUp(vertx, "no whole answer within 400 ms from " + node.url(), test);
  }

  @Test
  void aHugeAnswerIsCutOffAndItsConnectionClosed(Vertx vertx, VertxTestContext test) {
    node.on(METHOD, RpcDouble.stream(vertx, 200_000, 1));
    closesAfter(
        client(vertx, LONG), vertx, "answer of more than 1048576 bytes from " + node.url(), test);
  }

  @Test
  void anAnswerOfTheLargestSizeIsAccepted(Vertx vertx, VertxTestContext test) {
    String answer = new JsonObject().put("result", "yes").encode();
    String largest = answer + " ".repeat(JsonRpcClient.MAX_BODY - answer.length());
    node.on(METHOD, RpcDouble.body(200, largest));
    call(client(vertx, LONG))
        .onComplete(
            test.succeeding(
                result -> {
                  test.verify(() -> assertThat(result).isEqualTo("yes"));
                  test.completeNow();
                }));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aCompressedAnswerIsReadWhetherItsHeaderSaysSoOrNot(
      boolean header, Vertx vertx, VertxTestContext test) {
    node.on(METHOD, RpcDouble.gzip("{\"result\":\"yes\"}".getBytes(UTF_8), header));
    call(client(vertx, LONG))
        .onComplete(
            test.succeeding(
                result -> {
                  test.verify(() -> assertThat(result).isEqualTo("yes"));
                  test.completeNow();
                }));
  }

  @Test
  void aSmallAnswerThatUnfoldsBeyondTheLimitIsRefused(Vertx vertx, VertxTestContext test) {
    node.on(METHOD, RpcDouble.gzip(new byte[JsonRpcClient.MAX_BODY + 1], true));
    fails(call(client(vertx, LONG)), Kind.UNAVAILABLE, "more than 1048576 bytes", test);
  }

  @Test
  void aCompressedAnswerThatBreaksOffIsNoAnswer(Vertx vertx, VertxTestContext test) {
    node.on(METHOD, RpcDouble.body(200, Buffer.buffer(new byte[] {0x1f, (byte) 0x8b, 8, 0})));
    fails(call(client(vertx, LONG)), Kind.BAD_ANSWER, "a broken gzip", test);
  }

  @Test
  void aClosedConnectionIsFollowedByAnother(Vertx vertx, VertxTestContext test) {
    // An answer that is too large is the only case in which this side closes without a timeout.
    node.on(METHOD, RpcDouble.stream(vertx, 200_000, 1));
    JsonRpcClient client = client(vertx, LONG);
    call(client)
        .recover(
            failure -> {
              node.on(METHOD, RpcDouble.result("yes"));
              return call(client);
            })
        .onComplete(
            test.succeeding(
                result ->
                    test.verify(
                        () -> {
                          assertThat(result).isEqualTo("yes");
                          assertThat(client.connections()).isEqualTo(2);
                          test.completeNow();
                        })));
  }

  private void givenUp(Vertx vertx, String told, VertxTestContext test) {
    closesAfter(client(vertx, SHORT), vertx, told, test);
  }

  private void closesAfter(JsonRpcClient client, Vertx vertx, String told, VertxTestContext test) {
    call(client)
        .onComplete(
            test.failing(
                failure -> {
                  test.verify(() -> assertThat(failure).hasMessageContaining(told));
                  vertx.setPeriodic(
                      5,
                      id -> {
                        if (node.openConnections() == 0 && vertx.cancelTimer(id)) {
                          test.completeNow();
                        }
                      });
                }));
  }

  private static void fails(Future<?> call, Kind kind, String told, VertxTestContext test) {
    fails(call, kind, told, "", "", test);
  }

  /**
   * @param hidden text that must not appear; blank for none
   */
  private static void fails(
      Future<?> call,
      Kind kind,
      String told,
      String expected,
      String hidden,
      VertxTestContext test) {
    call.onComplete(
        test.failing(
            failure ->
                test.verify(
                    () -> {
                      assertThat(failure).isInstanceOf(RpcException.class);
                      assertThat(failure).hasMessageContaining(told);
                      assertThat(failure).hasMessageContaining(expected);
                      if (!hidden.isEmpty()) {
                        assertThat(failure.getMessage()).doesNotContain(hidden);
                      }
                      assertThat(failure.getMessage()).doesNotContain("\n");
                      assertThat(((RpcException) failure).kind()).isEqualTo(kind);
                      test.completeNow();
                    })));
  }

  private JsonRpcClient client(Vertx vertx, Duration timeout) {
    return new JsonRpcClient(vertx, RpcEndpoint.of(node.url()), timeout);
  }

  private RpcEndpoint withTokenFile(Path file) {
    return new RpcEndpoint(
        node.url(), Optional.empty(), Optional.of(file), Optional.empty(), Optional.empty(), "");
  }

  private static Buffer buffer(String text) {
    return Buffer.buffer(text);
  }

  private static Future<String> call(JsonRpcClient client) {
    return client.call(METHOD, List.of(), String.class).timeout(25, TimeUnit.SECONDS);
  }
}
