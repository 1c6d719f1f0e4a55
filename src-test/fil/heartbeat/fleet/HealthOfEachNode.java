package fil.heartbeat.fleet;

import fil.heartbeat.fleet.NodeHealth.Answer;
import fil.heartbeat.fleet.NodeHealth.Member;
import fil.heartbeat.fleet.NodeHealth.NetworkNow;
import fil.heartbeat.fleet.NodeHealth.Round;
import fil.heartbeat.text.Moments;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Looks at all nodes in each round, so that the answers of {@link NodeHealth} can be compared. */
final class HealthOfEachNode {
  private static final Set<State> WELL = EnumSet.of(State.OK, State.SLOW, State.UNKNOWN);

  private static final NetworkNow NOT_KNOWN = new NetworkNow(false, Duration.ofSeconds(30));

  private Map<String, Entry> entries = Map.of();
  private Map<String, Entry> named = Map.of();
  private Instant at = Instant.EPOCH;
  private boolean warming = true;

  /** Takes a complete round. */
  void update(Round round) {
    at = round.at();
    warming = round.warming();
    Map<String, Entry> next = new HashMap<>();
    Map<String, Entry> names = new HashMap<>();
    Set<String> twice = new HashSet<>();
    Map<String, List<Entry>> networks = new HashMap<>();
    for (Member member : round.members()) {
      Entry known = entries.get(member.peerId());
      Entry entry = known == null ? new Entry(member) : known;
      NetworkNow network = round.networks().getOrDefault(member.network(), NOT_KNOWN);
      Duration hold = network.epoch().multipliedBy(NodeHealth.EPOCHS_WELL);
      entry.take(member, round, hold, known == null);
      next.put(member.peerId(), entry);
      networks.computeIfAbsent(member.network(), none -> new ArrayList<>()).add(entry);
      member.name().filter(name -> names.put(name, entry) != null).ifPresent(twice::add);
    }
    names.keySet().removeAll(twice);
    entries = next;
    named = names;
    networks.forEach(
        (key, nodes) ->
            answer(nodes, !warming && round.networks().getOrDefault(key, NOT_KNOWN).consensus()));
  }

  private static void answer(List<Entry> nodes, boolean judged) {
    if (judged && nodes.stream().anyMatch(each -> each.next)) {
      nodes.forEach(each -> each.up = each.next);
    } else if (nodes.stream().noneMatch(each -> each.up)) {
      // The last one that was up has left the fleet, or there are no earlier answers.
      nodes.forEach(each -> each.up = true);
    }
  }

  /**
   * Returns the answer for a node; empty when no node of the fleet has this peer id or, as the only
   * one, this configured name.
   *
   * @param strict by the node's own state alone
   */
  Optional<Answer> of(String node, boolean strict) {
    Entry byId = entries.get(node);
    return Optional.ofNullable(byId == null ? named.get(node) : byId)
        .map(entry -> entry.answer(strict, warming, at));
  }

  /** What is remembered of a node. */
  private static final class Entry {
    private Member member;
    private boolean strictlyUp;
    private boolean up;
    private boolean next;
    private boolean well;
    private long wellNanos;
    private Instant wellSince = Instant.EPOCH;
    private @Nullable Instant conflictSince;

    private Entry(Member member) {
      this.member = member;
    }

    /**
     * @param hold how long it must be well to be up again
     * @param isNew whether there is no earlier answer: then its state alone decides
     */
    private void take(Member now, Round round, Duration hold, boolean isNew) {
      member = now;
      boolean conflict = round.smallerSide().contains(now.peerId());
      conflictSince = !conflict ? null : conflictSince == null ? round.at() : conflictSince;
      // Nobody has had the time to appear yet.
      boolean early = round.warming() && now.state() == State.MISSING;
      boolean wellNow = !conflict && (early || WELL.contains(now.state()));
      if (wellNow && !well) {
        wellNanos = round.nanos();
        wellSince = round.at();
      }
      well = wellNow;
      if (isNew) {
        strictlyUp = well;
        up = well;
      }
      boolean longWell = well && round.nanos() - wellNanos >= hold.toNanos();
      next = longWell || (well && up);
      if (!round.warming()) {
        strictlyUp = longWell || (well && strictlyUp);
      }
    }

    private Answer answer(boolean strict, boolean warming, Instant at) {
      boolean isUp = strict ? strictlyUp : up;
      return new Answer(
          member.peerId(),
          isUp ? null : reason(warming, at),
          isUp != strictlyUp,
          member.state(),
          member.since());
    }

    private String reason(boolean warming, Instant at) {
      Instant conflict = conflictSince;
      // One on another chain finalizes other tipsets too: its state says more.
      if (conflict != null && WELL.contains(member.state())) {
        return "finality conflict since " + Moments.shortly(conflict, at);
      }
      if (well) {
        return "well since "
            + Moments.shortly(wellSince, at)
            + (strictlyUp ? ", but no node is in consensus" : ", up after two epochs");
      }
      return member.state().label()
          + (warming ? " before the restart" : " since " + Moments.shortly(member.since(), at));
    }
  }
}
