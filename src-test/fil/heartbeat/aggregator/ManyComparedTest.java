package fil.heartbeat.aggregator;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.chain.Cid;
import fil.heartbeat.chain.Network;
import fil.heartbeat.testing.RecordingHistory;
import fil.heartbeat.wire.Extras;
import fil.heartbeat.wire.Heartbeat;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How often the optional members of a network's nodes are compared: of many not each second. */
class ManyComparedTest {
  private static final Instant T0 =
      Network.SIMULATED.clock().startOf(Network.SIMULATED.genesisTime().getEpochSecond() / 1000);

  private static final long EPOCH = Network.SIMULATED.clock().epochAt(T0);

  private long second;
  private final Registry registry =
      new Registry(
          AggregatorSettings.DEFAULT.withNetwork(Optional.of(Network.SIMULATED)),
          new RecordingHistory(),
          now());

  private Moment now() {
    return new Moment(T0.plusSeconds(second), second * 1_000_000_000L);
  }

  private void beat(int node, long finalized) {
    long height = EPOCH + Math.floorDiv(second - 10, 30L);
    Heartbeat beat =
        new Heartbeat(
            "{ " + Cid.ofBlock(("ours" + height).getBytes(StandardCharsets.UTF_8)) + " }",
            height,
            "node-" + node,
            "",
            Network.SIMULATED.genesisCid().toString(),
            null);
    Cid done = Cid.ofBlock(("ours" + finalized).getBytes(StandardCharsets.UTF_8));
    registry.onBeat(
        SimulatedFleet.peer(29, node),
        "/ip4/192.0.2.1/tcp/1",
        beat.with(
            new Extras.Builder()
                .finalized(new Extras.Finalized(finalized, "{ " + done + " }"))
                .build()),
        now());
  }

  private @Nullable Long best() {
    return registry.networks().get(0).extended().finality().best();
  }

  /**
   * The highest finalized height rises each second; after how many it is said, in half a minute.
   */
  @ParameterizedTest
  @CsvSource({"1000, 1", "1001, 5"})
  void ofManyEachFiveSeconds(int nodes, long seconds) {
    for (int node = 0; node < nodes; node++) {
      registry.onOpen(SimulatedFleet.peer(29, node), "/ip4/192.0.2.1/tcp/1", now());
    }
    for (; second < 400; second++) {
      for (int node = (int) (second % 10); node < nodes; node += 10) {
        beat(node, EPOCH - 1_000);
      }
      registry.evaluate(now());
    }
    List<Long> rises = new ArrayList<>();
    Long last = best();
    for (; second < 430; second++) {
      for (int node = 0; node < nodes; node++) {
        beat(node, node < 3 ? EPOCH - 1_000 + second : EPOCH - 1_000);
      }
      registry.evaluate(now());
      if (!Objects.equals(best(), last)) {
        rises.add(second);
      }
      last = best();
    }
    assertThat(rises).hasSizeBetween((int) (28 / seconds), (int) (30 / seconds) + 1);
    for (int i = 1; i < rises.size(); i++) {
      assertThat(rises.get(i) - rises.get(i - 1)).isEqualTo(seconds);
    }
  }
}
