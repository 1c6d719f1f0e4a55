package fil.heartbeat.alert.rule;

import fil.heartbeat.aggregator.Changes;
import fil.heartbeat.aggregator.Node;
import fil.heartbeat.fleet.Liveness;
import fil.heartbeat.fleet.Moved;
import fil.heartbeat.fleet.NetworkReport;
import fil.heartbeat.fleet.Standing;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The last known state of every monitored node, and the flapping and isolation that follow from its
 * changes.
 */
public final class NodeTracker {
  /**
   * How long after warming it takes to see again which nodes beat from two places: two senders with
   * one key need this long to be distinguished from one that redials, if both beat at least every
   * 20 s.
   */
  static final Duration LEARNS_PLACES = Duration.ofMinutes(2);

  private final FlapRule flaps;
  private final IsolationRule isolation;
  private final Map<String, NodeTracking> nodes = new LinkedHashMap<>();

  /** Peer ids of beating nodes that the configuration does not name. */
  private final Set<String> strangers = new HashSet<>();

  /** Addresses that nodes claimed before a stored change. */
  private final Map<String, String> keptMiners = new HashMap<>();

  /** Nodes forgotten since the last call of {@link #takeForgotten}. */
  private final List<String> forgotten = new ArrayList<>();

  /** Nodes whose last change could not be taken; each is tried again. */
  private final Map<String, Node> failed = new LinkedHashMap<>();

  private Duration monitorAfter;
  private boolean warming;

  /** When the last warming ended; null before. */
  private @Nullable Instant warmSince;

  public NodeTracker(Duration monitorAfter, FlapRule flaps, IsolationRule isolation) {
    this.monitorAfter = monitorAfter;
    this.flaps = flaps;
    this.isolation = isolation;
  }

  public @Nullable NodeTracking find(String peerId) {
    return nodes.get(peerId);
  }

  public Collection<NodeTracking> all() {
    return nodes.values();
  }

  /** The address that a node claimed before; null if there is none, or no such node. */
  @Nullable String knownMiner(String peerId) {
    NodeTracking node = nodes.get(peerId);
    return node == null ? keptMiners.get(peerId) : node.knownMiner;
  }

  public void restoreMiner(String peerId, String known) {
    keptMiners.put(peerId, known);
  }

  /**
   * Takes the changes.
   *
   * @param isolated whether the fleet is considered isolated
   * @param guard gets the nodes that cannot be taken
   * @return the nodes to be evaluated
   */
  List<NodeTracking> take(Changes changes, boolean isolated, RuleGuard guard, Instant now) {
    warmSince = warming && !changes.overview().warming() ? now : warmSince;
    warming = changes.overview().warming();
    // A node may be removed and be back within one round: what it was goes before what it is.
    changes.removed().forEach(this::forget);
    changes.removed().forEach(strangers::remove);
    List<NodeTracking> changed = new ArrayList<>(changes.nodes().size());
    for (Node node : due(changes)) {
      try {
        if (isMonitored(node)) {
          strangers.remove(node.peerId());
          changed.add(take(node, isolated, now));
        } else {
          seen(node);
          // Nodes that the fleet does not name could mute it, for example by leaving in a crowd.
          forget(node.peerId());
        }
      } catch (RuntimeException e) {
        failed.put(node.peerId(), node);
        guard.failed("state", node.peerId(), e);
      }
    }
    if (changes.complete()) {
      Set<String> present = new HashSet<>();
      changes.nodes().forEach(node -> present.add(node.peerId()));
      strangers.retainAll(present);
      List.copyOf(nodes.keySet()).stream()
          .filter(peerId -> !present.contains(peerId))
          .forEach(this::forget);
    }
    return changed;
  }

  /**
   * Returns nodes together with others.
   *
   * @param peerIds of the others; those that are not monitored are left out
   */
  List<NodeTracking> with(List<NodeTracking> changed, Set<String> peerIds) {
    if (peerIds.isEmpty()) {
      return changed;
    }
    Set<NodeTracking> all = new LinkedHashSet<>(changed);
    for (String peerId : peerIds) {
      NodeTracking node = nodes.get(peerId);
      if (node != null) {
        all.add(node);
      }
    }
    return List.copyOf(all);
  }

  private Collection<Node> due(Changes changes) {
    if (failed.isEmpty()) {
      return changes.nodes();
    }
    Map<String, Node> due = new LinkedHashMap<>(changes.complete() ? Map.of() : failed);
    failed.clear();
    changes.removed().forEach(due::remove);
    changes.nodes().forEach(node -> due.put(node.peerId(), node));
    return due.values();
  }

