package fil.heartbeat.contract;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.chain.source.ChainHeadVerticle;
import fil.heartbeat.chain.source.MinerAddressVerticle;
import fil.heartbeat.config.ChainConfig;
import fil.heartbeat.config.MinerConfig;
import fil.heartbeat.sender.HeartbeatStream;
import fil.heartbeat.sender.HeartbeatTransport;
import fil.heartbeat.sender.HeartbeatVerticle;
import fil.heartbeat.testing.Await;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Addresses and bodies of the event bus, and the beat that is made of them. */
@ExtendWith(VertxExtension.class)
class BusContractTest {
  private static final long LIMIT_SECONDS = 20;
  private static final String TARGET =
      "/ip4/127.0.0.1/tcp/1/p2p/12D3KooWHFd1gyNYFqxt7ke9FY2VoVVWY2XSPhvL9vg2pB6wQGfa";
  private static final String NONE_YET = "failure code 1";
  private static final String BLOCK =
      "bafy2bzacecnamqgqmifpluoeldx7zzglxcljo6oja4vrmtj7432rphldpdmm2";

  /** Takes every beat. */
  private static final class Wire implements HeartbeatTransport, HeartbeatStream {
    private final BlockingQueue<String> frames = new LinkedBlockingQueue<>();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();

    @Override
    public HeartbeatStream open(String multiaddr, Duration timeout) {
      frames.add("open " + multiaddr);
      return this;
    }

    @Override
    public void write(byte[] frame, Duration timeout) {
      frames.add(new String(frame, StandardCharsets.UTF_8).replace("\n", "\\n"));
    }

    @Override
    public CompletionStage<Void> closed() {
      return closed;
    }

    @Override
    public void closeConnection() {
      boolean ignored = closed.complete(null);
    }
  }

  private static String next(BlockingQueue<String> lines) throws InterruptedException {
    String line = lines.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
    assertThat(line).as("something within %s s", LIMIT_SECONDS).isNotNull();
    return line;
  }

  private static String steady(JsonObject body) {
    return body.encode().replaceAll("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z", "TIME");
  }

  @Test
  void aSenderAsksForHeadAndMinerAndTellsOfItsConnection(Vertx vertx) throws Exception {
    BlockingQueue<String> said = new LinkedBlockingQueue<>();
    vertx
        .eventBus()
        .<Object>localConsumer(
            "filecoin.chain.head",
            request -> {
              said.add("filecoin.chain.head " + request.body());
              request.reply(
                  new JsonObject()
                      .put("cids", new JsonArray().add(BLOCK))
                      .put("height", 123)
                      .put("genesis", BLOCK)
                      .put("syncing", true));
            });
    vertx
        .eventBus()
        .<Object>localConsumer(
            "filecoin.miner.address",
            request -> {
              said.add("filecoin.miner.address " + request.body());
              request.reply(new JsonObject().put("address", "f01000"));
            });
    BlockingQueue<String> events = new LinkedBlockingQueue<>();
    vertx
        .eventBus()
        .<JsonObject>localConsumer(
            "fil.heartbeat.sender", event -> events.add(steady(event.body())));
    Wire wire = new Wire();
    String id =
        Await.done(
            vertx.deployVerticle(
                new HeartbeatVerticle(wire),
                new DeploymentOptions()
                    .setConfig(
                        new JsonObject()
                            .put("beatTarget", TARGET)
                            .put("beatPeriod", "50ms")
                            .put("reconnectPeriod", "10s")
                            .put("nickname", "alice"))));
    List<String> lines = new ArrayList<>();
    lines.add(next(wire.frames));
    lines.add("fil.heartbeat.sender " + next(events));
    String beat = next(wire.frames);
    while (beat.startsWith("{\"Head\":\"{ }\"")) {
      beat = next(wire.frames); // before the answers are there
    }
    lines.add("beat " + beat);
    lines.add("asked " + String.join(", ", new TreeSet<>(said)));
    wire.closeConnection();
    lines.add("fil.heartbeat.sender " + next(events));
    Void ignored = Await.done(vertx.undeploy(id));
    Golden.compare("bus-sender.txt", lines);
  }

  private static ChainConfig chain(ChainConfig.Source source, String url) {
    return new ChainConfig(
        source, url, Optional.empty(), Optional.empty(), Duration.ofMillis(100), 1);
  }

  private static String ask(Vertx vertx, String address) throws Exception {
    return Await.done(
        vertx
            .eventBus()
            .<JsonObject>request(address, null)
            .map(answer -> String.join("\n", Shape.of(answer.body())))
            .recover(
                failure ->
                    Future.succeededFuture(
                        "failure code " + ((ReplyException) failure).failureCode())));
  }

  /** The first answer that comes of a question to a node. */
  private static String known(Vertx vertx, String address) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
    String answer = ask(vertx, address);
    while (answer.equals(NONE_YET)) {
      assertThat(System.nanoTime()).as(address).isLessThan(end);
      Void unused = Await.done(vertx.timer(50, TimeUnit.MILLISECONDS).mapEmpty());
      answer = ask(vertx, address);
    }
    return answer;
  }

  /**
   * @param known whether to wait for what came of the first question
   */
  private static String answer(Vertx vertx, String address, String url, boolean known)
      throws Exception {
    String id =
        Await.done(
            vertx.deployVerticle(
                new ChainHeadVerticle(chain(ChainConfig.Source.RPC, url), address)));
    String answer = known ? known(vertx, address) : ask(vertx, address);
    Void ignored = Await.done(vertx.undeploy(id));
    return answer;
  }

  @Test
  void sourcesOfHeadAndMinerAnswer(Vertx vertx) throws Exception {
    List<String> lines = new ArrayList<>();
    String simulated = "filecoin.chain.head";
    Object unused =
        Await.done(
            vertx.deployVerticle(
                new ChainHeadVerticle(chain(ChainConfig.Source.SIMULATED, ""), simulated)));
    lines.add("## head");
    lines.add(known(vertx, simulated));
    try (Receivers none = new Receivers();
        ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String url = "http://127.0.0.1:" + silent.getLocalPort() + "/rpc/v1";
      lines.add("## head of a node that does not answer");
      lines.add(answer(vertx, "filecoin.chain.head.silent", url, false));
      lines.add("## head of what is no node");
      lines.add(answer(vertx, "filecoin.chain.head.none", none.url("/none"), true));
      lines.add("## head of a node that wants another token");
      lines.add(answer(vertx, "filecoin.chain.head.locked", none.url(Receivers.LOCKED), true));
    }
    Object unused2 =
        Await.done(
            vertx.deployVerticle(
                new MinerAddressVerticle(
                    new MinerConfig(List.of("f01000"), List.of(), List.of()),
                    "filecoin.miner.address")));
    lines.add("## miner");
    lines.add(ask(vertx, "filecoin.miner.address"));
    Object unused3 =
        Await.done(
            vertx.deployVerticle(
                new MinerAddressVerticle(MinerConfig.NONE, "filecoin.miner.address.none")));
    lines.add("## miner of none");
    lines.add(ask(vertx, "filecoin.miner.address.none"));
    Golden.compare("bus-sources.txt", lines);
  }
}
