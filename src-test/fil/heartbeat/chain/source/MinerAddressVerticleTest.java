package fil.heartbeat.chain.source;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.chain.source.MinerAddressVerticle.Times;
import fil.heartbeat.config.MinerConfig;
import fil.heartbeat.config.RpcEndpoint;
import fil.heartbeat.testing.Await;
import fil.heartbeat.testing.LogLines;
import fil.heartbeat.testing.nodes.CurioDouble;
import fil.heartbeat.testing.nodes.Facts;
import fil.heartbeat.testing.nodes.Fault;
import fil.heartbeat.testing.nodes.LotusMinerDouble;
import fil.heartbeat.testing.nodes.NodeDouble;
import fil.heartbeat.testing.nodes.Token;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(VertxExtension.class)
class MinerAddressVerticleTest {
  private static final String ADDRESS = "filecoin.miner.address.test";
  private static final String METHOD = "Filecoin.ActorAddress";
  private static final Times QUICK =
      new Times(Duration.ofMillis(20), Duration.ofMillis(20), Duration.ofSeconds(20));

  /** As {@link #QUICK}, but with the waits after failures that are the default. */
  private static final Times PATIENT =
      new Times(Duration.ofMillis(20), Times.DEFAULT.refresh(), Duration.ofSeconds(20));

  private RpcDouble miner;

  @BeforeEach
  void startMiner(Vertx vertx, VertxTestContext test) {
    miner = new RpcDouble(vertx);
    miner.start().onComplete(test.succeedingThenComplete());
  }

  private static MinerConfig at(RpcEndpoint endpoint) {
    return new MinerConfig(List.of(), List.of(), List.of(endpoint));
  }

  @Test
  void theConfiguredAddressIsReturnedWithoutARequest(Vertx vertx, VertxTestContext test) {
    MinerConfig config =
        new MinerConfig(List.of("f01000"), List.of(), List.of(RpcEndpoint.of(miner.url())));
    deploy(vertx, config)
        .compose(up -> Bus.ask(vertx, ADDRESS))
        .onComplete(
            test.succeeding(
                reply ->
                    test.verify(
                        () -> {
                          assertThat(reply).isEqualTo(new JsonObject().put("address", "f01000"));
                          assertThat(miner.calls()).isEmpty();
                          test.completeNow();
                        })));
  }

  @Test
  void noMinerIsNull(Vertx vertx, VertxTestContext test) {
    deploy(vertx, MinerConfig.NONE)
        .compose(up -> Bus.ask(vertx, ADDRESS))
        .onComplete(
            test.succeeding(
                reply ->
                    test.verify(
                        () -> {
                          assertThat(reply.encode()).isEqualTo("{\"address\":null}");
                          test.completeNow();
                        })));
  }

  private static RpcEndpoint with(Token token, String url) {
    return new RpcEndpoint(
        url, Optional.of(token.text()), Optional.empty(), Optional.empty(), Optional.empty(), "");
  }

  @Test
  void aMinerIsPolledWithItsToken(Vertx vertx, VertxTestContext test) {
    Facts facts = new Facts();
    NodeDouble lotus = new LotusMinerDouble(vertx, facts);
    lotus
        .start()
        .compose(up -> deploy(vertx, at(with(Token.READ, lotus.url()))))
        .compose(up -> Bus.until(vertx, ADDRESS, reply -> is(reply, "f01000")))
        .compose(
            reply -> {
              facts.miner = "t02000";
              return Bus.until(vertx, ADDRESS, next -> is(next, "t02000"));
            })
        .onComplete(test.succeedingThenComplete());
  }

