package fil.heartbeat.fleet;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongFunction;
import java.util.function.LongPredicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One comparison of the optional members of a network's monitored nodes. Created for each
 * evaluation.
 *
 * <p>Upgrades are compared by height: a program may name one differently, or not know it at all,
 * and the latter must be seen. A node reports the last upgrade that passed and all later ones, so
 * it says nothing about heights below its first one. What nodes named that are silent now still
 * counts: those that know an upgrade may all restart at once.
 */
public final class ExtendedRound {

  /** Nodes that must know an upgrade before others are compared with them. */
  static final int KNOWN_BY = 2;

  /** Below every head. */
  private static final long EVERYWHERE = -1;

  /**
   * How long a sender repeats the network version that its node said last, while it cannot ask
   * again: three of its hourly questions, as {@code chain.source.NodeMembers} has it.
   */
  public static final Duration VERSION_REPEATED = Duration.ofHours(3);

  /**
   * For how long after an upgrade a node reports a network version that may be that of before: the
   * sender may be late by an epoch, and what it said last counts for 90 s at least.
   */
  public static final Duration STALE_VERSION = VERSION_REPEATED.plusMinutes(3);

  private final List<Extended> nodes;
  private final int silent;
  private final @Nullable Long epoch;
  private final LongFunction<@Nullable Instant> startOf;
  private final @Nullable Long lag;
  private final @Nullable Long best;

  /** How many nodes report upgrades, or did before they fell silent. */
  private final long reporting;

  /** Which upgrades these know. */
  private final TreeMap<Long, Known> known = new TreeMap<>();

  /** What the same nodes, and others, say of the upgrades that they followed. */
  private final Followers followers = new Followers();

  /** How long ago each upgrade was: the largest value if that is not known. */
  private final Map<Long, Long> agoMillis = new HashMap<>();

  /** Who knows an upgrade. */
  private static final class Known {
    private final Map<String, Integer> names = new HashMap<>();
    private final Seniority seniority = new Seniority();
    private int nodes;

    /** How many of these report what they do now, after what they did before it. */
    private int since;

    private void add(String name, long seenMillis, boolean isSince) {
      names.merge(name, 1, Integer::sum);
      seniority.add(seenMillis);
      nodes++;
      since += isSince ? 1 : 0;
    }
  }

  /**
   * @param nodes monitored and beating
   * @param referenceFinalized the highest height that a reference finalized; -1 for none
   * @param epoch the present one; null without a known clock
   * @param startOf returns when an epoch starts; null without a known clock
   */
  public ExtendedRound(
      Collection<Extended> nodes,
      long referenceFinalized,
      @Nullable Long epoch,
      LongFunction<@Nullable Instant> startOf) {
    this(nodes, 0, List.of(), referenceFinalized, epoch, startOf);
  }

  /**
   * @param nodes monitored and beating
   * @param silent how many more report no optional members
   * @param remembered what each monitored node that names no upgrades now did before
   * @param referenceFinalized the highest height that a reference finalized; -1 for none
   * @param epoch the present one; null without a known clock
   * @param startOf returns when an epoch starts; null without a known clock
   */
  public ExtendedRound(
      Collection<Extended> nodes,
      int silent,
      Collection<NamedUpgrades.Remembered> remembered,
      long referenceFinalized,
      @Nullable Long epoch,
      LongFunction<@Nullable Instant> startOf) {
    this.nodes = List.copyOf(nodes);
    this.silent = silent;
    this.epoch = epoch;
    this.startOf = startOf;
    this.lag = median(nodes.stream().map(Extended::finalityLag));
    this.best = best(referenceFinalized);
    this.reporting =
        nodes.stream().filter(node -> !node.upgrades().isEmpty()).count() + remembered.size();
    Set<String> following = new HashSet<>();
    for (Extended node : nodes) {
      know(node.named(epoch), node.seenMillis(), height -> !mayBeOld(node, height));
      if (followers.add(node.networkVersion().number(), node.height())) {
        following.add(node.peerId());
      }
    }
    for (NamedUpgrades.Remembered each : remembered) {
      know(each.upgrades(), each.seenMillis(), height -> false);
      // One that names no upgrades any more may report its version still, and is one node.
      if (!following.contains(each.peerId())) {
        boolean unused = followers.add(each.networkVersion(), each.height());
      }
    }
    Seniority.keepMost(known, MAX_UPGRADES, each -> each.seniority);
  }

  private void know(SortedMap<Long, String> upgrades, long seenMillis, LongPredicate isSince) {
    upgrades.forEach(
        (height, name) ->
            known
                .computeIfAbsent(height, ignored -> new Known())
                .add(name, seenMillis, isSince.test(height)));
  }

