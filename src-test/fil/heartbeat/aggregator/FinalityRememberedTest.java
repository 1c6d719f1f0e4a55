package fil.heartbeat.aggregator;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.chain.Cid;
import fil.heartbeat.chain.Network;
import fil.heartbeat.fleet.Expected;
import fil.heartbeat.fleet.Finality;
import fil.heartbeat.libp2p.PeerId;
import fil.heartbeat.testing.RecordingHistory;
import fil.heartbeat.wire.Extras;
import fil.heartbeat.wire.Heartbeat;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whether the finality of a network was ever normal is known after a restart in an outage too. */
class FinalityRememberedTest {
  private static final Instant T0 =
      Network.SIMULATED.clock().startOf(Network.SIMULATED.genesisTime().getEpochSecond() / 1000);

  private static final long EPOCH = Network.SIMULATED.clock().epochAt(T0);
  private static final int NODES = 3;

  private final RecordingHistory history = new RecordingHistory();
  private long second;
  private int nodes = NODES;
  private Registry registry = start();

  private static PeerId peer(int node) {
    return SimulatedFleet.peer(23, node);
  }

  private Moment now() {
    return new Moment(T0.plusSeconds(second), second * 1_000_000_000L);
  }

  private Registry start() {
    Registry made =
        new Registry(
            AggregatorSettings.DEFAULT.withNetwork(Optional.of(Network.SIMULATED)), history, now());
    made.restore(history.restore(100, Set.of()).result(), now());
    return made;
  }

  /** Lets all nodes beat, with this height finalized; with none that is new when null. */
  private void run(int seconds, @Nullable Long stands) {
    for (int node = 0; node < nodes; node++) {
      registry.onOpen(peer(node), "/ip4/192.0.2.1/tcp/1", now());
    }
    for (long end = second + seconds; second < end; second++) {
      for (int node = 0; node < nodes && second % 10 == 0; node++) {
        long height = EPOCH + Math.floorDiv(second - 10, 30L);
        long last = stands == null ? height - 4 : stands;
        registry.onBeat(peer(node), beat(node, height, last), now());
      }
      registry.evaluate(now());
    }
  }

  private static Heartbeat beat(int node, long height, long last) {
    Cid block = Cid.ofBlock(("ours" + height).getBytes(StandardCharsets.UTF_8));
    Cid done = Cid.ofBlock(("ours" + last).getBytes(StandardCharsets.UTF_8));
    return new Heartbeat(
            "{ " + block + " }",
            height,
            "node-" + node,
            "",
            Network.SIMULATED.genesisCid().toString(),
            null)
        .with(
            new Extras.Builder().finalized(new Extras.Finalized(last, "{ " + done + " }")).build());
  }

  private Finality finality() {
    return registry.networks().get(0).extended().finality();
  }

  private void restart() {
    second += 20;
    registry = start();
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(longs = 3_600)
  void aRestartInAnOutageForgetsNoFinality(@Nullable Long silent) {
    run(400, null);
    assertThat(finality().wasNormal()).isTrue();
    long stands = EPOCH + 8;
    run(2_400, stands);
    assertThat(finality().stalls()).isTrue();
    if (silent != null) {
      second += silent;
    }
    restart();
    run(400, stands);
    assertThat(finality().lag()).isGreaterThan(Finality.NORMAL_LAG);
    assertThat(finality().stalls()).isTrue();
    restart();
    run(400, stands);
    assertThat(finality().stalls()).isTrue();
  }

  /** Nobody beats for an hour of the outage: there is no report in between. */
  @Test
  void aTimeWithoutNodesForgetsNoFinality() {
    run(400, null);
    long stands = EPOCH + 8;
    for (int node = 0; node < NODES; node++) {
      registry.onClose(peer(node), "reset", now());
    }
    for (long end = second + Duration.ofHours(1).toSeconds(); second < end; second++) {
      registry.evaluate(now());
    }
    run(400, stands);
    assertThat(finality().stalls()).isTrue();
  }

  /** Nobody named them: each may be anyone, and what is remembered stays for good. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void fewStrangersMakeNoFinalityNormal(int strangers) {
    nodes = strangers;
    run(400, null);
    assertThat(finality().lag()).isLessThan(Finality.NORMAL_LAG);
    assertThat(finality().wasNormal()).isFalse();
    assertThat(history.upgrades).isEmpty();
  }

  @Test
  void oneNodeThatIsNamedIsEnough() {
    nodes = 1;
    registry.membership(
        new Membership(Set.of(), Set.of(), Map.of(peer(0), new Expected("n0", Map.of()))), now());
    run(400, null);
    assertThat(finality().wasNormal()).isTrue();
  }

  @Test
  void aNetworkWithoutFastFinalityLagsOverARestartToo() {
    run(400, EPOCH - 800);
    restart();
    run(400, EPOCH - 800);
    assertThat(finality().lag()).isGreaterThan(Finality.NORMAL_LAG);
    assertThat(finality().wasNormal()).isFalse();
    assertThat(history.upgrades).isEmpty();
  }
}
