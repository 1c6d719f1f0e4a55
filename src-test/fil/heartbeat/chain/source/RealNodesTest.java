package fil.heartbeat.chain.source;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.chain.source.RpcException.Kind;
import fil.heartbeat.config.RpcEndpoint;
import fil.heartbeat.testing.nodes.CurioDouble;
import fil.heartbeat.testing.nodes.Facts;
import fil.heartbeat.testing.nodes.Fault;
import fil.heartbeat.testing.nodes.ForestDouble;
import fil.heartbeat.testing.nodes.GatewayDouble;
import fil.heartbeat.testing.nodes.LotusDouble;
import fil.heartbeat.testing.nodes.LotusMinerDouble;
import fil.heartbeat.testing.nodes.NodeDouble;
import fil.heartbeat.testing.nodes.Token;
import fil.heartbeat.testing.nodes.VenusDouble;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import io.vertx.ext.web.client.WebClientOptions;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The client beside nodes that refuse what real ones refuse. */
@ExtendWith(VertxExtension.class)
class RealNodesTest {
  private static final String HEAD = "Filecoin.ChainHead";
  private static final Duration LONG = Duration.ofSeconds(20);

  /** The kinds of API. */
  private enum Api {
    LOTUS(LotusDouble::new),
    GATEWAY(GatewayDouble::new),
    MINER(LotusMinerDouble::new),
    CURIO(CurioDouble::new),
    VENUS(VenusDouble::new),
    FOREST(ForestDouble::new);

    private final BiFunction<Vertx, Facts, NodeDouble> maker;

    Api(BiFunction<Vertx, Facts, NodeDouble> maker) {
      this.maker = maker;
    }
  }

  private final Facts facts = new Facts();

  @ParameterizedTest
  @CsvSource({
    "LOTUS,,/rpc/v1,ChainHead,0,ok",
    "LOTUS,,/rpc/v0,ChainHead,0,ok",
    "LOTUS,,/rpc/v2,ChainHead,0,NO_METHOD",
    "LOTUS,,/rpc/v3,ChainHead,0,WRONG_PATH",
    "LOTUS,,/rpc/v1/,ChainHead,0,WRONG_PATH",
    "LOTUS,,//rpc/v1,ChainHead,0,MOVED",
    "LOTUS,bad,/rpc/v3,ChainHead,0,WRONG_PATH",
    "LOTUS,bad,/rpc/v1,ChainHead,0,NOT_AUTHORISED",
    "LOTUS,SIGN,/rpc/v1,ChainHead,0,NOT_AUTHORISED",
    "LOTUS,READ,/rpc/v1,ChainHead,0,ok",
    "LOTUS,ADMIN,/rpc/v1,SyncState,0,ok",
    "LOTUS,,/rpc/v1,ActorAddress,0,NO_METHOD",
    "LOTUS,,/rpc/v1,StateNetworkVersion,0,NODE_ERROR",
    "LOTUS,,/rpc/v1,F3GetLatestCertificate,0,ok",
    "GATEWAY,,/rpc/v1,ChainHead,0,ok",
    "GATEWAY,bad,/rpc/v1,ChainHead,0,ok",
    "GATEWAY,,/rpc/v1,SyncState,0,NO_METHOD",
    "GATEWAY,,/rpc/v1,NodeStatus,1,NO_METHOD",
    "MINER,,/rpc/v0,ActorAddress,0,ok",
    "MINER,,/rpc/v1,ActorAddress,0,WRONG_PATH",
    "MINER,bad,/rpc/v1,ActorAddress,0,NOT_AUTHORISED",
    "MINER,SIGN,/rpc/v0,ActorAddress,0,NOT_AUTHORISED",
    "MINER,,/rpc/v0,ChainHead,0,NO_METHOD",
    "CURIO,,/rpc/v0,Info,0,ok",
    "CURIO,READ,/rpc/v0,Version,0,NOT_AUTHORISED",
    "CURIO,,/rpc/v0,Version,0,NOT_AUTHORISED",
    "CURIO,ADMIN,/rpc/v0,Version,0,ok",
    "CURIO,,/rpc/v0,ActorAddress,0,NO_METHOD",
    "VENUS,,/rpc/v1,ChainHead,0,NOT_AUTHORISED",
    "VENUS,bad,/rpc/v9,ChainHead,0,NOT_AUTHORISED",
    "VENUS,SIGN,/rpc/v1,ChainHead,0,NOT_AUTHORISED",
    "VENUS,READ,/rpc/v1,ChainHead,0,ok",
    "VENUS,READ,/rpc/v9,ChainHead,0,WRONG_PATH",
    "VENUS,READ,/rpc/v1,ChainGetFinalizedTipSet,0,NO_METHOD",
    "FOREST,,/rpc/v1,ChainHead,0,ok",
    "FOREST,EXPIRED,/rpc/v1,ChainHead,0,NOT_AUTHORISED",
    "FOREST,SIGN,/rpc/v1,ChainHead,0,NOT_AUTHORISED",
    "FOREST,,/rpc/v9,ChainHead,0,WRONG_PATH",
    "FOREST,,/rpc/v1,SyncState,0,NO_METHOD",
    "FOREST,,/rpc/v0,ChainGetFinalizedTipSet,0,NO_METHOD",
    "FOREST,,/rpc/v1,NodeStatus,0,NODE_ERROR"
  })
  void eachKindOfNodeRefusesInItsOwnWay(
      Api api,
      @Nullable String token,
      String path,
      String method,
      int params,
      String meaning,
      Vertx vertx,
      VertxTestContext test) {
    NodeDouble node = api.maker.apply(vertx, facts);
    Optional<String> bearer =
        Optional.ofNullable(token)
            .map(name -> name.equals("bad") ? "bad" : Token.valueOf(name).text());
    List<Object> values = new ArrayList<>(java.util.Collections.nCopies(params, false));
    node.start()
        .compose(
            up ->
                new JsonRpcClient(vertx, endpoint(node.url(path), bearer), LONG)
                    .call("Filecoin." + method, values, Object.class))
        .map(answer -> "ok")
        .otherwise(RealNodesTest::meaning)
        .onComplete(
            test.succeeding(
                met ->
                    test.verify(
                        () -> {
                          assertThat(met).isEqualTo(meaning);
                          test.completeNow();
                        })));
  }

