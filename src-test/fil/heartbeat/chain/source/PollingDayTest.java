package fil.heartbeat.chain.source;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import fil.heartbeat.chain.Network;
import fil.heartbeat.chain.TipsetKey;
import fil.heartbeat.chain.source.RpcAnswer.BadShapeException;
import fil.heartbeat.config.ChainConfig;
import fil.heartbeat.config.SenderConfig;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a sender asks of a node in a day of virtual time, at the default period. */
class PollingDayTest {
  private static final Duration DAY = Duration.ofDays(1);
  private static final Duration RESTART = Duration.ofHours(12);

  /** What one request with its answer takes. */
  private static final Duration SPENT = Duration.ofMillis(40);

  /** Measured of lotus: a head of five blocks, and a sync state of eight entries. */
  private static final int HEAD_BYTES = 9_953;

  private static final int SYNC_STATE_BYTES = 160_000;

  private static final Instant START = Network.SIMULATED.genesisTime().plus(Duration.ofDays(30));

  private final SimulatedChain chain = new SimulatedChain(1, "");
  private final Map<String, Integer> calls = new TreeMap<>();
  private Instant now = START;
  private long requests;
  private long bytes;

  /** A node in memory that restarts once; its heads are those of the simulated chain. */
  private final class Node implements NodeCalls {

    @Override
    public <T> Future<@Nullable T> call(
        String method, List<? extends @Nullable Object> params, Class<T> type) {
      JsonObject request =
          new JsonObject()
              .put("jsonrpc", "2.0")
              .put("id", requests)
              .put("method", method)
              .put("params", new JsonArray());
      String answer = new JsonObject().put("id", requests).put("result", result(method)).encode();
      int padding =
          method.equals("Filecoin.ChainHead")
              ? HEAD_BYTES
              : method.equals("Filecoin.SyncState") ? SYNC_STATE_BYTES : 0;
      answer += " ".repeat(Math.max(0, padding - answer.length()));
      requests++;
      bytes += request.encode().length() + answer.length();
      calls.merge(method, 1, Integer::sum);
      try {
        return Future.succeededFuture(
            RpcAnswer.<T>read(Buffer.buffer(answer), RpcAnswer.type(type)).result());
      } catch (BadShapeException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public <T> Future<@Nullable T> call(
        String method, List<? extends @Nullable Object> params, TypeReference<T> type) {
      throw new AssertionError("only records are asked for: " + method);
    }

    private @Nullable Object result(String method) {
      SimulatedChain.Head head = chain.headAt(now);
      return switch (method) {
        case "Filecoin.ChainHead" -> tipset(head.key(), head.height());
        case "Filecoin.ChainGetGenesis" ->
            tipset(TipsetKey.of(List.of(Network.SIMULATED.genesisCid())), 0);
        case "Filecoin.StateNetworkName" -> "simulated";
        case "Filecoin.SyncState" -> new JsonObject().put("ActiveSyncs", new JsonArray());
        default -> throw new IllegalStateException(method);
      };
    }

    private static JsonObject tipset(TipsetKey key, long height) {
      JsonArray cids = new JsonArray();
      key.cids().forEach(cid -> cids.add(new JsonObject().put("/", cid.toString())));
      return new JsonObject().put("Cids", cids).put("Height", height);
    }

    @Override
    public int connections() {
      return now.isBefore(START.plus(RESTART)) ? 1 : 2;
    }

    @Override
    public Optional<Instant> date() {
      return Optional.empty();
    }

    @Override
    public void close() {}
  }

  @Test
  void aNodeIsAskedThirtyThousandTimesADayAtMost() {
    RpcHeadSource source = new RpcHeadSource(new Node(), new Node(), "n", () -> now, this::nanos);
    HeadPoll poll = new HeadPoll(ChainConfig.POLL_PERIOD, SenderConfig.HEAD_MAX_AGE);
    while (now.isBefore(START.plus(DAY))) {
      ChainHead head = source.read().result();
      poll.succeeded(head);
      poll.syncing(source.syncing(head).result());
      now = now.plus(SPENT).plus(poll.delay(SPENT, nanos()));
    }
    System.out.printf(
        "a day of virtual time: %,d requests, %,d bytes of bodies, %s%n", requests, bytes, calls);
    assertThat(requests).isBetween(28_800L, 30_000L);
    assertThat(bytes).isBetween(280_000_000L, 350_000_000L);
    assertThat(calls.get("Filecoin.ChainGetGenesis")).isEqualTo(2);
  }

  private long nanos() {
    return Duration.between(START, now).toNanos();
  }
}