  /** A miner serves v0 alone, and a token for signing may not read. */
  @ParameterizedTest
  @CsvSource({"SIGN,/rpc/v0,not-authorised", "READ,/rpc/v1,wrong-path", "READ,/,wrong-path"})
  void aMinerRefusesAnotherPathAndATokenThatMayNotRead(
      Token token, String path, String meaning, Vertx vertx, VertxTestContext test)
      throws Exception {
    try (LogLines log = new LogLines(MinerAddressVerticle.class)) {
      NodeDouble up = Await.done(new LotusMinerDouble(vertx, new Facts()).start());
      String unused = Await.done(deploy(vertx, at(with(token, up.url(path)))));
      Await.until(vertx, () -> !log.lines().isEmpty());
      assertThat(log.lines().get(0)).contains(" meaning=" + meaning + " ");
      assertThat(Await.done(Bus.ask(vertx, ADDRESS)).getValue("address")).isNull();
      test.completeNow();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "7", "{}", "\"\"", "\"<empty>\"", "\"f1abc\""})
  void anInvalidAddressIsNotReturned(String result, Vertx vertx, VertxTestContext test) {
    miner.on(METHOD, RpcDouble.body(200, "{\"result\":" + result + "}"));
    deploy(vertx, at(RpcEndpoint.of(miner.url())))
        .compose(up -> Bus.until(vertx, ADDRESS, reply -> miner.calls().size() > 2))
        .onComplete(
            test.succeeding(
                reply ->
                    test.verify(
                        () -> {
                          assertThat(reply.getValue("address")).isNull();
                          test.completeNow();
                        })));
  }

  @Test
  void theAddressOfAFailingMinerIsRetained(Vertx vertx, VertxTestContext test) {
    miner.on(METHOD, RpcDouble.result("t01000"));
    deploy(vertx, at(RpcEndpoint.of(miner.url())))
        .compose(up -> Bus.until(vertx, ADDRESS, reply -> is(reply, "t01000")))
        .compose(
            reply -> {
              miner.on(METHOD, RpcDouble.body(500, "broken"));
              int before = miner.calls().size();
              return Bus.until(vertx, ADDRESS, next -> miner.calls().size() > before + 2);
            })
        .onComplete(
            test.succeeding(
                reply ->
                    test.verify(
                        () -> {
                          assertThat(reply.getString("address")).isEqualTo("t01000");
                          test.completeNow();
                        })));
  }

  /** lotus' and Curio's text for a method that they do not have. */
  private static final String NO_METHOD =
      "{\"id\":1,\"jsonrpc\":\"2.0\",\"error\":{\"code\":-32601,\"message\":\"method"
          + " 'Filecoin.ActorAddress' not found\"}}";

  private static JsonObject curio(Object miners) {
    return new JsonObject().put("ID", 1).put("HostPort", "10.0.0.9:12300").put("Miners", miners);
  }

  private static JsonObject reply(String... addresses) {
    JsonObject reply = new JsonObject().put("address", addresses[0]);
    return addresses.length < 2 ? reply : reply.put("addresses", new JsonArray(List.of(addresses)));
  }

  @Test
  void curioTellsAllItsMiners(Vertx vertx, VertxTestContext test) {
    Facts facts = new Facts();
    facts.miner = "f01000, f02000";
    NodeDouble curio = new CurioDouble(vertx, facts);
    curio
        .start()
        .compose(up -> deploy(vertx, at(with(Token.READ, curio.url()))))
        .compose(up -> Bus.until(vertx, ADDRESS, reply -> is(reply, "f01000")))
        .onComplete(
            test.succeeding(
                reply ->
                    test.verify(
                        () -> {
                          assertThat(reply).isEqualTo(reply("f01000", "f02000"));
                          test.completeNow();
                        })));
  }

  @Test
  void curioIsNotAskedAfterAnotherFailure(Vertx vertx, VertxTestContext test) {
    miner.on(
        METHOD,
        RpcDouble.body(200, "{\"error\":{\"code\":1,\"message\":\"actor f01000 not found\"}}"));
    deploy(vertx, at(RpcEndpoint.of(miner.url())))
        .compose(up -> Bus.until(vertx, ADDRESS, reply -> miner.calls().size() > 2))
        .onComplete(
            test.succeeding(
                reply ->
                    test.verify(
                        () -> {
                          assertThat(miner.calls()).containsOnly(METHOD);
                          test.completeNow();
                        })));
  }

