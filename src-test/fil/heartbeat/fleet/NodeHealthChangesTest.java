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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** By changes alone the answers are those of a look at all nodes, in the same round. */
class NodeHealthChangesTest {
  private static final int STEPS = 2_500;
  private static final State[] STATES = State.values();
  private static final List<String> NETWORKS = List.of("net", "other", "gone");
  private static final List<Duration> EPOCHS =
      List.of(Duration.ofSeconds(2), Duration.ofSeconds(5), Duration.ofSeconds(30));

  private final NodeHealth health = new NodeHealth();
  private final HealthOfEachNode all = new HealthOfEachNode();
  private final Map<String, Member> fleet = new LinkedHashMap<>();
  private final Map<String, NetworkNow> networks = new HashMap<>();
  private final Set<String> changed = new HashSet<>();
  private final Set<String> removed = new HashSet<>();
  private Set<String> smallerSide = Set.of();
  private Instant at = Instant.parse("2026-01-02T12:55:00Z");
  private long nanos = Long.MAX_VALUE - 60_000_000_000L;
  private boolean warming = true;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void theAnswersAreThoseOfALookAtAllNodes(long seed) {
    Random random = new Random(seed);
    int turns = 0;
    Map<String, Boolean> before = Map.of();
    for (int step = 0; step < STEPS; step++) {
      // Mostly nothing happens, and only the time passes.
      for (int events = random.nextInt(4) == 0 ? random.nextInt(5) : 0; events > 0; events--) {
        event(random);
      }
      long millis = random.nextInt(30) == 0 ? random.nextInt(20_000) : 900 + random.nextInt(200);
      at = at.plusMillis(random.nextInt(100) == 0 ? -5_000 : millis);
      nanos += millis * 1_000_000;
      update(step == 0 || random.nextInt(200) == 0);
      Map<String, Boolean> now = compare(step);
      turns += now.equals(before) ? 0 : 1;
      before = now;
    }
    assertThat(turns).isGreaterThan(STEPS / 20);
  }

  private void event(Random random) {
    String peer = String.valueOf((char) ('a' + random.nextInt(7)));
    switch (random.nextInt(14)) {
      case 0 -> {
        if (fleet.remove(peer) != null) {
          removed.add(peer);
        }
      }
      case 1 -> {
        NetworkNow now =
            new NetworkNow(random.nextInt(4) > 0, EPOCHS.get(random.nextInt(EPOCHS.size())));
        networks.put(NETWORKS.get(random.nextInt(2)), now);
      }
      case 2 -> warming = random.nextInt(4) == 0;
      case 3 -> smallerSide = random.nextBoolean() ? Set.of() : Set.of(peer, "z");
      case 4 -> {
        if (random.nextInt(10) == 0) {
          networks.remove(NETWORKS.get(random.nextInt(2)));
        }
      }
      default -> {
        boolean well = random.nextInt(3) > 0;
        String name = String.valueOf((char) ('n' + random.nextInt(9)));
        fleet.put(
            peer,
            new Member(
                peer,
                random.nextBoolean() ? Optional.empty() : Optional.of(name),
                NETWORKS.get(Math.max(0, random.nextInt(12) - 9)),
                well ? State.OK : STATES[random.nextInt(STATES.length)],
                at));
        changed.add(peer);
      }
    }
  }

  private void update(boolean complete) {
    List<Member> told = new ArrayList<>();
    fleet.values().stream()
        .filter(each -> complete || changed.contains(each.peerId()))
        .forEach(told::add);
    health.update(round(complete, told));
    all.update(round(true, List.copyOf(fleet.values())));
    changed.clear();
    removed.clear();
  }

  private Round round(boolean complete, List<Member> members) {
    return new Round(
        warming, complete, members, List.copyOf(removed), networks, smallerSide, at, nanos);
  }

  private Map<String, Boolean> compare(int step) {
    Map<String, Boolean> up = new HashMap<>();
    for (char node = 'a'; node <= 'w'; node++) {
      String name = String.valueOf(node);
      for (boolean strict : new boolean[] {false, true}) {
        Optional<Answer> answer = health.of(name, strict);
        Optional<Answer> expected = all.of(name, strict);
        if (!answer.equals(expected)) {
          assertThat(answer)
              .as("step %d node %s strict %s", step, name, strict)
              .isEqualTo(expected);
        }
        answer.ifPresent(each -> up.put(each.peerId() + strict, each.up()));
      }
    }
    return up;
  }
}
