package fil.heartbeat.fleet;

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

/**
 * What a load balancer learns of each node: up or down. Pure; knows the nodes of the last {@link
 * #update} and nothing else, so its size is that of the fleet.
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
   * The whole fleet at one moment.
   *
   * @param warming whether it is too early after the start to judge: every answer stays
   * @param networks by key; one that is missing has no consensus
   * @param smallerSide peer ids on the smaller side of a conflict of finalized tipsets
   * @param at the time of day, for texts
   * @param nanos monotonic time
   */
  public record Round(
      boolean warming,
      List<Member> members,
      Map<String, NetworkNow> networks,
      Set<String> smallerSide,
      Instant at,
      long nanos) {
    public Round {
      members = List.copyOf(members);
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

  private Map<String, Entry> entries = Map.of();
  private Map<String, Entry> named = Map.of();
  private Instant at = Instant.EPOCH;
  private boolean warming = true;

  /**
   * Takes the fleet as it is now. Must be called each second or so, whether anybody asks or not.
   */
  public void update(Round round) {
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
      entry.take(member, round, network.epoch().multipliedBy(EPOCHS_WELL), known == null);
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
  public Optional<Answer> of(String node, boolean strict) {
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
