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

/** A single poll of a node's head, for diagnosis. */
public final class HeadProbe {

  /**
   * The node's answer.
   *
   * @param asOf when the head was read, by this machine's clock
   * @param ahead by how much this machine's clock is ahead of that of the node or the proxy in
   *     front of it; negative when it is behind, zero when they may be equal; null when the answer
   *     has no date
   */
  public record Reading(
      TipsetKey head,
      long height,
      @Nullable String genesis,
      Instant asOf,
      @Nullable Duration ahead) {

    /** Returns when the head's epoch began on the network. */
    public Instant timeOf(Network network) {
      return network.genesisTime().plusSeconds(height * network.epochSeconds());
    }
  }

  private HeadProbe() {}

  /** Reads the head once; fails with {@link RpcException}. */
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

  /**
   * The answer was made between the two readings of this clock, and within the second that its date
   * gives.
   */
  private static Duration ahead(Instant asked, Instant date, Instant answered) {
    if (asked.isAfter(date.plusSeconds(1))) {
      return Duration.between(date.plusSeconds(1), asked);
    }
    return answered.isBefore(date) ? Duration.between(date, answered) : Duration.ZERO;
  }
}