  @ParameterizedTest
  @EnumSource(
      value = Api.class,
      names = {"LOTUS", "GATEWAY", "VENUS", "FOREST"})
  void theHeadAndTheIdentityOfEachFullNodeAreRead(Api api, Vertx vertx, VertxTestContext test) {
    NodeDouble node = api.maker.apply(vertx, facts);
    facts.nullRounds = 2;
    node.start()
        .map(up -> source(vertx, node))
        .compose(RpcHeadSource::read)
        .onComplete(
            test.succeeding(
                head ->
                    test.verify(
                        () -> {
                          assertThat(head.height()).isEqualTo(facts.epoch - 2);
                          assertThat(head.key()).isEqualTo(facts.key("", head.height()));
                          assertThat(head.network()).isEqualTo("testnetnet");
                          assertThat(head.genesis())
                              .isEqualTo(facts.network.genesisCid().toString());
                          test.completeNow();
                        })));
  }

  static Stream<org.junit.jupiter.params.provider.Arguments> faults() {
    return Stream.of(
            List.of(Fault.NOT_FOUND_TEXT, Kind.NODE_ERROR),
            List.of(Fault.ERROR_OBJECT, Kind.NODE_ERROR),
            List.of(Fault.NULL_RESULT, Kind.BAD_ANSWER),
            List.of(Fault.WRONG_TYPE, Kind.BAD_ANSWER),
            List.of(Fault.PANIC, Kind.NODE_ERROR),
            List.of(Fault.LATE, Kind.UNAVAILABLE),
            List.of(Fault.NEVER, Kind.UNAVAILABLE),
            List.of(Fault.BYTE_A_SECOND, Kind.UNAVAILABLE),
            List.of(Fault.CUT, Kind.UNAVAILABLE),
            List.of(Fault.HUGE, Kind.UNAVAILABLE),
            List.of(Fault.GZIP_BOMB, Kind.UNAVAILABLE),
            List.of(Fault.HTML_200, Kind.BAD_ANSWER),
            List.of(Fault.HTML_403, Kind.NOT_AUTHORISED),
            List.of(Fault.FILTERED, Kind.NO_METHOD),
            List.of(Fault.HTML_502, Kind.UNAVAILABLE),
            List.of(Fault.MOVED_301, Kind.MOVED),
            List.of(Fault.MOVED_302, Kind.MOVED),
            List.of(Fault.MOVED_307, Kind.MOVED),
            List.of(Fault.MOVED_308, Kind.MOVED),
            List.of(Fault.TOO_MANY, Kind.RATE_LIMITED),
            List.of(Fault.TOO_MANY_SECONDS, Kind.RATE_LIMITED),
            List.of(Fault.TOO_MANY_DATE, Kind.RATE_LIMITED),
            List.of(Fault.TOO_MANY_WORDS, Kind.RATE_LIMITED),
            List.of(Fault.SERVER_BUSY, Kind.RATE_LIMITED),
            List.of(Fault.CONNECTION_LIMITED, Kind.RATE_LIMITED))
        .map(row -> org.junit.jupiter.params.provider.Arguments.of(row.toArray()));
  }