  /**
   * Whether it is too early after a start to conclude that no node beats from two places any more.
   */
  boolean learnsPlaces(Instant now) {
    Instant since = warmSince;
    return since != null && now.isBefore(since.plus(LEARNS_PLACES));
  }

  /** Adjusts stored times after the clock was set. */
  public void moved(Duration by) {
    warmSince = Moved.movedOrNull(warmSince, by);
    nodes.values().forEach(node -> node.moved(by));
  }

  private void seen(Node node) {
    if (node.standing() == Standing.STRANGER && node.state().isBeating()) {
      strangers.add(node.peerId());
    } else {
      strangers.remove(node.peerId());
    }
  }

  /** The number of beating nodes that the configuration does not name. */
  public int strangers() {
    return strangers.size();
  }

  /** The number of monitored voters of a network; all voters if monitoring begins at once. */
  public int voters(NetworkReport report) {
    return monitorAfter.isZero()
        ? report.votes().voters()
        : (int) of(report).filter(each -> each.node.verdict().voter()).count();
  }

  /** Whether any monitored node of a network beats with a head. */
  boolean hears(NetworkReport report) {
    return NetworkRules.isHeard(report)
        && (monitorAfter.isZero() || of(report).anyMatch(NodeTracking::isBeating));
  }

  private Stream<NodeTracking> of(NetworkReport report) {
    String network = NetworkRules.key(report);
    return nodes.values().stream().filter(each -> Objects.equals(each.network(), network));
  }

  public void monitorAfter(Duration next) {
    monitorAfter = next;
  }

  /** In a fleet that names no nodes, short-lived peers could mute it as well. */
  private boolean isMonitored(Node node) {
    if (!node.standing().isMonitored()) {
      return false;
    }
    if (node.expected() != null || monitorAfter.isZero()) {
      return true;
    }
    Instant first = node.contact().firstSeen();
    Instant last = node.contact().lastBeat();
    return first != null && last != null && !first.plus(monitorAfter).isAfter(last);
  }

  private NodeTracking take(Node node, boolean isolated, Instant now) {
    NodeTracking tracking = nodes.get(node.peerId());
    boolean known = tracking != null;
    if (tracking == null) {
      tracking = new NodeTracking(node);
      // A problem that lasts over a restart is no change.
      tracking.troubled = FlapRule.isTrouble(node.lastState(), false);
      tracking.knownMiner = keptMiners.remove(node.peerId());
      nodes.put(node.peerId(), tracking);
    } else {
      tracking.take(node);
    }
    beats(tracking, isolated, now);
    boolean troubled = FlapRule.isTrouble(node.state(), tracking.troubled);
    boolean ours = isolated && !node.state().isBeating();
    if (known && troubled && !tracking.troubled && !warming && !ours) {
      flaps.changed(node.peerId(), now);
    }
    tracking.troubled = troubled;
    return tracking;
  }

  private void beats(NodeTracking tracking, boolean isolated, Instant now) {
    if (tracking.node.verdict().liveness() == Liveness.STOPPED) {
      // Half of the fleet may be stopped at once: their stop messages prove that we are connected.
      isolation.forgotten(tracking.peerId(), tracking.beating);
      tracking.beating = false;
      tracking.leftBeating = tracking.leftBeating == null ? now : tracking.leftBeating;
    } else if (!tracking.isBeating()) {
      if (tracking.beating) {
        tracking.beating = false;
        Instant since = tracking.beatingSince;
        isolation.left(
            tracking.peerId(),
            since != null && !since.plus(IsolationRule.WINDOW).isAfter(now),
            isolated,
            now);
      }
      tracking.leftBeating = tracking.leftBeating == null ? now : tracking.leftBeating;
    } else if (!tracking.beating && tracking.node.connected()) {
      tracking.beating = true;
      tracking.beatingSince = now;
      tracking.leftBeating = null;
      isolation.came(tracking.peerId());
    }
  }

  /** The nodes that are no longer monitored since the last call. */
  List<String> takeForgotten() {
    List<String> taken = List.copyOf(forgotten);
    forgotten.clear();
    return taken;
  }

  private void forget(String peerId) {
    NodeTracking tracking = nodes.remove(peerId);
    if (tracking != null) {
      isolation.forgotten(peerId, tracking.beating);
      flaps.forget(peerId);
      forgotten.add(peerId);
    }
  }
}
