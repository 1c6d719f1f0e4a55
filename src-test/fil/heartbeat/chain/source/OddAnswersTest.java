package fil.heartbeat.chain.source;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.config.RpcEndpoint;
import fil.heartbeat.config.Tell;
import fil.heartbeat.testing.Await;
import fil.heartbeat.testing.nodes.Facts;
import fil.heartbeat.testing.nodes.Fault;
import fil.heartbeat.testing.nodes.LotusDouble;
import fil.heartbeat.testing.nodes.NodeDouble;
import fil.heartbeat.testing.nodes.Token;
import fil.heartbeat.testing.nodes.VenusDouble;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each method that is asked beside the head, with each answer that no healthy node gives, over
 * HTTP: the member is missing, one reason is counted, and the head does not wait. A tick is a
 * second of virtual time.
 */
class OddAnswersTest {
  private static final long SECOND = 1_000_000_000L;
  private static final Set<Fault> SLOW = Set.of(Fault.LATE, Fault.NEVER, Fault.BYTE_A_SECOND);

  /** Methods of lotus, but for the certificate, which only venus is asked for. */
  private enum Asked {
    VERSION("Filecoin.Version", "client", "version"),
    START_TIME("Filecoin.StartTime", "client", "startTime"),
    NETWORK_VERSION("Filecoin.StateNetworkVersion", "upgrades", "networkVersion"),
    PARAMS("Filecoin.StateGetNetworkParams", "upgrades", "upgrades"),
    FINALIZED("Filecoin.ChainGetFinalizedTipSet", "finality", "finalized"),
    CERTIFICATE("Filecoin.F3GetLatestCertificate", "finality", "finalized"),
    NODE_STATUS("Filecoin.NodeStatus", "peers", "peers"),
    MINER_INFO("Filecoin.StateMinerInfo", "messages", "pendingMessages"),
    ACTOR("Filecoin.StateGetActor", "messages", "pendingMessages"),
    NONCE("Filecoin.MpoolGetNonce", "messages", "pendingMessages"),
    AVAILABLE("Filecoin.StateMinerAvailableBalance", "balances", ""),
    DEADLINE("Filecoin.StateMinerProvingDeadline", "proving", "proving"),
    DEADLINES("Filecoin.StateMinerDeadlines", "proving", "proving"),
    PARTITIONS("Filecoin.StateMinerPartitions", "proving", "proving"),
    FAULTS("Filecoin.StateMinerFaults", "proving", "");

    private final String method;
    private final String flag;
    private final String member;

    Asked(String method, String flag, String member) {
      this.method = method;
      this.flag = flag;
      this.member = member;
    }

    private Tell tell() {
      return new Tell(
          flag.equals("client"),
          flag.equals("upgrades"),
          flag.equals("finality"),
          flag.equals("peers"),
          false,
          flag.equals("balances"),
          flag.equals("proving"),
          flag.equals("messages"));
    }
  }

  private static Vertx vertx;
  private static NodeDouble lotus;
  private static NodeDouble venus;

  @BeforeAll
  static void start() throws Exception {
    vertx = Vertx.vertx();
    lotus = Await.done(new LotusDouble(vertx, new Facts()).start());
    venus = Await.done(new VenusDouble(vertx, new Facts()).start());
  }

  @AfterAll
  static void stop() throws Exception {
    Await.done(vertx.close());
  }

  static Stream<Arguments> oddities() {
    List<Arguments> faults = RealNodesTest.faults().toList();
    return Stream.of(Asked.values())
        .flatMap(
            asked ->
                faults.stream()
                    .filter(each -> isOdd(asked, (Fault) each.get()[0]))
                    .map(each -> Arguments.of(asked, each.get()[0], each.get()[1])));
  }

  private static boolean isOdd(Asked asked, Fault fault) {
    return switch (fault) {
      // A deadline without partitions.
      case NULL_RESULT -> asked != Asked.PARTITIONS;
      // Without the method, the certificate is asked for.
      case FILTERED -> asked != Asked.FINALIZED;
      default -> true;
    };
  }

