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

/** That so many nodes were lost at once that the loss is more likely ours than theirs. */
public final class IsolationRule {

  /** Fewer than these are nodes' own troubles. */
  static final int MIN_NODES = 5;

  /** What "at once" is, and how long a node's alert waits for this rule. */
  static final Duration WINDOW = Duration.ofSeconds(15);

  /** Of the lost, kept over a restart; so many tell well enough whether half are back. */
  public static final int MAX_KEPT = 1_000;

  private record Count(Instant at, int beating) {}

  private final Deque<Count> counts = new ArrayDeque<>();
  private final Map<String, Instant> losses = new LinkedHashMap<>();
  private final Set<String> down = new LinkedHashSet<>();
  private int beating;
  private int lost;

  /** How many beat before they were lost. */
  private int fleet;

  private boolean unsaved;

  /** A node began to beat. */
  void came(String peerId) {
    beating++;
    back(peerId);
  }

  /** A node that beat no longer does. */
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

  /** A node is forgotten, or has stopped on purpose. */
  public void forgotten(String peerId, boolean wasBeating) {
    beating -= wasBeating ? 1 : 0;
    // It is no part of what half of has to be back.
    fleet -= wasBeating || down.contains(peerId) ? 1 : 0;
    back(peerId);
  }

  private void back(String peerId) {
    losses.remove(peerId);
    down.remove(peerId);
  }

  /**
   * Whether it holds: for as long as no more than half of those that beat before beat now. To be
   * asked once a second while the aggregator is not warming.
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

  /** How many beat at the beginning of the window, or as early as is known. */
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

  /** The clock was set. */
  public void moved(Duration by) {
    losses.replaceAll((peerId, at) -> at.plus(by));
    List<Count> moved =
        counts.stream().map(each -> new Count(each.at.plus(by), each.beating)).toList();
    counts.clear();
    counts.addAll(moved);
  }

  /** Nothing is judged: what is counted is of no use later. */
  public void pause() {
    losses.clear();
    counts.clear();
  }

  /** The isolation has ended. */
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

  /** Takes who was stored as lost; those that beat are to be reported as such afterwards. */
  public void restore(List<String> peerIds) {
    down.addAll(peerIds);
    lost = peerIds.size();
    fleet = lost;
  }

  /** Has {@link #lostNodes} stored again. */
  public void saveAll() {
    unsaved |= lost > 0;
  }

  public boolean takeChanges() {
    boolean taken = unsaved;
    unsaved = false;
    return taken;
  }

  /** Peer ids of those that were lost, to be stored; empty when none are. */
  public List<String> lostNodes() {
    return lost == 0
        ? List.of()
        : new ArrayList<>(down).subList(0, Math.min(MAX_KEPT, down.size()));
  }
}
