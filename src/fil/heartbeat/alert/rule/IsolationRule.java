package fil.heartbeat.alert.rule;

import fil.heartbeat.alert.model.AlertText;
import fil.heartbeat.alert.model.Condition;
import fil.heartbeat.text.Moments;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Detects that so many nodes were lost at once that the cause is probably on this side. */
public final class IsolationRule {

  /** The loss of fewer nodes is attributed to the nodes. */
  static final int MIN_NODES = 5;

  /** The length of "at once", and how long a node's alert waits for this rule. */
  static final Duration WINDOW = Duration.ofSeconds(15);

  /** Lost nodes stored for a restart; enough to see whether half are back. */
  public static final int MAX_KEPT = 1_000;

  private record Count(Instant at, int beating) {}

  private final Deque<Count> counts = new ArrayDeque<>();
  private final Map<String, Instant> losses = new LinkedHashMap<>();
  private final Set<String> down = new LinkedHashSet<>();
  private int beating;
  private int lost;

  /** The number of nodes that beat before the loss. */
  private int fleet;

  private boolean unsaved;

  /** Records that a node began to beat. */
  void came(String peerId) {
    beating++;
    back(peerId);
  }

  /** Records that a node no longer beats. */
  public void left(String peerId, boolean beatLongEnough, boolean fires, Instant now) {
    beating--;
    if (beatLongEnough) {
      losses.put(peerId, now);
      if (fires && down.add(peerId)) {
        lost++;
        unsaved |= lost <= MAX_KEPT;
      }
    }
  }

  /** Records that a node was forgotten, or stopped on purpose. */
  public void forgotten(String peerId, boolean wasBeating) {
    beating -= wasBeating ? 1 : 0;
    // It does not count towards the half that must be back.
    fleet -= wasBeating || down.contains(peerId) ? 1 : 0;
    back(peerId);
  }

  private void back(String peerId) {
    losses.remove(peerId);
    down.remove(peerId);
  }

  /**
   * Whether the fleet is isolated: as long as no more than half of the nodes that beat before the
   * loss beat now. Called once a second while the aggregator is not warming.
   */
  public Condition holds(boolean live, Instant now) {
    Instant from = now.minus(WINDOW);
    while (!losses.isEmpty()) {
      var first = losses.entrySet().iterator();
      if (first.next().getValue().isAfter(from)) {
        break;
      }
      first.remove();
    }
    int before = before(from);
    counts.addLast(new Count(now, beating));
    boolean many = losses.size() >= MIN_NODES && 2 * losses.size() >= before;
    if (many && !live) {
      down.clear();
      down.addAll(losses.keySet());
      lost = down.size();
      fleet = before;
      unsaved = true;
    }
    return Condition.of(many || (live && lost > 0 && 2 * beating <= fleet));
  }

  /** The number of beating nodes at the start of the window, or the earliest one known. */
  private int before(Instant from) {
    Count first = counts.peekFirst();
    while (counts.size() > 1) {
      Count next = counts.stream().skip(1).findFirst().orElseThrow();
      if (next.at.isAfter(from)) {
        break;
      }
      counts.removeFirst();
      first = next;
    }
    return first == null ? beating : first.beating;
  }

  /** Adjusts stored times after the clock was set. */
  public void moved(Duration by) {
    losses.replaceAll((peerId, at) -> at.plus(by));
    List<Count> moved =
        counts.stream().map(each -> new Count(each.at.plus(by), each.beating)).toList();
    counts.clear();
    counts.addAll(moved);
  }

  /** Discards the counts while nodes are not judged. */
  public void pause() {
    losses.clear();
    counts.clear();
  }

  /** Resets the rule after the isolation has ended. */
  public void ended() {
    unsaved |= lost > 0;
    lost = 0;
    down.clear();
  }

  public int lost() {
    return lost;
  }

  public Set<String> down() {
    return down;
  }

  public AlertText text(Instant now) {
    return new AlertText(
        lost + " nodes were lost at once, at " + Moments.orUnknown(now),
        "Half of the fleet or more within "
            + WINDOW.toSeconds()
            + " s: more likely the aggregator's own network than the nodes. Their own alerts wait"
            + " for it to end, but not for long");
  }

  /** Restores the lost nodes; those that beat must be reported afterwards. */
  public void restore(List<String> peerIds) {
    down.addAll(peerIds);
    lost = peerIds.size();
    fleet = lost;
  }

  /** Marks {@link #lostNodes} to be stored again. */
  public void saveAll() {
    unsaved |= lost > 0;
  }

  public boolean takeChanges() {
    boolean taken = unsaved;
    unsaved = false;
    return taken;
  }

  /** Peer ids of the lost nodes, to be stored; empty without any. */
  public List<String> lostNodes() {
    return lost == 0
        ? List.of()
        : new ArrayList<>(down).subList(0, Math.min(MAX_KEPT, down.size()));
  }
}