  private static @Nullable Long median(Stream<@Nullable Long> values) {
    List<Long> sorted = new ArrayList<>();
    values.filter(Objects::nonNull).map(Long.class::cast).sorted().forEach(sorted::add);
    return sorted.isEmpty() ? null : sorted.get((sorted.size() - 1) / 2);
  }

  private @Nullable Long best(long referenceFinalized) {
    List<Long> highest = new ArrayList<>();
    for (Extended node : nodes) {
      if (node.finalized() != null) {
        highest.add(node.finalized());
      }
    }
    highest.sort(Comparator.reverseOrder());
    int place = highest.size() < FleetSettings.MIN_VOTERS ? 0 : 1;
    long told = highest.size() > place ? highest.get(place) : -1;
    long most = Math.max(told, referenceFinalized);
    return most < 0 ? null : Long.valueOf(most);
  }

  /**
   * Returns the finality of the network.
   *
   * @param wasNormal whether its lag was ever normal before
   * @param witnesses how many nodes must report it at least for its lag to be normal from now on
   * @param conflict between finalized tipsets; null when there is none
   */
  public Finality finality(boolean wasNormal, int witnesses, Finality.@Nullable Conflict conflict) {
    int count = (int) nodes.stream().filter(node -> node.finalized() != null).count();
    // Near the first tipset the lag is small in any case: in a young network, and at a node that
    // begins to sync.
    List<Extended> grown =
        nodes.stream()
            .filter(node -> node.finalized() != null && node.finalized() > Ledger.EPOCHS)
            .toList();
    Long normally = median(grown.stream().map(Extended::finalityLag));
    boolean normal =
        grown.size() >= witnesses && normally != null && normally <= Finality.NORMAL_LAG;
    return new Finality(count, lag, best, wasNormal || normal, conflict);
  }

  /** Compares one node with the others. */
  public Findings findings(Extended node) {
    Long behind = null;
    Long finalized = node.finalized();
    if (finalized != null && best != null && lag != null && lag <= Finality.NORMAL_LAG) {
      behind = Math.max(0, best - finalized);
    }
    Findings.Missing missing = missing(node);
    return new Findings(
        node.finalityLag(),
        behind,
        missing,
        missing == null ? compared(node) : Findings.Compared.YES);
  }

  /** How a node compares that misses nothing: with too few others, no upgrade can be known. */
  private Findings.Compared compared(Extended node) {
    if (node.upgrades().isEmpty()) {
      return Findings.Compared.NO;
    }
    Map<Long, Known> unknown = new TreeMap<>(known.tailMap(node.upgrades().firstKey(), false));
    unknown.keySet().removeAll(node.upgrades().keySet());
    if (reporting <= KNOWN_BY) {
      boolean agrees = reporting == KNOWN_BY && unknown.isEmpty() && newer(node, EVERYWHERE) == 0;
      return agrees ? Findings.Compared.TOO_FEW_AGREE : Findings.Compared.TOO_FEW;
    }
    boolean unsettled =
        unknown.entrySet().stream().anyMatch(each -> isUnsettled(each.getKey(), each.getValue()));
    return unsettled || mayNotHaveFollowed(node) ? Findings.Compared.NO : Findings.Compared.YES;
  }

  /**
   * Whether an upgrade that others know has passed, and nothing says whether they followed it:
   * their network versions may be those of before, or they are silent.
   */
  private boolean isUnsettled(long height, Known by) {
    return isPassed(height)
        && by.nodes >= KNOWN_BY
        && (hasJustPassed(height) || by.since < KNOWN_BY);
  }

  /**
   * Whether an upgrade that a node knows has passed, and nothing says yet whether it followed: its
   * network version may be that of before, and is lower than that of another.
   */
  private boolean mayNotHaveFollowed(Extended node) {
    if (epoch == null || node.upgrades().firstKey() > epoch) {
      return false;
    }
    Long height = node.upgrades().headMap(epoch + 1).lastKey();
    Known by = known.get(height);
    return by != null
        && by.nodes >= KNOWN_BY
        && mayBeOld(node, height)
        && (node.networkVersion().number() == null || newer(node, EVERYWHERE) > 0);
  }

  /** Returns the first upgrade that others know and the node should; null when there is none. */
  private Findings.@Nullable Missing missing(Extended node) {
    if (node.upgrades().isEmpty()) {
      return null;
    }
    for (Map.Entry<Long, Known> each :
        known.tailMap(node.upgrades().firstKey(), false).entrySet()) {
      if (each.getValue().nodes >= KNOWN_BY
          && !node.upgrades().containsKey(each.getKey())
          && (!isPassed(each.getKey()) || newer(node, each.getKey()) >= KNOWN_BY)) {
        return missing(each.getKey(), usual(each.getValue()), each.getValue().nodes);
      }
    }
    return lowerVersion(node);
  }

