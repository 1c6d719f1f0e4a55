package fil.heartbeat.aggregator;

import fil.heartbeat.chain.Network;
import fil.heartbeat.fleet.NetworkReport;
import fil.heartbeat.fleet.Standing;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The followed networks: the configured one, or one for each genesis that nodes claim. */
final class Networks {

  /**
   * Networks judged at once; three have names. Strangers can invent any number, and those beyond
   * the limit are not judged. As many again are reserved for voters.
   */
  static final int MAX = 64;

  /**
   * What is stored of a network whose finality was normal, beside the upgrades that nodes named.
   */
  private static final String WAS_FINAL = "final";

  private static final Logger log = LoggerFactory.getLogger(Networks.class);

  private final Optional<Network> configured;
  private final Map<String, NetworkState> byGenesis = new HashMap<>();
  private final Consumer<PeerEntry> changed;
  private @Nullable NetworkState nameless;

  /** Nodes whose optional members changed since the last evaluation. */
  private final Set<PeerEntry> told = new LinkedHashSet<>();

  private boolean straysMoved = true;

  /**
   * @param changed called for each peer whose optional members changed, or their comparison
   */
  Networks(Optional<Network> configured, Consumer<PeerEntry> changed) {
    this.configured = configured;
    this.changed = changed;
    configured
        .map(List::of)
        .orElse(Network.KNOWN)
        .forEach(
            network -> {
              String genesis = network.genesisCid().toString();
              byGenesis.put(genesis, new NetworkState(genesis, Optional.of(network)));
            });
  }

  /**
   * Returns the network of a claimed genesis; null when it is not the configured one or there are
   * too many. That of a reference is never one too many.
   *
   * @param genesis null when none is claimed
   */
  @Nullable NetworkState of(@Nullable String genesis, Standing by) {
    if (genesis == null) {
      return configured
          .map(network -> byGenesis.get(network.genesisCid().toString()))
          .orElseGet(this::nameless);
    }
    NetworkState known = byGenesis.get(genesis);
    if (known != null || configured.isPresent() || !hasPlace(by)) {
      return known;
    }
    NetworkState made = new NetworkState(genesis, Optional.empty());
    byGenesis.put(genesis, made);
    return made;
  }

  private boolean hasPlace(Standing by) {
    return switch (by) {
      case REFERENCE -> true;
      case VOTER -> byGenesis.size() < 2 * MAX;
      case EXPECTED, STRANGER -> byGenesis.size() < MAX;
    };
  }

  /**
   * Judges the nodes: in a network where something happened all of them, elsewhere those whose time
   * has come; and drops networks that no node claims any more.
   *
   * @param due the entries of which a deadline has passed
   * @param after called for each node that was judged
   */
  void judge(
      Collection<PeerEntry> entries,
      Collection<PeerEntry> due,
      Collection<ReferenceNode> references,
      Evaluation evaluation,
      Evaluation.Judged judged,
      Consumer<PeerEntry> after) {
    due.forEach(entry -> look(entry, evaluation));
    Map<NetworkState, List<PeerEntry>> members = new HashMap<>();
    if (straysMoved) {
      straysMoved = false;
      List<PeerEntry> strays = entries.stream().filter(each -> each.network == null).toList();
      evaluation.judgeStrays(strays, judged, after);
      strays.stream().filter(entry -> entry.extras.takeChanged()).forEach(changed);
    }
    for (NetworkState state : all()) {
      if (!state.isIdle() && !evaluation.goesOn(state, references)) {
        NetworkReport report = evaluation.judgeMoved(state, entries, references, judged, after);
        if (report == null) {
          List<PeerEntry> own = members(state, entries, members);
          if (own.isEmpty() && configured.isEmpty()) {
            drop(state);
            continue;
          }
          report = evaluation.judge(state, own, references, judged, after);
        }
        state.report(report);
      }
      NetworkReport report = state.report();
      if (report != null && state.takeExtendedMoved(evaluation.nanos())) {
        List<PeerEntry> own = members(state, entries, members);
        state.report(evaluation.extended().extended(state, own, references, report, changed));
      }
    }
    told.stream().filter(entry -> !entry.forgotten && entry.extras.takeChanged()).forEach(changed);
    told.clear();
  }

  /** Looks at an entry of which a deadline has passed: mostly another beat came in time. */
  private void look(PeerEntry entry, Evaluation evaluation) {
    if (entry.expire(evaluation.nanos())) {
      reported(entry);
    }
    NetworkState network = entry.network;
    if (network != null && network.hasMoved()) {
      network.moved(entry);
      return;
    }
    if (!evaluation.stays(entry)) {
      moved(entry);
    } else if (network != null && !evaluation.staysCompared(entry, network)) {
      network.extendedMoved();
    }
  }

  /** Returns the nodes of a network; those of all are found at once. */
  private static List<PeerEntry> members(
      NetworkState of, Collection<PeerEntry> entries, Map<NetworkState, List<PeerEntry>> known) {
    if (known.isEmpty()) {
      NetworkState last = null;
      List<PeerEntry> ofLast = List.of();
      for (PeerEntry entry : entries) {
        NetworkState network = entry.network;
        if (network == null) {
          continue;
        }
        // Most are on one network.
        if (network != last) {
          last = network;
          ofLast = known.computeIfAbsent(network, ignored -> new ArrayList<>());
        }
        ofLast.add(entry);
      }
    }
    return known.getOrDefault(of, List.of());
  }

