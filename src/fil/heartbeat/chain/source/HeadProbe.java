package fil.heartbeat.chain.source;

import fil.heartbeat.chain.Network;
import fil.heartbeat.chain.TipsetKey;
import fil.heartbeat.config.ChainConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** One look at a node's head, for diagnosis. */
public final class HeadProbe {

  /**
   * What the node said.
   *
   * @param asOf when the head was read, by our clock
   * @param ahead by how much our clock is ahead of that of the node, or of what answers for it;
   *     negative when it is behind, zero when they may be the same; null when nobody tells
   */
  public record Reading(
      TipsetKey head,
      long height,
      @Nullable String genesis,
      Instant asOf,
      @Nullable Duration ahead) {

    /** When the head's epoch began on the network. */
    public Instant timeOf(Network network) {
      return network.genesisTime().plusSeconds(height * network.epochSeconds());
    }
  }

  private HeadProbe() {}

  /** Reads it once; fails with {@link RpcException}. */
  public static Future<Reading> read(Vertx vertx, ChainConfig config, InstantSource clock) {
    HeadSource source = HeadSource.of(vertx, config, "asked", clock);
    Instant asked = clock.instant();
    return source
        .read()
        .map(
            head ->
                new Reading(
                    head.key(),
                    head.height(),
                    head.genesis(),
                    head.asOf(),
                    source.date().map(date -> ahead(asked, date, clock.instant())).orElse(null)))
        .onComplete(read -> source.close());
  }

  /** The answer was made between two looks at our clock, and within the second that it tells. */
  private static Duration ahead(Instant asked, Instant date, Instant answered) {
    if (asked.isAfter(date.plusSeconds(1))) {
      return Duration.between(date.plusSeconds(1), asked);
    }
    return answered.isBefore(date) ? Duration.between(date, answered) : Duration.ZERO;
  }
}
