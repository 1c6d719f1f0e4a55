package fil.heartbeat.aggregator;

import fil.heartbeat.fleet.ConsensusRound;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What all nodes of a network were measured against when they were last judged together. As long as
 * none of it changes, a node is judged again only when it did something or one of its deadlines
 * passed.
 *
 * @param network null for nodes that belong to none
 * @param voters how many nodes voted
 * @param expected the epoch by the clock or, while that is doubted, by the nodes
 * @param comparable whether enough vote, or a reference speaks
 * @param warming whether it was too early after the start to judge
 * @param clock what the clock said
 * @param references those that spoke of this network
 */
record Facts(
    @Nullable NetworkState network,
    @Nullable ConsensusRound round,
    int voters,
    @Nullable Long expected,
    boolean comparable,
    boolean warming,
    Clock clock,
    List<ReferenceNode> references) {

  /**
   * The epoch clock when they were judged.
   *
   * @param at the epoch that heads are measured by
   * @param byWall the epoch by the wall clock
   * @param doubted by how much the clock is not trusted
   * @param most the height that most nodes report, when it is in the future; else null
   */
  record Clock(@Nullable Long at, @Nullable Long byWall, Duration doubted, @Nullable Long most) {
    static final Clock NONE = new Clock(null, null, Duration.ZERO, null);

    /** Whether the clock of a network says the same now. */
    boolean isThatOf(NetworkState network, Moment now) {
      return Objects.equals(at, network.epochs().at(now.at()))
          && Objects.equals(byWall, network.epochs().byWall(now.at()))
          && doubted.equals(network.epochs().doubted());
    }
  }

  /** Those of nodes that belong to no network. */
  static Facts none(boolean warming) {
    return new Facts(null, null, 0, null, false, warming, Clock.NONE, List.of());
  }
}