  @Test
  void aCurioWithoutMinersIsAFailure(Vertx vertx, VertxTestContext test) {
    miner.on(METHOD, RpcDouble.body(500, NO_METHOD));
    miner.on(
        "Filecoin.Info",
        RpcDouble.result(curio(new JsonObject().put("String", "f01").put("Valid", false))));
    deploy(vertx, at(RpcEndpoint.of(miner.url())))
        .compose(up -> Bus.until(vertx, ADDRESS, reply -> miner.calls().size() > 4))
        .onComplete(
            test.succeeding(
                reply ->
                    test.verify(
                        () -> {
                          assertThat(reply.getValue("address")).isNull();
                          test.completeNow();
                        })));
  }

  @Test
  void severalConfiguredAddressesAreAllTold(Vertx vertx, VertxTestContext test) {
    deploy(vertx, new MinerConfig(List.of("f01000", "f02000"), List.of(), List.of()))
        .compose(up -> Bus.ask(vertx, ADDRESS))
        .onComplete(
            test.succeeding(
                reply ->
                    test.verify(
                        () -> {
                          assertThat(reply).isEqualTo(reply("f01000", "f02000"));
                          test.completeNow();
                        })));
  }

  @Test
  void oneMinerThatFailsHidesNoOther(Vertx vertx, VertxTestContext test) {
    Facts ofOther = new Facts();
    ofOther.miner = "f02000";
    NodeDouble lotus = new LotusMinerDouble(vertx, new Facts());
    NodeDouble other = new LotusMinerDouble(vertx, ofOther);
    lotus.fail(NodeDouble.ALL, Fault.NEVER);
    lotus
        .start()
        .compose(up -> other.start())
        .compose(
            up ->
                vertx.deployVerticle(
                    new MinerAddressVerticle(
                        new MinerConfig(
                            List.of(),
                            List.of(),
                            List.of(RpcEndpoint.of(lotus.url()), RpcEndpoint.of(other.url()))),
                        ADDRESS,
                        "alice",
                        System::nanoTime,
                        new Times(QUICK.refresh(), QUICK.most(), Duration.ofSeconds(2)))))
        // The first one has not even failed by then.
        .compose(up -> Bus.until(vertx, ADDRESS, reply -> is(reply, "f02000")))
        .compose(
            reply -> {
              lotus.mend();
              return Bus.until(vertx, ADDRESS, next -> is(next, "f01000"));
            })
        .onComplete(
            test.succeeding(
                reply ->
                    test.verify(
                        () -> {
                          assertThat(reply).isEqualTo(reply("f01000", "f02000"));
                          test.completeNow();
                        })));
  }

  @ParameterizedTest
  @CsvSource({
    "TOO_MANY_SECONDS, rate-limited, 90",
    "TOO_MANY, rate-limited, 60",
    "MOVED_308, moved, 60",
    "HTML_200, bad-answer, 30",
    "HTML_403, not-authorised, 10",
    "HTML_502, unavailable, 15",
    "PANIC, node-error, 15",
    "FILTERED, no-method, 600"
  })
  void aMinerThatFailsIsAskedAgainByWhatItsFailureMeans(
      Fault fault, String meaning, int seconds, Vertx vertx, VertxTestContext test)
      throws Exception {
    NodeDouble lotus = new LotusMinerDouble(vertx, new Facts());
    lotus.fail(NodeDouble.ALL, fault);
    try (LogLines log = new LogLines(MinerAddressVerticle.class)) {
      NodeDouble up = Await.done(lotus.start());
      String unused =
          Await.done(
              vertx.deployVerticle(
                  new MinerAddressVerticle(
                      at(RpcEndpoint.of(up.url())), ADDRESS, "alice", System::nanoTime, PATIENT)));
      Await.until(vertx, () -> !log.lines().isEmpty());
      assertThat(log.lines().get(0))
          .startsWith(
              "WARN cannot read miner address node=alice meaning="
                  + meaning
                  + " for=0s again="
                  + seconds
                  + "s cause=");
      test.completeNow();
    }
  }

  private static boolean is(JsonObject reply, String address) {
    return address.equals(reply.getString("address"));
  }

  private static Future<String> deploy(Vertx vertx, MinerConfig config) {
    return vertx.deployVerticle(
        new MinerAddressVerticle(config, ADDRESS, "alice", System::nanoTime, QUICK));
  }
}
