package fil.heartbeat.aggregator;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.chain.Network;
import fil.heartbeat.chain.TipsetKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReferenceNodeTest {
  private static final Instant NOW = Network.SIMULATED.clock().startOf(1000);
  private static final String GENESIS = Network.SIMULATED.genesisCid().toString();
  private static final TipsetKey KEY = TipsetKey.parse("{ " + GENESIS + " }");

  private final NetworkState network = new NetworkState(GENESIS, Optional.of(Network.SIMULATED));
  private final ReferenceNode reference = new ReferenceNode("ref");

  private void answered(TipsetKey finalizedKey, long finalizedHeight, Duration after) {
    reference.answered(
        new ReferenceNode.Answer(GENESIS, KEY, 1000, finalizedKey, finalizedHeight),
        network,
        new Moment(NOW.plus(after), after.toNanos()));
  }

  /** Else a conflict with what it once finalized never ends. */
  @Test
  void whatAReferenceNoLongerSaysIsNotRepeated() {
    answered(KEY, 995, Duration.ZERO);
    assertThat(reference.finalizedKey()).isEqualTo(KEY);
    assertThat(reference.finalized()).isEqualTo(995);
    answered(TipsetKey.EMPTY, -1, Duration.ofMinutes(4));
    assertThat(reference.finalizedKey()).isEqualTo(TipsetKey.EMPTY);
    assertThat(reference.finalized()).isEqualTo(-1);
  }

  @Test
  void aReferenceOfAnotherNetworkHasFinalizedNothing() {
    answered(KEY, 995, Duration.ZERO);
    reference.withdraw();
    assertThat(reference.finalizedKey()).isEqualTo(TipsetKey.EMPTY);
    assertThat(reference.finalized()).isEqualTo(-1);
  }
}