  @ParameterizedTest
  @MethodSource("oddities")
  void anOddAnswerIsAMissingMemberAndOneReasonAndNoHeadWaits(
      Asked asked, Fault fault, RpcException.Kind kind) throws Exception {
    NodeDouble node = asked == Asked.CERTIFICATE ? venus : lotus;
    node.mend();
    node.calls().clear();
    node.fail(asked.method, fault);
    Duration patience = Duration.ofMillis(SLOW.contains(fault) ? 500 : 20_000);
    JsonObject told = Await.done(Odd.on(node, asked, patience));
    assertThat(told.containsKey(asked.member)).isFalse();
    // Those of its wallets are asked for beside the available one.
    assertThat(told.getJsonArray("balances", new JsonArray()).stream())
        .map(each -> ((JsonObject) each).getString("role"))
        .doesNotContain("miner");
    assertThat(told.getJsonObject("memberFailures"))
        .isEqualTo(new JsonObject().put(kind.label(), 1L));
    assertThat(told.getLong("height")).isEqualTo(node.facts().height());
  }

  /** One run, on one context. */
  private static final class Odd {
    private final AtomicLong now = new AtomicLong();
    private final Promise<JsonObject> told = Promise.promise();
    private final NodeDouble node;
    private final Asked asked;
    private final JsonRpcClient aside;
    private final RpcHeadSource source;
    private final RpcHeadMembers members;
    private boolean headAsked;

    private Odd(NodeDouble node, Asked asked, Duration patience) {
      this.node = node;
      this.asked = asked;
      this.aside = client(node, patience);
      this.source =
          new RpcHeadSource(
              client(node, Duration.ofSeconds(20)),
              client(node, Duration.ofSeconds(20)),
              "n",
              InstantSource.system(),
              now::get);
      this.members =
          new RpcHeadMembers(aside, asked.tell(), List.of(), "n", now::get, () -> 0.5, () -> {});
      members.miners(List.of("f01000"));
    }

    static Future<JsonObject> on(NodeDouble node, Asked asked, Duration patience) {
      Promise<JsonObject> done = Promise.promise();
      vertx.runOnContext(start -> new Odd(node, asked, patience).run().onComplete(done));
      return done.future();
    }

    private static JsonRpcClient client(NodeDouble node, Duration timeout) {
      RpcEndpoint bare = RpcEndpoint.of(node.url());
      return new JsonRpcClient(
          vertx,
          new RpcEndpoint(
              bare.url(),
              Optional.of(Token.READ.text()),
              bare.tokenFile(),
              bare.repo(),
              bare.caFile(),
              bare.advice()),
          timeout);
    }

    private Future<JsonObject> run() {
      source
          .read()
          .onFailure(told::tryFail)
          .onSuccess(
              head -> {
                members.onHead(head, 1);
                long timer =
                    vertx.setPeriodic(
                        1,
                        tick -> {
                          now.addAndGet(SECOND);
                          members.tick();
                          look(head);
                        });
                told.future()
                    .onComplete(
                        ended -> {
                          vertx.cancelTimer(timer);
                          aside.close();
                          source.close();
                        });
              });
      return told.future();
    }

    /** Reads a head once the odd method was called, and ends when its failure was counted too. */
    private void look(ChainHead first) {
      if (!headAsked && node.calls().contains(asked.method)) {
        headAsked = true;
        source.read().onFailure(told::tryFail).onSuccess(this::await);
      } else if (now.get() > 100_000 * SECOND) {
        told.tryFail("nothing was counted at height " + first.height());
      }
    }

    private void await(ChainHead head) {
      JsonObject reply = new JsonObject().put("height", head.height());
      members.addTo(reply, head);
      if (reply.containsKey("memberFailures")) {
        told.tryComplete(reply);
      } else if (!told.future().isComplete()) {
        vertx.setTimer(1, later -> await(head));
      }
    }
  }
}
