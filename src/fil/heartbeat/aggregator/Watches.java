package fil.heartbeat.aggregator;

import fil.heartbeat.chain.Network;
import fil.heartbeat.fleet.NetworkReport;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The networks under watch: the configured one, or one for each genesis that nodes claim. */
final class Watches {

  /**
   * Networks judged at once; there are three that have names. Strangers can make up any number, and
   * those beyond are not judged.
   */
  static final int MAX = 64;

  private final Optional<Network> configured;
  private final Map<String, Watch> byGenesis = new HashMap<>();
  private @Nullable Watch nameless;

  Watches(Optional<Network> configured) {
    this.configured = configured;
    configured
        .map(List::of)
        .orElse(Network.KNOWN)
        .forEach(
            network -> {
              String genesis = network.genesisCid().toString();
              byGenesis.put(genesis, new Watch(genesis, Optional.of(network)));
            });
  }

  /**
   * The network of a claimed genesis; null when it is the wrong one, or when there are too many.
   *
   * @param genesis null when none is claimed
   */
  @Nullable Watch of(@Nullable String genesis) {
    if (genesis == null) {
      return configured
          .map(network -> byGenesis.get(network.genesisCid().toString()))
          .orElseGet(this::nameless);
    }
    Watch known = byGenesis.get(genesis);
    if (known != null || configured.isPresent() || byGenesis.size() >= MAX) {
      return known;
    }
    Watch made = new Watch(genesis, Optional.empty());
    byGenesis.put(genesis, made);
    return made;
  }

  boolean isConfigured() {
    return configured.isPresent();
  }

  /** The configured first. */
  List<Watch> all() {
    List<Watch> all = new ArrayList<>(byGenesis.values());
    if (nameless != null) {
      all.add(nameless);
    }
    return all;
  }

  /** Stops watching what nobody claims any more; networks with a name stay. */
  void keep(java.util.function.Predicate<Watch> claimed) {
    byGenesis.values().removeIf(watch -> watch.network.isEmpty() && !claimed.test(watch));
    if (nameless != null && !claimed.test(nameless)) {
      nameless = null;
    }
  }

  /** What was last thought of each network that is configured or has nodes; the largest first. */
  List<NetworkReport> reports() {
    return all().stream()
        .map(Watch::report)
        .flatMap(report -> Optional.ofNullable(report).stream())
        .sorted(
            Comparator.<NetworkReport>comparingInt(
                    report -> -report.sides().stream().mapToInt(side -> side.count()).sum())
                .thenComparing(report -> String.valueOf(report.genesisCid())))
        .toList();
  }

  private Watch nameless() {
    Watch watch = nameless;
    if (watch == null) {
      watch = new Watch(null, Optional.empty());
      nameless = watch;
    }
    return watch;
  }
}