  /** The last upgrade has passed, and the node knows it but did not follow it. */
  private Findings.@Nullable Missing lowerVersion(Extended node) {
    Long passed = settled();
    Long height = node.height();
    // Soon after the next upgrade a node names only that one, and its version is not asked yet.
    if (passed == null
        || mayBeOld(node, passed)
        || !node.upgrades().containsKey(passed)
        || height == null
        || height <= passed) {
      return null;
    }
    Known by = known.get(passed);
    int newer = newer(node, passed);
    return newer < KNOWN_BY || by == null ? null : missing(passed, usual(by), newer);
  }

  private boolean isPassed(long height) {
    return epoch != null && height <= epoch;
  }

  /** Whether network versions may still be those of before an upgrade that has passed. */
  private boolean hasJustPassed(long height) {
    return agoMillis(height) <= STALE_VERSION.toMillis();
  }

  /** Whether what a node reported last may be the network version of before an upgrade. */
  private boolean mayBeOld(Extended node, long height) {
    return agoMillis(height) - node.networkVersion().ageMillis() <= STALE_VERSION.toMillis();
  }

  private long agoMillis(long height) {
    return agoMillis.computeIfAbsent(
        height,
        at -> {
          Instant start = startOf.apply(at);
          Instant now = epoch == null ? null : startOf.apply(epoch);
          return start == null || now == null
              ? Long.MAX_VALUE
              : Duration.between(start, now).toMillis();
        });
  }

  /**
   * Returns the last upgrade if network versions show who followed it; null for none, and while a
   * later one that enough know has just passed: that changes versions too.
   */
  private @Nullable Long settled() {
    for (Map.Entry<Long, Known> each : known.descendingMap().entrySet()) {
      if (isPassed(each.getKey())) {
        if (!hasJustPassed(each.getKey())) {
          return each.getKey();
        }
        if (each.getValue().nodes >= KNOWN_BY) {
          return null;
        }
      }
    }
    return null;
  }

  /** How many nodes above a height have a higher network version than a node; 0 if not known. */
  private int newer(Extended node, long height) {
    return followers.newer(node.networkVersion().number(), height);
  }

  private Findings.Missing missing(long height, String name, int knowing) {
    return new Findings.Missing(name, height, startOf.apply(height), knowing, isPassed(height));
  }

  /** The name that most nodes use, and of those the first. */
  private static String usual(Known by) {
    return by.names.entrySet().stream()
        .min(
            Comparator.<Map.Entry<String, Integer>>comparingInt(each -> -each.getValue())
                .thenComparing(Map.Entry::getKey))
        .map(Map.Entry::getKey)
        .orElse("");
  }

  /** Returns the readiness for each known upgrade that has not passed, the next one first. */
  public List<UpgradeReadiness> upgrades() {
    SortedMap<Long, Known> ahead = epoch == null ? known : known.tailMap(epoch, false);
    List<UpgradeReadiness> all = new ArrayList<>();
    int unknown = silent + (int) nodes.stream().filter(node -> node.upgrades().isEmpty()).count();
    ahead.forEach(
        (height, by) ->
            all.add(
                new UpgradeReadiness(
                    height,
                    usual(by),
                    startOf.apply(height),
                    (int)
                        nodes.stream().filter(node -> node.upgrades().containsKey(height)).count(),
                    nodes.stream()
                        .filter(node -> isNotReady(node, height))
                        .map(Extended::peerId)
                        .sorted()
                        .limit(NetworkReport.Branch.MAX_NODES)
                        .toList(),
                    (int) nodes.stream().filter(node -> isNotReady(node, height)).count(),
                    unknown)));
    return all.size() <= MAX_UPGRADES ? all : List.copyOf(all.subList(0, MAX_UPGRADES));
  }

  /** Limit of reported upgrades; programs plan one or two. */
  static final int MAX_UPGRADES = 16;

  private static boolean isNotReady(Extended node, long height) {
    return !node.upgrades().isEmpty()
        && height > node.upgrades().firstKey()
        && !node.upgrades().containsKey(height);
  }

  /** Limit of reported releases. */
  static final int MAX_RELEASES = 64;

  /** Returns the releases in use, by client and release. */
  public List<Release> releases() {
    Map<String, TreeMap<String, Integer>> counts = new TreeMap<>();
    for (Extended node : nodes) {
      String release = node.release();
      String client = node.client();
      if (release != null && client != null) {
        counts.computeIfAbsent(client, ignored -> new TreeMap<>()).merge(release, 1, Integer::sum);
      }
    }
    List<Release> all = new ArrayList<>();
    counts.forEach(
        (client, releases) ->
            releases.forEach((release, count) -> all.add(new Release(client, release, count))));
    return all.size() <= MAX_RELEASES ? all : List.copyOf(all.subList(0, MAX_RELEASES));
  }
}
