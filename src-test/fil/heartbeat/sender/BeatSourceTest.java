package fil.heartbeat.sender;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.config.SenderConfig;
import fil.heartbeat.config.Tell;
import fil.heartbeat.testing.Await;
import fil.heartbeat.testing.LogLines;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The content of a deployed sender's frames. */
@ExtendWith(VertxExtension.class)
class BeatSourceTest {
  private static final String HEAD =
      "{\"Head\":\"{ " + SenderFixture.BLOCK + " }\",\"Height\":444,";
  private static final String NO_HEAD = "{\"Head\":\"{ }\",\"Height\":0,";
  private static final String GENESIS = ",\"GenesisCID\":{\"/\":\"" + SenderFixture.GENESIS + "\"}";

  private Vertx vertx;
  private SenderFixture bench;
  private int beats;

  @BeforeEach
  void setUp(Vertx vertx) {
    this.vertx = vertx;
    bench = new SenderFixture(vertx);
  }

  private FakeTransport.FakeStream start() throws Exception {
    bench.start();
    return bench.stream();
  }

  /** Returns the next beat. */
  private String beat(FakeTransport.FakeStream stream) throws Exception {
    bench.beat();
    String frame = Await.take(stream.frames);
    beats++;
    Await.until(vertx, () -> bench.status().beatsSent() == beats);
    return frame;
  }

  private static SenderConfig without(boolean extras) {
    SenderConfig config = SenderFixture.config();
    return new SenderConfig(
        config.beatTarget(),
        Duration.ofMillis(SenderFixture.BEAT),
        config.reconnectPeriod(),
        config.nickname(),
        config.keyFile(),
        "other.head",
        "other.miner",
        extras,
        extras ? Tell.DEFAULT : Tell.NONE,
        Duration.ofSeconds(2),
        config.clustered());
  }

  private void serve(String address, Consumer<Message<Object>> answer) {
    vertx.eventBus().localConsumer(address, answer::accept);
  }

  @Test
  void aBeatContainsTheAnswersOfTheBus() throws Exception {
    bench.answerHead(bench.head());
    bench.answerMiner(new JsonObject().put("address", "f01000"));
    assertThat(beat(start()))
        .isEqualTo(
            HEAD
                + "\"Nickname\":\"alice\",\"MinerAddress\":\"f01000\""
                + GENESIS
                + ",\"Syncing\":false}\n");
    assertThat(bench.status().headFailures().values()).containsOnly(0L);
    assertThat(bench.status().minerFailures().values()).containsOnly(0L);
  }

  @Test
  void requestsHaveNoBody() throws Exception {
    AtomicReference<Object> body = new AtomicReference<>("not asked");
    serve(
        "filecoin.chain.head",
        request -> {
          body.set(request.body());
          request.reply(bench.head());
        });
    assertThat(beat(start())).startsWith(HEAD);
    assertThat(body).hasNullValue();
  }

  @Test
  void withoutExtrasABeatHasTheOriginalForm() throws Exception {
    serve("other.head", request -> request.reply(bench.head()));
    serve("other.miner", request -> request.reply(new JsonObject().putNull("address")));
    bench.start(new HeartbeatVerticle(bench.transport, bench.timers::clock), without(false));
    assertThat(beat(bench.stream()))
        .isEqualTo(HEAD + "\"Nickname\":\"alice\",\"MinerAddress\":\"\"}\n");
    assertThat(bench.status().minerFailures().values()).containsOnly(0L);
  }

  @Test
  void aStaleHeadIsNotRepeated() throws Exception {
    JsonObject old = bench.head();
    bench.answerHead(old);
    FakeTransport.FakeStream stream = start();
    for (int i = 0; i < 3; i++) {
      assertThat(beat(stream)).startsWith(HEAD);
    }
    String frame = beat(stream);
    assertThat(frame).startsWith(NO_HEAD).contains(GENESIS).doesNotContain("Syncing");
    assertThat(bench.status().headFailures()).containsEntry("stale", 1L);
  }

  @Test
  void theAgeOfAFreshHeadIsConfigured() throws Exception {
    JsonObject old = bench.head();
    serve("other.head", request -> request.reply(old));
    bench.start(new HeartbeatVerticle(bench.transport, bench.timers::clock), without(true));
    assertThat(beat(bench.stream())).startsWith(NO_HEAD);
  }

  @ParameterizedTest
  @CsvSource({"1, no-head", "2, rpc-failed", "3, not-authorised", "4, failed", "-1, failed"})
  void aFailedHeadRequestGivesTheEmptyHead(int code, String reason) throws Exception {
    serve("filecoin.chain.head", request -> request.fail(code, "the node does not answer"));
    assertThat(beat(start()))
        .isEqualTo(NO_HEAD + "\"Nickname\":\"alice\",\"MinerAddress\":\"\"}\n");
    assertThat(bench.status().headFailures()).containsEntry(reason, 1L);
  }

  /** One line for a node that fails, not one for each target of its beats. */
  @ParameterizedTest
  @CsvSource({"1, true", "2, false", "3, false", "4, true"})
  void aFailureThatItsSourceLogsIsNoWarningHere(int code, boolean warned) throws Exception {
    try (LogLines logs = new LogLines(BeatSource.class)) {
      serve("filecoin.chain.head", request -> request.fail(code, "the node does not answer"));
      assertThat(beat(start())).startsWith(NO_HEAD);
      assertThat(logs.lines())
          .filteredOn(line -> line.startsWith("WARN no head"))
          .hasSize(warned ? 1 : 0);
    }
  }

