package fil.heartbeat.aggregator;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.fleet.Expected;
import fil.heartbeat.fleet.Standing;
import fil.heartbeat.libp2p.PeerId;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MembershipTest {
  private static final PeerId A = SimulatedFleet.peer(1, 0);
  private static final PeerId B = SimulatedFleet.peer(1, 1);
  private static final PeerId C = SimulatedFleet.peer(1, 2);
  private static final Map<PeerId, Expected> NAMED = Map.of(A, new Expected("a", Map.of()));

  @Test
  void onlyExpectedNodesVoteInANamedFleet() {
    Membership membership = new Membership(Set.of(B), Set.of(), NAMED);
    assertThat(membership.standing(A)).isEqualTo(Standing.VOTER);
    assertThat(membership.standing(B)).isEqualTo(Standing.STRANGER);
    assertThat(membership.standing(C)).isEqualTo(Standing.STRANGER);
  }

  @Test
  void onlyAllowedPeersVoteWithoutExpectedNodes() {
    Membership membership = new Membership(Set.of(B), Set.of(), Map.of());
    assertThat(membership.standing(B)).isEqualTo(Standing.VOTER);
    assertThat(membership.standing(C)).isEqualTo(Standing.STRANGER);
  }

  @Test
  void everyPeerVotesInAnOpenFleet() {
    assertThat(Membership.OPEN.standing(C)).isEqualTo(Standing.VOTER);
  }

  @Test
  void deniedPeersHaveNoVote() {
    assertThat(new Membership(Set.of(), Set.of(C), Map.of()).standing(C))
        .isEqualTo(Standing.STRANGER);
    assertThat(new Membership(Set.of(C), Set.of(C), Map.of()).standing(C))
        .isEqualTo(Standing.STRANGER);
    // It is still reported as missing.
    assertThat(new Membership(Set.of(), Set.of(A), NAMED).standing(A)).isEqualTo(Standing.EXPECTED);
  }

  @Test
  void theOrderFollowsTrust() {
    assertThat(Standing.values())
        .containsExactly(Standing.STRANGER, Standing.EXPECTED, Standing.VOTER, Standing.REFERENCE);
  }
}
