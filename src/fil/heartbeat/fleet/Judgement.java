package fil.heartbeat.fleet;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A verdict, and what the next one needs to know.
 *
 * @param slowSince since when it has been late by the epochs of slow; null while it is not
 * @param behindSince likewise for behind
 */
public record Judgement(
    Verdict verdict, @Nullable Instant slowSince, @Nullable Instant behindSince) {

  /** Of a node at the moment that it becomes known. */
  public static Judgement first(Liveness liveness, Instant now) {
    return new Judgement(
        new Verdict(liveness, ChainState.UNKNOWN, Agreement.UNKNOWN, null, false, null, now),
        null,
        null);
  }
}