  /** Whatever came, the next answer is read, on a new connection where the old one is in doubt. */
  @ParameterizedTest
  @MethodSource("faults")
  void noBadAnswerOutlivesItself(Fault fault, Kind kind, Vertx vertx, VertxTestContext test) {
    NodeDouble node = new LotusDouble(vertx, facts);
    node.fail(HEAD, fault);
    boolean slow = fault == Fault.LATE || fault == Fault.NEVER || fault == Fault.BYTE_A_SECOND;
    node.start()
        .map(
            up ->
                new RpcHeadSource(
                    client(vertx, node, slow ? Duration.ofSeconds(1) : LONG),
                    client(vertx, node, slow ? Duration.ofSeconds(1) : LONG),
                    "alice",
                    InstantSource.fixed(Instant.EPOCH),
                    () -> 0))
        .compose(
            source ->
                source
                    .read()
                    .map(head -> "ok")
                    .otherwise(RealNodesTest::meaning)
                    .compose(
                        met -> {
                          test.verify(() -> assertThat(met).isEqualTo(kind.name()));
                          node.mend();
                          return source.read();
                        }))
        .onComplete(
            test.succeeding(
                head ->
                    test.verify(
                        () -> {
                          assertThat(head.height()).isEqualTo(facts.epoch);
                          test.completeNow();
                        })));
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {"GZIP", "CONNECTION_CLOSE"})
  void unusualButGoodAnswersAreRead(Fault fault, Vertx vertx, VertxTestContext test) {
    NodeDouble node = new LotusDouble(vertx, facts);
    node.fail(NodeDouble.ALL, fault);
    node.start()
        .map(up -> source(vertx, node))
        .compose(source -> source.read().compose(first -> source.read()))
        .onComplete(
            test.succeeding(
                head ->
                    test.verify(
                        () -> {
                          assertThat(head.height()).isEqualTo(facts.epoch);
                          test.completeNow();
                        })));
  }

  @ParameterizedTest
  @CsvSource({"LOTUS,200,2", "FOREST,200,2", "VENUS,500,0"})
  void batchesAreTakenByLotusAndForestAlone(
      Api api, int status, int answers, Vertx vertx, VertxTestContext test) {
    NodeDouble node = api.maker.apply(vertx, facts);
    String call = "{\"jsonrpc\":\"2.0\",\"id\":%d,\"method\":\"%s\",\"params\":[]}";
    String batch = "[" + call.formatted(1, HEAD) + "," + call.formatted(2, "Filecoin.No") + "]";
    post(vertx, node, "a test", batch)
        .onComplete(
            test.succeeding(
                answer ->
                    test.verify(
                        () -> {
                          assertThat(answer.statusCode()).isEqualTo(status);
                          if (answers > 0) {
                            JsonArray all = answer.bodyAsJsonArray();
                            assertThat(all).hasSize(answers);
                            assertThat(all.getJsonObject(0).getInteger("id")).isEqualTo(1);
                            assertThat(all.getJsonObject(0).getJsonObject("result")).isNotNull();
                            assertThat(all.getJsonObject(1).getJsonObject("error")).isNotNull();
                          } else {
                            assertThat(answer.bodyAsJsonObject().getJsonObject("error"))
                                .isNotNull();
                          }
                          test.completeNow();
                        })));
  }

  @ParameterizedTest
  @CsvSource({"GATEWAY,,403", "GATEWAY,a test,200", "LOTUS,,200"})
  void aPublicEndpointRefusesWhoDoesNotSayItsName(
      Api api, @Nullable String name, int status, Vertx vertx, VertxTestContext test) {
    NodeDouble node = api.maker.apply(vertx, facts);
    String call = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" + HEAD + "\",\"params\":[]}";
    post(vertx, node, name, call)
        .onComplete(
            test.succeeding(
                answer ->
                    test.verify(
                        () -> {
                          assertThat(answer.statusCode()).isEqualTo(status);
                          test.completeNow();
                        })));
  }

  private static Future<HttpResponse<Buffer>> post(
      Vertx vertx, NodeDouble node, @Nullable String name, String body) {
    WebClientOptions options = new WebClientOptions().setUserAgentEnabled(name != null);
    if (name != null) {
      options.setUserAgent(name);
    }
    return node.start()
        .compose(
            up ->
                WebClient.create(vertx, options)
                    .postAbs(up.url())
                    .bearerTokenAuthentication(Token.READ.text())
                    .putHeader("Content-Type", "application/json")
                    .sendBuffer(Buffer.buffer(body)));
  }

  private static String meaning(Throwable failure) {
    return failure instanceof RpcException e ? e.kind().name() : failure.toString();
  }

  private static RpcHeadSource source(Vertx vertx, NodeDouble node) {
    return new RpcHeadSource(
        client(vertx, node, LONG),
        client(vertx, node, LONG),
        "alice",
        InstantSource.fixed(Instant.EPOCH),
        () -> 0);
  }

  private static JsonRpcClient client(Vertx vertx, NodeDouble node, Duration timeout) {
    return new JsonRpcClient(vertx, endpoint(node.url(), Optional.of(Token.READ.text())), timeout);
  }

  private static RpcEndpoint endpoint(String url, Optional<String> token) {
    RpcEndpoint bare = RpcEndpoint.of(url);
    return new RpcEndpoint(
        bare.url(), token, bare.tokenFile(), bare.repo(), bare.caFile(), bare.advice());
  }
}
