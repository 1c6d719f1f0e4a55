package fil.heartbeat.chain.source;

import fil.heartbeat.chain.Network;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** The simulated chain as a source. */
final class SimulatedHeadSource implements HeadSource {
  private static final int SIMULATED_MILLIS = 1;

  private final SimulatedChain chain;
  private final InstantSource clock;

  SimulatedHeadSource(SimulatedChain chain, InstantSource clock) {
    this.chain = chain;
    this.clock = clock;
  }

  @Override
  public Future<ChainHead> read() {
    Instant now = clock.instant();
    SimulatedChain.Head head = chain.headAt(now);
    Network network = Network.SIMULATED;
    String genesis = network.genesisCid().toString();
    return Future.succeededFuture(
        new ChainHead(
            head.key(),
            head.height(),
            genesis,
            network.name(),
            null,
            now,
            "" + chain.baseFeeAt(head.height()),
            SIMULATED_MILLIS));
  }

  @Override
  public Future<@Nullable Boolean> syncing(ChainHead head) {
    return Future.succeededFuture(false);
  }
}
