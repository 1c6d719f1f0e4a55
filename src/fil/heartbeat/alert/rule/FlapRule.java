package fil.heartbeat.alert.rule;

import fil.heartbeat.alert.model.AlertText;
import fil.heartbeat.alert.model.Condition;
import fil.heartbeat.alert.state.Suppression;
import fil.heartbeat.config.AlertsConfig.Flapping;
import fil.heartbeat.fleet.Moved;
import fil.heartbeat.fleet.State;
import fil.heartbeat.text.Moments;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Which nodes change too often between healthy and unhealthy states. */
public final class FlapRule {

  /** Stored changes of a node: more than any configuration counts. */
  public static final int MAX_CHANGES = 100;

  private static final Duration SWEEP = Duration.ofMinutes(1);

  private final Map<String, Deque<Instant>> changes = new HashMap<>();
  private final Set<String> unsaved = new TreeSet<>();
  private Instant sweptAt = Instant.MIN;

  /** Whether a state is unhealthy; a state that proves neither keeps the previous value. */
  static boolean isTrouble(State state, boolean before) {
    return switch (state.concern()) {
      case TROUBLE -> true;
      case UNDECIDED -> before;
      case VISIBLE, NONE -> false;
    };
  }

  /** Records that a node became unhealthy. */
  public void changed(String peerId, Instant now) {
    Deque<Instant> own = changes.computeIfAbsent(peerId, ignored -> new ArrayDeque<>(4));
    own.addLast(now);
    if (own.size() > MAX_CHANGES) {
      own.removeFirst();
    }
    unsaved.add(peerId);
  }

  /** Removes the changes since then, as they were not caused by the node. */
  void retract(String peerId, Instant since) {
    Deque<Instant> own = changes.get(peerId);
    if (own != null && own.removeIf(each -> !each.isBefore(since))) {
      unsaved.add(peerId);
    }
  }

  public void forget(String peerId) {
    if (changes.remove(peerId) != null) {
      unsaved.add(peerId);
    }
  }

  /** Whether a node flaps; a flapping one goes on until it has been calm for long enough. */
  public Condition holds(String peerId, boolean fires, Flapping settings, Instant now) {
    Deque<Instant> own = changes.get(peerId);
    Instant last = own == null ? null : own.peekLast();
    if (own == null || last == null) {
      return Condition.FALSE;
    }
    if (fires) {
      return Condition.of(last.plus(settings.calm()).isAfter(now));
    }
    Instant since = now.minus(settings.window());
    return Condition.of(
        own.stream().filter(each -> each.isAfter(since)).count() >= settings.changes());
  }

  public AlertText text(NodeTracking node, Flapping settings) {
    Deque<Instant> own = changes.getOrDefault(node.peerId(), new ArrayDeque<>());
    return new AlertText(
        node.node.shownName() + " flaps: it came into trouble again and again",
        own.size()
            + " times since "
            + Moments.orUnknown(own.peekFirst())
            + "; only trouble that lasts "
            + Suppression.MOST_FLAPPING.toMinutes()
            + " minutes is told until it has been calm for "
            + settings.calm().toMinutes()
            + " minutes");
  }

  /** Drops changes that are too old to count. May be called often; works once a minute. */
  public void sweep(Flapping settings, Instant now) {
    if (sweptAt.isAfter(now.minus(SWEEP)) && !sweptAt.isAfter(now)) {
      return;
    }
    sweptAt = now;
    Duration counts =
        settings.window().compareTo(settings.calm()) > 0 ? settings.window() : settings.calm();
    Instant oldest = now.minus(counts);
    changes
        .entrySet()
        .removeIf(
            each -> {
              Instant last = each.getValue().peekLast();
              boolean old = last == null || !last.isAfter(oldest);
              if (old) {
                unsaved.add(each.getKey());
              }
              return old;
            });
  }

  /** Adjusts stored times after the clock was set. */
  public void moved(Duration by) {
    changes.replaceAll(
        (peerId, own) ->
            own.stream()
                .map(each -> each.plus(by))
                .collect(Collectors.toCollection(ArrayDeque::new)));
    sweptAt = Moved.moved(sweptAt, by);
    saveAll();
  }

  /** Restores stored changes. */
  public void restore(String peerId, List<Instant> times) {
    changes.put(
        peerId,
        new ArrayDeque<>(times.subList(Math.max(0, times.size() - MAX_CHANGES), times.size())));
  }

  /** Marks the changes of all nodes to be stored again. */
  public void saveAll() {
    unsaved.addAll(changes.keySet());
  }

  /** The nodes to be stored again with their changes; an empty list deletes the entry. */
  public Map<String, List<Instant>> takeChanges() {
    Map<String, List<Instant>> taken = new HashMap<>();
    unsaved.forEach(
        peerId -> taken.put(peerId, List.copyOf(changes.getOrDefault(peerId, new ArrayDeque<>()))));
    unsaved.clear();
    return taken;
  }
}
