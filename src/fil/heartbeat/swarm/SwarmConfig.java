package fil.heartbeat.swarm;

import fil.heartbeat.config.ConfigException;
import fil.heartbeat.config.TargetConfig;
import fil.heartbeat.libp2p.Multiaddr;
import fil.heartbeat.text.GoDuration;
import java.math.BigDecimal;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The options of a swarm.
 *
 * @param targets one or more, of different peers; every node beats to each
 * @param nodes 1 to {@link #MAX_NODES} of each source
 * @param beatPeriod 1ms to 24h
 * @param duration above 0, up to {@link #MAX_DURATION}
 * @param fork percent of the nodes; the three shares make up at most 100
 * @param lag percent of the nodes
 * @param silent percent of the nodes
 * @param churnPerMinute disconnections a minute
 * @param seed of keys, names and shares, never of the chain
 * @param traits percent of the nodes with each trait, healthy ones first
 * @param recoverAfter when forks, lags, silence and traits end, above 0; empty: never
 * @param sources local addresses that nodes dial from in turn; none lets the system choose
 */
public record SwarmConfig(
    List<Multiaddr> targets,
    int nodes,
    Duration beatPeriod,
    Duration duration,
    BigDecimal fork,
    BigDecimal lag,
    BigDecimal silent,
    int churnPerMinute,
    long seed,
    Map<Trait, BigDecimal> traits,
    Optional<Duration> recoverAfter,
    List<InetAddress> sources) {

  /** Ports have two bytes, which limits the connections from one address to another. */
  static final int MAX_NODES = 60_000;

  /** Each target costs a socket for each node. */
  static final int MAX_TARGETS = 8;

  static final int MAX_CHURN = 60_000;
  static final Duration MAX_DURATION = Duration.ofDays(365);
  private static final Duration MAX_PERIOD = Duration.ofHours(24);
  private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);
  private static final int MAX_NUMBER_TEXT = 20;
  private static final String RANGE = "1ms to 8760h";

  public SwarmConfig {
    targets = List.copyOf(targets);
    traits = Map.copyOf(traits);
    sources = List.copyOf(sources);
  }

  /**
   * Parses the options as they were typed.
   *
   * @param options by name, such as {@code --nodes}; {@code --target} and {@code --source} may hold
   *     several addresses, with commas between
   * @throws ConfigException with every fault
   */
  public static SwarmConfig parse(Map<String, String> options) {
    return new Parser(options).parse();
  }

  /**
   * Checks that this machine has the sources.
   *
   * @throws ConfigException with each that it does not have
   */
  public void requireSources() {
    Sources.requireBindable(sources);
  }

  private static final class Parser {
    private final Map<String, String> options;
    private final List<ConfigException.Fault> faults = new ArrayList<>();

    private Parser(Map<String, String> options) {
      this.options = options;
    }

    private SwarmConfig parse() {
      List<InetAddress> sources = sources();
      SwarmConfig config =
          new SwarmConfig(
              targets(),
              (int) whole("--nodes", "", 1, (long) MAX_NODES * Math.max(1, sources.size())),
              duration("--beat-period", "3s", Duration.ofMillis(1), MAX_PERIOD, "1ms to 24h"),
              duration("--duration", "60s", Duration.ofMillis(1), MAX_DURATION, RANGE),
              percent("--fork"),
              percent("--lag"),
              percent("--silent"),
              (int) whole("--churn", "0", 0, MAX_CHURN),
              whole("--seed", "1", Long.MIN_VALUE, Long.MAX_VALUE),
              traits(),
              options.containsKey("--recover-after")
                  ? Optional.of(
                      duration("--recover-after", "10m", Duration.ofMillis(1), MAX_DURATION, RANGE))
                  : Optional.empty(),
              sources);
      if (faults.isEmpty()) {
        checkTogether(config);
      }
      if (!faults.isEmpty()) {
        throw new ConfigException(faults);
      }
      return config;
    }

    private void checkTogether(SwarmConfig config) {
      BigDecimal all = config.fork().add(config.lag()).add(config.silent());
      if (all.compareTo(HUNDRED) > 0) {
        fault("--fork, --lag and --silent", all.toPlainString(), "together at most 100 percent");
      } else if (config.churnPerMinute() > 0 && all.compareTo(HUNDRED) == 0) {
        fault(
            "--churn",
            "" + config.churnPerMinute(),
            "0, since --fork, --lag and --silent leave no node that could churn");
      }
      long dials = (long) config.nodes() * config.targets().size();
      long ports = (long) MAX_NODES * config.sources().size();
      if (ports > 0 && dials > ports) {
        fault(
            "--nodes times --target",
            "" + dials,
            "at most " + ports + ": a connection from a --source takes a port of it");
      }
      for (Multiaddr target : config.targets()) {
        for (InetAddress source : config.sources()) {
          boolean six = source instanceof Inet6Address;
          List<String> others = six ? List.of("ip4", "dns4") : List.of("ip6", "dns6");
          if (others.stream().anyMatch(other -> target.value(other).isPresent())) {
            fault(
                Sources.OPTION,
                source.getHostAddress(),
                (six ? "an IPv4" : "an IPv6") + " address, as --target " + target + " has");
          }
        }
      }
    }

    private List<InetAddress> sources() {
      String given = options.get(Sources.OPTION);
      List<InetAddress> sources = new ArrayList<>();
      if (given == null) {
        return sources;
      }
      for (String text : given.split(",", -1)) {
        Optional<InetAddress> source = Sources.parse(text);
        if (source.isEmpty()) {
          fault(Sources.OPTION, text, Sources.EXPECTED);
        } else if (sources.contains(source.get())) {
          fault(Sources.OPTION, text, "each address once");
        } else {
          sources.add(source.get());
        }
      }
      if (sources.size() > Sources.MAX) {
        fault(Sources.OPTION, sources.size() + " addresses", "at most " + Sources.MAX);
      }
      return sources;
    }

    private Map<Trait, BigDecimal> traits() {
      Map<Trait, BigDecimal> traits = new EnumMap<>(Trait.class);
      for (Trait trait : Trait.values()) {
        traits.put(trait, percent(trait.option()));
      }
      return traits;
    }

    private List<Multiaddr> targets() {
      List<Multiaddr> targets = new ArrayList<>();
      for (String text : options.getOrDefault("--target", "").split(",", -1)) {
        Optional<String> expected =
            text.isEmpty()
                ? Optional.of("a multiaddr that ends in /p2p/<peer id>")
                : TargetConfig.unusable(text);
        if (expected.isPresent()) {
          fault("--target", text.isEmpty() ? "(missing)" : text, expected.get());
        } else {
          targets.add(Multiaddr.parse(text));
        }
      }
      if (targets.stream().map(Multiaddr::peerId).distinct().count() < targets.size()) {
        fault("--target", options.getOrDefault("--target", ""), "each peer id once");
      }
      if (targets.size() > MAX_TARGETS) {
        fault("--target", targets.size() + " addresses", "at most " + MAX_TARGETS);
      }
      return targets;
    }

    private long whole(String name, String absent, long least, long most) {
      String text = options.getOrDefault(name, absent);
      try {
        long value = Long.parseLong(text);
        if (value >= least && value <= most) {
          return value;
        }
      } catch (NumberFormatException e) {
        // Reported below.
      }
      fault(name, text, "a whole number, " + least + " to " + most);
      return least;
    }

    private BigDecimal percent(String name) {
      String text = options.getOrDefault(name, "0");
      try {
        // An exponent could make a number of any size from few characters.
        if (text.length() <= MAX_NUMBER_TEXT && text.chars().allMatch(Parser::isPlain)) {
          BigDecimal value = new BigDecimal(text);
          if (value.signum() >= 0 && value.compareTo(HUNDRED) <= 0) {
            return value;
          }
        }
      } catch (NumberFormatException e) {
        // Reported below.
      }
      fault(name, text, "percent of the nodes, 0 to 100");
      return BigDecimal.ZERO;
    }

    private static boolean isPlain(int character) {
      return character == '.' || (character >= '0' && character <= '9');
    }

    private Duration duration(
        String name, String absent, Duration least, Duration most, String range) {
      String text = options.getOrDefault(name, absent);
      try {
        Duration value = GoDuration.parse(text);
        if (value.compareTo(least) >= 0 && value.compareTo(most) <= 0) {
          return value;
        }
      } catch (IllegalArgumentException e) {
        // Reported below.
      }
      fault(name, text, "a duration such as " + absent + ", " + range);
      return least;
    }

    private void fault(String name, String value, String expected) {
      faults.add(new ConfigException.Fault(name, value.isEmpty() ? "(missing)" : value, expected));
    }
  }
}