  @Test
  void withoutConsumersABeatHasTheEmptyHeadAndNoAddress() throws Exception {
    FakeTransport.FakeStream stream = start();
    assertThat(beat(stream)).isEqualTo(NO_HEAD + "\"Nickname\":\"alice\",\"MinerAddress\":\"\"}\n");
    assertThat(bench.status().headFailures()).containsEntry("no-handler", 1L);
    assertThat(bench.status().minerFailures()).containsEntry("no-handler", 1L);
  }

  @Test
  void withoutRepliesABeatHasTheEmptyHeadAndNoAddressAfterASecond() throws Exception {
    serve("filecoin.chain.head", request -> {});
    serve("filecoin.miner.address", request -> {});
    bench.start(
        new HeartbeatVerticle(bench.transport, bench.timers::clock),
        Configs.config(Duration.ofMillis(1), Duration.ofSeconds(10)));
    FakeTransport.FakeStream stream = bench.stream();
    // The second falls due within the second that the bus keeps the first waiting.
    bench.timers.fire(period -> period == 1, 2);
    assertThat(Await.take(stream.frames))
        .isEqualTo(NO_HEAD + "\"Nickname\":\"alice\",\"MinerAddress\":\"\"}\n");
    assertThat(bench.status().headFailures()).containsEntry("timeout", 1L);
    assertThat(bench.status().minerFailures()).containsEntry("timeout", 1L);
    assertThat(bench.status().skipped()).containsEntry("head-pending", 1L);
  }

  @Test
  void theGenesisIsRetainedWhileThereIsNoHead() throws Exception {
    JsonObject answer = bench.head();
    serve(
        "filecoin.chain.head",
        request -> {
          if (answer.isEmpty()) {
            request.fail(2, "down");
          } else {
            request.reply(answer);
          }
        });
    FakeTransport.FakeStream stream = start();
    assertThat(beat(stream)).contains(GENESIS);
    JsonObject told = answer.copy();
    var unused = answer.clear();
    assertThat(beat(stream)).startsWith(NO_HEAD).contains(GENESIS);
    // Another chain may answer by now.
    answer.mergeIn(told).putNull("genesis");
    assertThat(beat(stream)).startsWith(HEAD).doesNotContain("GenesisCID");
    var ignored = answer.clear();
    assertThat(beat(stream)).startsWith(NO_HEAD).doesNotContain("GenesisCID");
  }

  @Test
  void aHeadComesBack() throws Exception {
    JsonObject answer = bench.head().put("asOf", ManualTimers.START.minusSeconds(60).toString());
    serve("filecoin.chain.head", request -> request.reply(answer));
    FakeTransport.FakeStream stream = start();
    assertThat(beat(stream)).startsWith(NO_HEAD);
    answer.put("asOf", ManualTimers.START.toString());
    assertThat(beat(stream)).startsWith(HEAD);
  }

  static Stream<Object> miners() {
    return Stream.of(
        "f01000",
        7,
        new JsonArray(),
        new JsonObject(),
        new JsonObject().put("address", 7),
        new JsonObject().put("address", new JsonObject()),
        new JsonObject().put("address", "f"),
        new JsonObject().put("address", "F01000"),
        new JsonObject().put("address", "f1abc"),
        new JsonObject().put("address", "f".repeat(100_000)));
  }

  @ParameterizedTest
  @MethodSource("miners")
  void anInvalidAddressIsLeftOut(Object body) throws Exception {
    bench.answerHead(bench.head());
    bench.answerMiner(body);
    assertThat(beat(start())).startsWith(HEAD).contains("\"MinerAddress\":\"\"");
    assertThat(bench.status().minerFailures()).containsEntry("unreadable", 1L);
  }

  @Test
  void anEmptyAddressIsLeftOutWithoutAFault() throws Exception {
    bench.answerHead(bench.head());
    bench.answerMiner(new JsonObject().put("address", ""));
    assertThat(beat(start())).startsWith(HEAD).contains("\"MinerAddress\":\"\"");
    assertThat(bench.status().minerFailures().values()).containsOnly(0L);
  }

  @Test
  void aFailedMinerRequestLeavesTheAddressOut() throws Exception {
    bench.answerHead(bench.head());
    serve("filecoin.miner.address", request -> request.fail(2, "down"));
    assertThat(beat(start())).startsWith(HEAD).contains("\"MinerAddress\":\"\"");
    assertThat(bench.status().minerFailures()).containsEntry("failed", 1L);
  }

  @ParameterizedTest
  @MethodSource("fil.heartbeat.sender.HeadReadingTest#garbage")
  void anInvalidHeadGivesTheEmptyHead(Object body) throws Exception {
    bench.answerHead(body);
    assertThat(beat(start())).startsWith(NO_HEAD);
    assertThat(bench.status().headFailures()).containsEntry("unreadable", 1L);
  }

  @Test
  void aHeadWithoutAReadableHeightIsStillSent() throws Exception {
    bench.answerHead(bench.head().put("height", "high"));
    assertThat(beat(start()))
        .startsWith("{\"Head\":\"{ " + SenderFixture.BLOCK + " }\",\"Height\":0,");
    assertThat(bench.status().headFailures()).containsEntry("bad-height", 1L);
  }
}
