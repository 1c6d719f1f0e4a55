package fil.heartbeat.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.fleet.NodeHealth.Answer;
import fil.heartbeat.fleet.NodeHealth.Member;
import fil.heartbeat.fleet.NodeHealth.NetworkNow;
import fil.heartbeat.fleet.NodeHealth.Round;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NodeHealthTest {
  private static final Instant START = Instant.parse("2026-01-02T12:55:00Z");
  private static final Duration EPOCH = Duration.ofSeconds(30);
  private static final int HOLD = 60;

  private final NodeHealth health = new NodeHealth();
  private final Map<String, Member> fleet = new LinkedHashMap<>();

  /** The fleet of the last round. */
  private final Map<String, Member> taken = new HashMap<>();

  private Set<String> smallerSide = Set.of();
  private boolean consensus = true;
  private boolean warming;
  private int seconds;

  private Instant now() {
    return START.plusSeconds(seconds);
  }

  private void is(String peerId, State state) {
    is(peerId, "net", state);
  }

  private void is(String peerId, String network, State state) {
    Optional<String> name = Optional.of("name-" + peerId);
    fleet.put(peerId, new Member(peerId, name, network, state, now()));
  }

  /** Lets the fleet be as it is for some seconds, of which each has its look. */
  private void pass(int count) {
    for (int i = 0; i < count; i++) {
      seconds++;
      update();
    }
  }

  private void update() {
    Map<String, Member> changed = new LinkedHashMap<>(fleet);
    changed.values().removeAll(taken.values());
    Set<String> removed = new HashSet<>(taken.keySet());
    removed.removeAll(fleet.keySet());
    health.update(
        new Round(
            warming,
            false,
            List.copyOf(changed.values()),
            List.copyOf(removed),
            Map.of(
                "net",
                new NetworkNow(consensus, EPOCH),
                "other",
                new NetworkNow(true, Duration.ofSeconds(2))),
            smallerSide,
            now(),
            // Monotonic time begins anywhere.
            Long.MAX_VALUE - 5_000_000_000L + seconds * 1_000_000_000L));
    taken.clear();
    taken.putAll(fleet);
  }

  private Answer of(String node) {
    return health.of(node, false).orElseThrow();
  }

  private String told(String node, boolean strict) {
    Answer answer = health.of(node, strict).orElseThrow();
    return answer.up() ? "up" : "down: " + answer.reason();
  }

  private String told(String node) {
    return told(node, false);
  }

  private void threeThatAreOk() {
    is("a", State.OK);
    is("b", State.OK);
    is("c", State.OK);
    pass(1);
  }

  @ParameterizedTest
  @CsvSource({
    "DISCONNECTED, false",
    "SILENT, false",
    "MISSING, false",
    "STOPPED, false",
    "NO_HEAD, false",
    "WRONG_NETWORK, false",
    "FORKED, false",
    "AHEAD, false",
    "STALLED, false",
    "BEHIND, false",
    "SYNCING, false",
    "OK, true",
    "SLOW, true",
    "UNKNOWN, true"
  })
  void eachStateSaysAtOnceWhetherANodeIsUp(State state, boolean up) {
    threeThatAreOk();
    is("a", state);
    pass(1);
    assertThat(told("a")).isEqualTo(up ? "up" : "down: " + state.label() + " since 12:55:01");
    assertThat(of("a").state()).isEqualTo(state);
    assertThat(told("a", true)).isEqualTo(told("a"));
    assertThat(told("b")).isEqualTo("up");
  }

  @Test
  void theTableAboveHasEveryState() {
    assertThat(State.values()).hasSize(14);
  }

  @Test
  void itIsUpAgainAfterTwoEpochsWellInARow() {
    threeThatAreOk();
    is("a", State.FORKED);
    pass(1);
    is("a", State.SLOW);
    pass(HOLD);
    assertThat(told("a")).isEqualTo("down: well since 12:55:03, up after two epochs");
    is("a", State.BEHIND);
    pass(1);
    is("a", State.UNKNOWN);
    pass(HOLD);
    assertThat(of("a").up()).isFalse();
    assertThat(told("a", true)).startsWith("down");
    is("a", State.OK);
    pass(1);
    assertThat(told("a")).isEqualTo("up");
    assertThat(told("a", true)).isEqualTo("up");
  }

  @Test
  void theLengthOfAnEpochIsTheNetworks() {
    is("a", "other", State.FORKED);
    is("b", "other", State.OK);
    pass(1);
    is("a", "other", State.OK);
    pass(4);
    assertThat(of("a").up()).isFalse();
    pass(1);
    assertThat(of("a").up()).isTrue();
  }

  @Test
  void theLastNodeOfANetworkStaysUp() {
    threeThatAreOk();
    is("x", "other", State.OK);
    is("a", State.FORKED);
    pass(1);
    is("b", State.SILENT);
    pass(1);
    is("c", State.BEHIND);
    pass(1);
    assertThat(told("a")).startsWith("down");
    assertThat(told("b")).startsWith("down");
    assertThat(told("c")).isEqualTo("up");
    assertThat(of("c").held()).isTrue();
    assertThat(of("c").state()).isEqualTo(State.BEHIND);
    assertThat(told("c", true)).isEqualTo("down: behind since 12:55:03");
    is("b", State.OK);
    pass(HOLD + 1);
    assertThat(told("b")).isEqualTo("up");
    assertThat(told("c")).isEqualTo("down: behind since 12:55:03");
  }

  @Test
  void whereNoneIsInConsensusAllAnswersStay() {
    threeThatAreOk();
    is("c", State.FORKED);
    pass(1);
    consensus = false;
    is("a", State.DISCONNECTED);
    is("c", State.OK);
    pass(HOLD + 1);
    assertThat(told("a")).isEqualTo("up");
    assertThat(told("c")).isEqualTo("down: well since 12:55:03, but no node is in consensus");
    assertThat(told("a", true)).startsWith("down: disconnected");
    assertThat(told("c", true)).isEqualTo("up");
    consensus = true;
    pass(1);
    assertThat(told("a")).startsWith("down: disconnected");
    assertThat(told("c")).isEqualTo("up");
  }

  @Test
  void aNetworkThatIsNotKnownHasNoConsensus() {
    is("a", "gone", State.OK);
    is("b", "gone", State.OK);
    pass(1);
    is("a", "gone", State.SILENT);
    pass(1);
    assertThat(told("a")).isEqualTo("up");
  }

  @Test
  void whileWarmingTheStateBeforeTheRestartIsTheAnswerAndStays() {
    warming = true;
    is("a", State.FORKED);
    is("b", State.OK);
    is("c", State.MISSING);
    pass(1);
    assertThat(told("a")).isEqualTo("down: forked before the restart");
    assertThat(told("c")).isEqualTo("up");
    is("b", State.NO_HEAD);
    pass(10);
    assertThat(told("b")).isEqualTo("up");
    assertThat(told("b", true)).isEqualTo("up");
    warming = false;
    is("a", State.OK);
    is("b", State.OK);
    pass(1);
    assertThat(told("a")).startsWith("down: well since");
    assertThat(told("c")).isEqualTo("down: missing since 12:55:00");
  }

  @Test
  void aFleetThatWasAllDownBeforeTheRestartIsUpUntilItIsJudged() {
    warming = true;
    is("a", State.DISCONNECTED);
    is("b", State.FORKED);
    pass(1);
    assertThat(told("a")).isEqualTo("up");
    assertThat(told("b")).isEqualTo("up");
    assertThat(told("b", true)).isEqualTo("down: forked before the restart");
  }

  @Test
  void whenTheLastOneThatWasUpLeavesTheFleetTheOthersAreUp() {
    threeThatAreOk();
    is("a", State.FORKED);
    is("b", State.SILENT);
    pass(1);
    fleet.remove("c");
    pass(1);
    assertThat(told("a")).isEqualTo("up");
    assertThat(told("b")).isEqualTo("up");
    assertThat(health.of("c", false)).isEmpty();
    assertThat(health.of("name-c", false)).isEmpty();
  }

  @Test
  void theSmallerSideOfAFinalityConflictIsDown() {
    threeThatAreOk();
    smallerSide = Set.of("a");
    pass(2);
    assertThat(told("a")).isEqualTo("down: finality conflict since 12:55:02");
    smallerSide = Set.of();
    pass(1);
    assertThat(told("a")).isEqualTo("down: well since 12:55:04, up after two epochs");
    pass(HOLD);
    assertThat(told("a")).isEqualTo("up");
  }

  @Test
  void aForkedNodeInAConflictIsCalledForked() {
    threeThatAreOk();
    smallerSide = Set.of("a");
    is("a", State.FORKED);
    pass(2);
    assertThat(told("a")).startsWith("down: forked since ");
  }

  @Test
  void aNodeIsKnownByItsPeerIdAndByANameThatIsItsAlone() {
    threeThatAreOk();
    assertThat(of("name-a").peerId()).isEqualTo("a");
    assertThat(health.of("nobody", false)).isEmpty();
    assertThat(health.of("", true)).isEmpty();
    fleet.put("b", new Member("b", Optional.of("name-a"), "net", State.OK, START));
    fleet.put("c", new Member("c", Optional.of("a"), "net", State.OK, START));
    pass(1);
    assertThat(health.of("name-a", false)).isEmpty();
    assertThat(of("a").peerId()).isEqualTo("a");
  }

  @Test
  void aStateOfAnotherDayIsToldWithItsDate() {
    threeThatAreOk();
    is("a", State.FORKED);
    seconds += 86_400;
    update();
    assertThat(told("a")).isEqualTo("down: forked since 2026-01-02 12:55:01");
  }

  @Test
  void theFirstAnswerOfANodeIsByItsState() {
    threeThatAreOk();
    is("d", State.FORKED);
    is("e", State.OK);
    pass(1);
    assertThat(told("d")).startsWith("down: forked");
    assertThat(told("e")).isEqualTo("up");
  }

  /** Whatever happens, a network has a node that is up, and the strict answer is the state's. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void aNetworkIsNeverAllDownUnlessStrict(long seed) {
    Random random = new Random(seed);
    State[] states = State.values();
    boolean allStrictlyDown = false;
    for (int step = 0; step < 3_000; step++) {
      String peer = String.valueOf((char) ('a' + random.nextInt(6)));
      if (random.nextInt(20) == 0) {
        fleet.remove(peer);
      } else {
        State state = random.nextInt(3) == 0 ? State.OK : states[random.nextInt(states.length)];
        is(peer, random.nextInt(4) == 0 ? "other" : "net", state);
      }
      consensus = random.nextInt(5) > 0;
      warming = random.nextInt(10) == 0;
      smallerSide = random.nextInt(10) == 0 ? Set.of("a", "b") : Set.of();
      pass(1 + random.nextInt(40));
      for (String network : List.of("net", "other")) {
        List<String> nodes = new ArrayList<>();
        fleet.values().stream()
            .filter(each -> each.network().equals(network))
            .forEach(each -> nodes.add(each.peerId()));
        assertThat(nodes.isEmpty() || nodes.stream().anyMatch(each -> of(each).up()))
            .as("step %d: %s", step, fleet)
            .isTrue();
        allStrictlyDown |=
            nodes.size() > 1
                && nodes.stream().noneMatch(each -> health.of(each, true).orElseThrow().up());
      }
    }
    assertThat(allStrictlyDown).isTrue();
  }
}