  /** No node claims a network any more: those without a name are forgotten. */
  private void drop(NetworkState state) {
    state.empty();
    if (state == nameless) {
      nameless = null;
    } else if (state.network.isEmpty()) {
      byGenesis.values().remove(state);
    }
  }

  /** Something happened to a node that may change its vote or its judgement. */
  void moved(PeerEntry entry) {
    if (entry.network == null) {
      straysMoved = true;
    } else {
      entry.network.moved(entry);
    }
  }

  /**
   * A node claims another miner address than before: which of those that share one votes may
   * change.
   */
  void minerMoved(PeerEntry entry) {
    if (entry.network != null) {
      entry.network.moved();
    }
  }

  /** Everything may have changed. */
  void allMoved() {
    straysMoved = true;
    all().forEach(NetworkState::moved);
  }

  /** The optional members of a node changed, or it has none any more. */
  void reported(PeerEntry entry) {
    told.add(entry);
    if (entry.network != null && entry.extras.takeComparedChanged()) {
      entry.network.extendedMoved();
    }
  }

  /** Returns all networks, the configured one first. */
  List<NetworkState> all() {
    List<NetworkState> all = new ArrayList<>(byGenesis.values());
    if (nameless != null) {
      all.add(nameless);
    }
    return all;
  }

  /** The clock was set. */
  void stepped(Clocks.Step step) {
    straysMoved = true;
    all().forEach(state -> state.stepped(step));
  }

  /** Returns the last report of each network that is configured or has nodes; the largest first. */
  List<NetworkReport> reports() {
    return all().stream()
        .map(NetworkState::report)
        .flatMap(report -> Optional.ofNullable(report).stream())
        .sorted(
            Comparator.<NetworkReport>comparingInt(
                    report -> -report.branches().stream().mapToInt(branch -> branch.count()).sum())
                .thenComparing(report -> String.valueOf(report.genesisCid())))
        .toList();
  }

  /**
   * Returns the upgrades that nodes named, to be stored: a text for each name and network, and one
   * for each network whose finality was ever normal. Null while they need not be stored again.
   */
  @Nullable List<String> takeNamed(Moment now) {
    boolean changed = false;
    for (NetworkState each : all()) {
      changed |= each.named.takeChanged();
      changed |= each.takeWasFinalChanged();
    }
    if (!changed) {
      return null;
    }
    List<String> texts = new ArrayList<>();
    for (NetworkState each : all()) {
      if (each.wasFinal()) {
        texts.add(each.genesis + " " + WAS_FINAL);
      }
      each.named
          .stored(now.at(), now.nanos() / 1_000_000)
          .forEach(text -> texts.add(each.genesis + " " + text));
    }
    return texts;
  }

  /** Makes the next {@link #takeNamed} return all. */
  void saveNamed() {
    all().forEach(each -> each.named.save());
  }

  /** Lets a peer enter the network of its claims, or none; what it claims may be new in either. */
  void enter(PeerEntry entry, @Nullable NetworkState next) {
    moved(entry);
    // One that says no genesis may only be restarting.
    if (next != entry.network && entry.claims.genesisCid() != null) {
      forgetNamed(entry, next);
    }
    if (next != entry.network) {
      entry.enter(next);
      reported(entry);
      moved(entry);
    }
  }

  /** The standing of a peer changed. */
  void stood(PeerEntry entry) {
    if (!entry.standing.decides()) {
      forgetNamed(entry, null);
    }
  }

  /** Forgets a peer that is not known any more. */
  void drop(PeerEntry entry) {
    if (entry.network != null) {
      entry.network.forget(entry);
    }
    forgetNamed(entry, null);
  }

  /** Forgets the upgrades that a peer named in all networks but one: it may have changed them. */
  private void forgetNamed(PeerEntry entry, @Nullable NetworkState but) {
    for (NetworkState each : all()) {
      if (each != but) {
        each.named.forget(entry.peerId);
        each.extendedMoved();
      }
    }
  }

  /**
   * Restores the upgrades that nodes named before a restart; what cannot be read is left out, and
   * what peers named that do not count any more.
   */
  void restore(List<String> named, PeerTable peers, Moment now) {
    int unreadable = 0;
    for (String text : named) {
      try {
        int genesis = text.indexOf(' ');
        for (NetworkState each : all()) {
          if (text.substring(0, genesis).equals(String.valueOf(each.genesis))) {
            restore(each, text.substring(genesis + 1), peers, now);
          }
        }
      } catch (RuntimeException e) {
        // Numbers, dates and texts each throw their own exceptions for unexpected content.
        unreadable++;
      }
    }
    if (unreadable > 0) {
      saveNamed();
      log.warn(
          "upgrades that nodes named before are left out reason=unreadable count={}", unreadable);
    }
  }

  /** When a peer was first seen; null when what it named of a network before counts no more. */
  private static @Nullable Long seenMillis(@Nullable PeerEntry entry, NetworkState of, Moment now) {
    return entry != null
            && entry.standing.decides()
            && (entry.network == of || entry.claims.genesisCid() == null)
        ? Long.valueOf(entry.seenMillis(now))
        : null;
  }

  private static void restore(NetworkState network, String text, PeerTable peers, Moment now) {
    if (text.equals(WAS_FINAL)) {
      network.finalizes();
    } else {
      network.named.restore(
          text,
          peerId -> seenMillis(peers.find(peerId), network, now),
          now.at(),
          now.nanos() / 1_000_000);
    }
  }

  private NetworkState nameless() {
    NetworkState state = nameless;
    if (state == null) {
      state = new NetworkState(null, Optional.empty());
      nameless = state;
    }
    return state;
  }
}
