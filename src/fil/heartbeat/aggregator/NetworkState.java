package fil.heartbeat.aggregator;

import fil.heartbeat.chain.Network;
import fil.heartbeat.chain.TipsetKey;
import fil.heartbeat.fleet.Ledger;
import fil.heartbeat.fleet.NetworkReport;
import fil.heartbeat.fleet.NodeHeads;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A network that is followed: what was reported of it and what was last thought of it. */
final class NetworkState {

  /** Times kept at which the best height rose; a standing head is measured against three. */
  private static final int RISES = 8;

  private static final int RISES_TO_STALL = 3;

  /** One epoch early is tolerated everywhere: clocks differ. */
  private static final long TOLERATED_AHEAD = 1;

  final @Nullable String genesis;
  final Optional<Network> network;
  final Ledger ledger = new Ledger();
  private final List<Instant> rises = new ArrayList<>();
  private long best = -1;
  private long highest = -1;
  private final EpochLine epochs;
  private @Nullable NetworkReport report;

  NetworkState(@Nullable String genesis, Optional<Network> network) {
    this.genesis = genesis;
    this.network = network;
    this.epochs = new EpochLine(network.map(Network::clock));
  }

  @Nullable String name() {
    return network.map(Network::name).orElse(null);
  }

  /** The highest height that the clock allows; the largest number without a clock. */
  long ceiling(Instant now) {
    Long epoch = epochs.at(now);
    return epoch == null ? Long.MAX_VALUE : epoch + TOLERATED_AHEAD;
  }

  /** Which epoch it is. */
  EpochLine epochs() {
    return epochs;
  }

  /** The clock was set. */
  void stepped(Clocks.Step step) {
    rises.replaceAll(at -> at.plus(step.by()));
    epochs.stepped(step);
    report = report == null ? null : report.moved(step.by());
  }

  int epochSeconds() {
    return network.map(Network::epochSeconds).orElse(Network.USUAL_EPOCH_SECONDS);
  }

  /**
   * Takes a head, if its height is one that can be; if not, what was said before stands.
   *
   * @param ceiling heights above it are in the future and count nowhere
   */
  void head(NodeHeads by, long height, TipsetKey key, long ceiling, Moment now) {
    // Far from the best, but not from the clock, is where the fleet is after a time unheard.
    boolean farAhead =
        best >= 0 && height > best + Ledger.EPOCHS && height <= ceiling - Ledger.EPOCHS;
    if (!key.isEmpty() && height <= ceiling && !farAhead) {
      boolean unused = ledger.report(by, height, key, now.nanos() / 1_000_000);
    }
  }

  /** Takes the best height of an evaluation; -1 for none. */
  void best(long height, Instant now) {
    if (height < 0) {
      return;
    }
    if (highest >= 0 && height > highest) {
      rises.add(now);
      if (rises.size() > RISES) {
        rises.remove(0);
      }
    }
    highest = Math.max(highest, height);
    best = height;
    ledger.keepFrom(height - Ledger.EPOCHS + 1);
  }

  /** Begins anew at another height: without a clock, the first to speak may have lied. */
  void startOver(long height) {
    ledger.startOver(Math.max(0, height - Ledger.EPOCHS + 1));
    rises.clear();
    best = -1;
    highest = -1;
  }

  long best() {
    return best;
  }

  /** Whether a head has stood for so long while the network's rose again and again. */
  boolean standsStill(Instant headSince, long height, int epochs, Instant now) {
    return height < best
        && Duration.between(headSince, now).toSeconds() >= (long) epochs * epochSeconds()
        && rises.stream().filter(headSince::isBefore).count() >= RISES_TO_STALL;
  }

  @Nullable NetworkReport report() {
    return report;
  }

  void report(NetworkReport told) {
    report = told;
  }

  /** Nobody is on it now. */
  void clearReport() {
    report = null;
  }
}
