package fil.heartbeat.fleet;

import fil.heartbeat.text.Moments;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a load balancer learns of each node: up or down. Pure; knows the nodes of the fleet and
 * nothing else, so its size is that of the fleet. An {@link #update} costs what changed: it looks
 * at all nodes of a network only when one of them changed or has waited long enough to be up.
 *
 * <p>A node is down at once when its state says so, and up again after {@link #EPOCHS_WELL} epochs
 * well. Besides the strict answer by this rule alone there is the usual one, by which a network is
 * never all down: while none of its nodes would stay up, or none is in consensus, the last answers
 * of all its nodes stay. A load balancer without any node is worse than one with a doubtful node.
 */
public final class NodeHealth {
  /** Epochs in a row that a node must be well to be up again. */
  public static final int EPOCHS_WELL = 2;

  private static final Set<State> WELL = EnumSet.of(State.OK, State.SLOW, State.UNKNOWN);

  /**
   * A node of the fleet now.
   *
   * @param name the configured one; what a node says of itself never names it here
   * @param network key of the network whose nodes can stand in for it
   * @param state while warming the one before the restart
   */
  public record Member(
      String peerId, Optional<String> name, String network, State state, Instant since) {}

  /**
   * A network now.
   *
   * @param consensus whether one of its nodes at least is on the branch of the majority
   * @param epoch its length
   */
  public record NetworkNow(boolean consensus, Duration epoch) {}

  /**
   * The fleet at one moment.
   *
   * @param warming whether it is too early after the start to judge: every answer stays
   * @param complete whether {@code members} are all nodes of the fleet
   * @param members those that changed since the last round, at least
   * @param removed peer ids that are not of the fleet any more unless they are among the members
   * @param networks all of them by key; one that is missing has no consensus
   * @param smallerSide peer ids on the smaller side of a conflict of finalized tipsets
   * @param at the time of day, for texts
   * @param nanos monotonic time
   */
  public record Round(
      boolean warming,
      boolean complete,
      List<Member> members,
      List<String> removed,
      Map<String, NetworkNow> networks,
      Set<String> smallerSide,
      Instant at,
      long nanos) {
    public Round {
      members = List.copyOf(members);
      removed = List.copyOf(removed);
      networks = Map.copyOf(networks);
      smallerSide = Set.copyOf(smallerSide);
    }
  }

  /**
   * The answer for one node.
   *
   * @param reason why it is down, such as {@code forked since 12:55:18}; null when it is up
   * @param held whether it is only the last answer, and its state would say the other
   * @param state its state now
   * @param since when that state began
   */
  public record Answer(
      String peerId, @Nullable String reason, boolean held, State state, Instant since) {

    public boolean up() {
      return reason == null;
    }
  }

  private static final NetworkNow NOT_KNOWN = new NetworkNow(false, Duration.ofSeconds(30));

  private final Map<String, Entry> entries = new HashMap<>();
  private final Map<String, Group> groups = new HashMap<>();
  private Map<String, Entry> named = Map.of();
  private boolean renamed;
  private Set<String> smallerSide = Set.of();
  private Instant at = Instant.EPOCH;
  private boolean warming = true;

  /**
   * Takes the fleet as it is now. Must be called each second or so, whether anybody asks or not.
   */
  public void update(Round round) {
    boolean everyone =
        round.complete() || warming != round.warming() || !smallerSide.equals(round.smallerSide());
    at = round.at();
    warming = round.warming();
    smallerSide = round.smallerSide();
    remove(round);
    round.members().forEach(this::take);
    if (renamed) {
      name();
    }
    groups.values().removeIf(each -> each.size == 0);
    boolean none = true;
    for (Map.Entry<String, Group> each : groups.entrySet()) {
      NetworkNow network = round.networks().getOrDefault(each.getKey(), NOT_KNOWN);
      each.getValue().moved |= everyone;
      none &= !each.getValue().begin(network, round.nanos());
    }
    if (!none) {
      judge(round);
    }
  }

  private void remove(Round round) {
    if (!round.complete() && round.removed().isEmpty()) {
      return;
    }
    Set<String> present = new HashSet<>();
    round.members().forEach(each -> present.add(each.peerId()));
    List<String> gone = round.complete() ? List.copyOf(entries.keySet()) : round.removed();
    for (String peerId : gone) {
      Entry entry = present.contains(peerId) ? null : entries.remove(peerId);
      if (entry != null) {
        entry.group.leave();
        renamed |= entry.member.name().isPresent();
      }
    }
  }

  private void take(Member now) {
    Entry entry = entries.get(now.peerId());
    Member before = entry == null ? null : entry.member;
    if (entry == null) {
      entry = new Entry(now, group(now));
      entries.put(now.peerId(), entry);
    } else if (!entry.member.network().equals(now.network())) {
      entry.group.leave();
      entry.group = group(now);
    }
    entry.member = now;
    entry.group.moved |= before == null || before.state() != now.state();
    renamed |= !now.name().equals(before == null ? Optional.empty() : before.name());
  }

  /** The group that a node enters. */
  private Group group(Member entering) {
    Group group = groups.computeIfAbsent(entering.network(), none -> new Group());
    group.size++;
    group.moved = true;
    return group;
  }

  private void name() {
    Map<String, Entry> names = new HashMap<>();
    Set<String> twice = new HashSet<>();
    for (Entry each : entries.values()) {
      each.member.name().filter(name -> names.put(name, each) != null).ifPresent(twice::add);
    }
    names.keySet().removeAll(twice);
    named = names;
    renamed = false;
  }

  private void judge(Round round) {
    for (Entry each : entries.values()) {
      if (each.group.moved) {
        each.judge(round);
      }
    }
    for (Entry each : entries.values()) {
      if (each.group.moved) {
        each.answer(!round.warming());
      }
    }
    groups.values().forEach(Group::end);
  }

  /**
   * Returns the answer for a node; empty when no node of the fleet has this peer id or, as the only
   * one, this configured name.
   *
   * @param strict by the node's own state alone
   */
  public Optional<Answer> of(String node, boolean strict) {
    Entry byId = entries.get(node);
    return Optional.ofNullable(byId == null ? named.get(node) : byId)
        .map(entry -> entry.answer(strict, warming, at));
  }

  /** The nodes of a network. */
  private static final class Group {
    private NetworkNow network = NOT_KNOWN;
    private int size;

    /** Whether its nodes must be looked at. */
    private boolean moved;

    /** Whether a node waits for its time to be up again, and until when; monotonic. */
    private boolean waiting;

    private long untilNanos;

    /** Whether one of its nodes would be up, was up, and has another answer than before. */
    private boolean anyNext;

    private boolean anyUp;
    private boolean turned;

    private void leave() {
      size--;
      moved = true;
    }

    /** Returns whether its nodes must be looked at. */
    private boolean begin(NetworkNow now, long nanos) {
      moved |= !network.equals(now) || (waiting && nanos - untilNanos >= 0);
      network = now;
      if (moved) {
        waiting = false;
        anyNext = false;
        anyUp = false;
        turned = false;
      }
      return moved;
    }

    private void waits(long nanos) {
      untilNanos = waiting && untilNanos - nanos < 0 ? untilNanos : nanos;
      waiting = true;
    }

    private void end() {
      // What a node would be depends on its last answer too.
      moved = moved && turned;
    }
  }

  /** What is remembered of a node. */
  private static final class Entry {
    private Member member;
    private Group group;
    private boolean isNew = true;
    private boolean strictlyUp;
    private boolean up;
    private boolean next;
    private boolean well;
    private long wellNanos;
    private Instant wellSince = Instant.EPOCH;
    private @Nullable Instant conflictSince;

    private Entry(Member member, Group group) {
      this.member = member;
      this.group = group;
    }

    /** Decides by its state alone what it would be. */
    private void judge(Round round) {
      boolean conflict = round.smallerSide().contains(member.peerId());
      conflictSince = !conflict ? null : conflictSince == null ? round.at() : conflictSince;
      // Nobody has had the time to appear yet.
      boolean early = round.warming() && member.state() == State.MISSING;
      boolean wellNow = !conflict && (early || WELL.contains(member.state()));
      if (wellNow && !well) {
        wellNanos = round.nanos();
        wellSince = round.at();
      }
      well = wellNow;
      if (isNew) {
        // There is no earlier answer.
        strictlyUp = well;
        up = well;
        isNew = false;
      }
      long hold = group.network.epoch().toNanos() * EPOCHS_WELL;
      boolean longWell = well && round.nanos() - wellNanos >= hold;
      next = longWell || (well && up);
      if (!round.warming()) {
        strictlyUp = longWell || (well && strictlyUp);
      }
      if (well && !longWell && !(up && strictlyUp)) {
        group.waits(wellNanos + hold);
      }
      group.anyNext |= next;
      group.anyUp |= up;
    }

    private void answer(boolean judged) {
      boolean before = up;
      if (judged && group.network.consensus() && group.anyNext) {
        up = next;
      } else if (!group.anyUp) {
        // The last one that was up has left the fleet, or there are no earlier answers.
        up = true;
      }
      group.turned |= up != before;
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
