package fil.heartbeat.alert;

import static fil.heartbeat.alert.AlertScript.sink;
import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.alert.model.AlertRule;
import fil.heartbeat.wire.Extras;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever the nodes of an open fleet report of one miner, and whenever their programs start: what
 * fires is what follows from the whole history of each node's own reports, worked out anew.
 */
class ReportsPropertyTest {
  private static final List<String> NODES = List.of("a", "b", "c");
  private static final int LENGTH = 60;
  private static final int PERIOD = 48 * LENGTH;
  private static final Duration WINDOW = Duration.ofHours(6);

  /** A count of faulty sectors in a proving period. */
  private record Faults(long period, int count) {}

  /** A start that was reported at a time. */
  private record Start(Instant at, Instant start) {}

  private final AlertScript script =
      AlertScript.withNodes(AlertScript.config(sink("ops")), NODES.toArray(String[]::new));
  private final Map<String, List<Faults>> faults = new HashMap<>();
  private final Map<String, List<Start>> starts = new HashMap<>();

  ReportsPropertyTest() {
    script.clocked = true;
    script.open();
    script.run(15);
  }

  static IntStream seeds() {
    return IntStream.range(0, 8);
  }

  private Set<String> firing(AlertRule rule) {
    return script.engine.alerts().stream()
        .filter(each -> each.rule() == rule && each.status().isFiring())
        .map(each -> each.labels().getOrDefault("peer_id", ""))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private void report(String name, int count) {
    long open = script.height() / LENGTH * LENGTH;
    int deadline = (int) (open / LENGTH % 48);
    Problem.tell(
        script,
        name,
        all ->
            all.proving(
                List.of(
                    new Extras.Proving(
                        "f01000", deadline, open, open + LENGTH, 3, 0, (long) count, 0, 0))));
    faults
        .computeIfAbsent(name, ignored -> new ArrayList<>())
        .add(new Faults(script.height() / PERIOD, count));
  }

  /** More than at the end of the last period, and than ever in this one. */
  private boolean hasRisen(List<Faults> history) {
    Faults last = history.get(history.size() - 1);
    int least =
        history.stream()
            .filter(each -> each.period() == last.period())
            .mapToInt(Faults::count)
            .min()
            .orElseThrow();
    List<Faults> earlier = history.stream().filter(each -> each.period() < last.period()).toList();
    if (!earlier.isEmpty()) {
      least = Math.min(least, earlier.get(earlier.size() - 1).count());
    }
    return last.count() > least;
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void faultsOfEachNodeAreComparedWithItsOwn(int seed) {
    Random random = new Random(seed);
    NODES.forEach(each -> report(each, random.nextInt(3)));
    script.run(30);
    for (int i = 0; i < 10; i++) {
      if (random.nextInt(4) == 0) {
        script.now = script.now.plusSeconds((long) PERIOD * 30);
        NODES.forEach(
            each -> {
              List<Faults> own = faults.getOrDefault(each, List.of());
              report(each, own.get(own.size() - 1).count());
            });
      }
      report(NODES.get(random.nextInt(3)), random.nextInt(4));
      if (random.nextInt(4) == 0) {
        script.run(10);
        script.restart();
      }
      script.run(720);
      Set<String> expected = new TreeSet<>(NODES);
      expected.removeIf(each -> !hasRisen(faults.getOrDefault(each, List.of())));
      assertThat(firing(AlertRule.SECTOR_FAULTS))
          .as("seed %s, step %s, %s", seed, i, faults)
          .isEqualTo(expected);
    }
  }

  private void start(String name, Instant start) {
    Problem.tell(script, name, all -> all.startTime(start));
    starts.computeIfAbsent(name, ignored -> new ArrayList<>()).add(new Start(script.now, start));
  }

  /** Starts of the last six hours that are later, by more than two seconds, than all before. */
  private long newStarts(List<Start> history) {
    return IntStream.range(1, history.size())
        .filter(i -> history.get(i).at().plus(WINDOW).isAfter(script.now))
        .filter(
            i ->
                history.subList(0, i).stream()
                    .allMatch(each -> history.get(i).start().isAfter(each.start().plusSeconds(2))))
        .count();
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void startsOfEachNodeAreCounted(int seed) {
    Random random = new Random(seed);
    Instant first = script.now.minusSeconds(86_400);
    NODES.forEach(each -> start(each, first));
    script.run(10);
    for (int i = 0; i < 40; i++) {
      String name = NODES.get(random.nextInt(3));
      List<Start> own = starts.getOrDefault(name, List.of());
      Instant last = own.get(own.size() - 1).start();
      start(
          name,
          switch (random.nextInt(4)) {
            // The same by another reading of the clock, or the other of two nodes behind one URL.
            case 0 -> last.plusSeconds(random.nextInt(3));
            case 1 -> first.plusSeconds(random.nextInt(100));
            default -> script.now;
          });
      script.run(60);
      Set<String> expected = new TreeSet<>(NODES);
      expected.removeIf(each -> newStarts(starts.getOrDefault(each, List.of())) < 3);
      assertThat(firing(AlertRule.NODE_RESTARTING))
          .as("seed %s, step %s, %s", seed, i, starts)
          .isEqualTo(expected);
      script.now = script.now.plusSeconds(600L * (1 + random.nextInt(8)) - 60);
    }
  }
}
