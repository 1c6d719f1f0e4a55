package fil.heartbeat.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.fleet.State.Concern;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StateTest {
  @Test
  void everyStateHasOneRankBySeverity() {
    assertThat(State.gravestFirst()).containsExactlyInAnyOrder(State.values());
    assertThat(State.gravestFirst().stream().map(State::rank))
        .isEqualTo(List.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13));
    assertThat(State.FORKED.rank()).isZero();
  }

  @Test
  void everyTroubleIsMoreSevereThanAnyOtherState() {
    List<State> byGravity = State.gravestFirst();
    assertThat(byGravity.stream().takeWhile(State::isTrouble))
        .containsExactlyElementsOf(byGravity.stream().filter(State::isTrouble).toList());
  }

  @Test
  void everyTroubleButMissingAndSlowCountsTowardsFlapping() {
    assertThat(Arrays.stream(State.values()).filter(State::isTrouble))
        .filteredOn(state -> state.concern() != Concern.TROUBLE)
        .containsExactlyInAnyOrder(State.MISSING, State.SLOW);
    assertThat(State.values())
        .filteredOn(state -> state.concern() == Concern.UNDECIDED)
        .containsExactly(State.UNKNOWN);
    assertThat(State.values())
        .filteredOn(state -> state.concern() == Concern.NONE)
        .containsExactlyInAnyOrder(State.OK, State.SYNCING, State.STOPPED);
  }

  @ParameterizedTest
  @EnumSource
  void aMeaningIsOneSentence(State state) {
    assertThat(state.meaning(FleetSettings.DEFAULT)).matches("[A-Z][^.]*\\.");
  }

  @Test
  void meaningsContainTheThresholds() {
    assertThat(State.FORKED.meaning(FleetSettings.DEFAULT))
        .isEqualTo("No block in common with the majority at two heights in a row.");
    FleetSettings by =
        new FleetSettings(
            7,
            Duration.ofSeconds(45),
            Duration.ofSeconds(60),
            1,
            11,
            Duration.ofSeconds(20),
            Duration.ofSeconds(3),
            4);
    assertThat(
            List.of(
                State.FORKED.meaning(by),
                State.FORKED.meaning(by.withForkAfter(1)),
                State.SLOW.meaning(by),
                State.BEHIND.meaning(by),
                State.STALLED.meaning(by),
                State.DISCONNECTED.meaning(by)))
        .containsExactly(
            "No block in common with the majority at seven heights in a row.",
            "No block in common with the majority at a height.",
            "One epoch late or more, for 20 s.",
            "11 epochs late or more, for 20 s.",
            "Its head has not moved for 11 epochs while the network’s did.",
            "No connection for 45 s.");
  }
}
