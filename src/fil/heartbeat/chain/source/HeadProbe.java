package fil.heartbeat.chain.source;

import fil.heartbeat.chain.Network;
import fil.heartbeat.chain.TipsetKey;
import fil.heartbeat.config.ChainConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** One look at a node's head, for diagnosis. */
public final class HeadProbe {

  /** What the node said. */
  public record Reading(TipsetKey head, long height, @Nullable String genesis, Instant asOf) {

    /** When the head's epoch began on the network. */
    public Instant timeOf(Network network) {
      return network.genesisTime().plusSeconds(height * network.epochSeconds());
    }
  }

  private HeadProbe() {}

  /** Reads it once; fails with {@link RpcException}. */
  public static Future<Reading> read(Vertx vertx, ChainConfig config, InstantSource clock) {
    HeadSource source = HeadSource.of(vertx, config, "asked", clock);
    return source
        .read()
        .map(head -> new Reading(head.key(), head.height(), head.genesis(), head.asOf()))
        .onComplete(read -> source.close());
  }
}
