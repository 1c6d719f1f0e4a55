package fil.heartbeat.aggregator;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.aggregator.SimulatedFleet.Incident;
import fil.heartbeat.aggregator.SimulatedFleet.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The wall clock of the aggregator's machine is set while it runs. The alerts are the same as
 * without that, except for the time in which judging pauses.
 */
class ClockStepTest {
  private static final long MINUTE = 60_000;
  private static final long SECOND = 1_000;
  private static final List<Kind> KINDS = List.of(Kind.values());

  /** Judging pauses for 30 s; the rest is the wait for grouped alerts. */
  private static final long LATE = 50 * SECOND;

  private record Step(long at, Duration by, boolean asleep) {
    private Step(long at, Duration by) {
      this(at, by, false);
    }

    private void happensTo(SimulatedFleet fleet) {
      if (asleep) {
        fleet.sleep(by);
      } else {
        fleet.step(by);
      }
    }
  }

  /** The incidents of nodes, and the steps of the clock. */
  private record Script(
      long seed, int nodes, boolean reference, List<Incident> incidents, long until) {

    /** Returns each alert and its time: {@code NodeForked 3 +} fires, {@code -} is resolved. */
    private List<SimulatedAlerts.Told> run(List<Step> steps) {
      SimulatedFleet fleet = new SimulatedFleet(seed, nodes, 0);
      SimulatedAlerts alerts = new SimulatedAlerts();
      incidents.forEach(fleet::plan);
      if (reference) {
        fleet.reference();
      }
      for (Step step : steps) {
        fleet.runUntil(step.at(), alerts);
        step.happensTo(fleet);
      }
      fleet.runUntil(until, alerts);
      return alerts.told();
    }
  }

  private static void isAsWithout(Script script, List<Step> steps) {
    Map<String, List<Long>> without = times(script.run(List.of()));
    Map<String, List<Long>> with = times(script.run(steps));
    String which =
        String.format(Locale.ROOT, "%s, %s\nwithout %s\nwith    %s", script, steps, without, with);
    assertThat(with.keySet()).as(which).isEqualTo(without.keySet());
    without.forEach(
        (alert, at) -> {
          List<Long> own = with.getOrDefault(alert, List.of());
          assertThat(own).as("%s: %s", which, alert).hasSameSizeAs(at);
          for (int i = 0; i < at.size(); i++) {
            assertThat(own.get(i))
                .as("%s: %s", which, alert)
                .isBetween(at.get(i), at.get(i) + LATE);
          }
        });
  }

  private static Map<String, List<Long>> times(List<SimulatedAlerts.Told> told) {
    Map<String, List<Long>> times = new TreeMap<>();
    for (SimulatedAlerts.Told each : told) {
      String which =
          each.alert().rule().label()
              + " "
              + each.alert().labels().getOrDefault("nickname", "")
              + (each.isOver() ? " -" : " +");
      times.computeIfAbsent(which, first -> new ArrayList<>()).add(each.at());
    }
    return times;
  }

  /** A fork, a silence, a stall and a late node, half an hour each, and one step. */
  @ParameterizedTest
  @CsvSource({
    "12, PT2S",
    "12, PT-2S",
    "12, PT45S",
    "12, PT-45S",
    "12, PT2H",
    "12, PT-1H",
    "12, P1D",
    "12, P-1D",
    "1, PT2H",
    "1, PT-1H",
    "2, PT10M",
    "2, PT-10M",
    "2, PT-45S",
    "3, PT2H",
    "3, PT-1H"
  })
  void aStepCausesNoAlert(int nodes, Duration by) {
    isAsWithout(nodes, new Step(20 * MINUTE + 17 * SECOND, by));
  }

  private static void isAsWithout(int nodes, Step step) {
    List<Incident> incidents = new ArrayList<>();
    for (int i = 0; i < Math.min(KINDS.size(), (nodes + 1) / 2); i++) {
      incidents.add(new Incident(i, KINDS.get(i), 10 * MINUTE, 40 * MINUTE));
    }
    isAsWithout(new Script(7, nodes, false, incidents, 50 * MINUTE), List.of(step));
  }

  /** As for a step; what nodes did while the machine was suspended is unknown. */
  @ParameterizedTest
  @CsvSource({"12, PT2S", "12, PT45S", "12, PT2H", "12, P1D", "1, PT2H", "2, PT10M", "3, PT2H"})
  void aSuspensionCausesNoAlert(int nodes, Duration by) {
    isAsWithout(nodes, new Step(20 * MINUTE + 17 * SECOND, by, true));
  }

  /** Most of the fleet is on another chain than the reference. */
  @ParameterizedTest
  @ValueSource(strings = {"PT2H", "PT-1H", "PT-45S", "P-1D"})
  void aForkFromTheReferenceIsDetectedAfterAStep(Duration by) {
    Map<String, List<Long>> without = forkedFleet(Duration.ZERO);
    Map<String, List<Long>> with = forkedFleet(by);
    assertThat(without).containsKey("FleetForked  +");
    assertThat(with.keySet()).isEqualTo(without.keySet());
    assertThat(with.get("FleetForked  +")).isEqualTo(without.get("FleetForked  +"));
  }

  private static Map<String, List<Long>> forkedFleet(Duration by) {
    SimulatedFleet fleet = new SimulatedFleet(5, 9, 0);
    SimulatedAlerts alerts = new SimulatedAlerts();
    fleet.reference();
    fleet.runUntil(5 * MINUTE, alerts);
    fleet.branch("other", 0, 7);
    fleet.runUntil(15 * MINUTE, alerts);
    fleet.step(by);
    fleet.runUntil(40 * MINUTE, alerts);
    return times(alerts.told());
  }

  /** Steps forward and back, 2 s to a day, at random moments of a fleet with incidents. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void alertsAreTheSameWhateverTheSteps(int round) {
    SplittableRandom random = new SplittableRandom(round);
    for (int i = 0; i < 5; i++) {
      Script script = script(random);
      List<Step> steps = new ArrayList<>();
      int count = 1 + random.nextInt(3);
      for (int j = 0; j < count; j++) {
        long millis = (long) (2_000 * Math.pow(43_200, random.nextDouble()));
        steps.add(
            new Step(
                2 * MINUTE + random.nextLong((script.until() - 3 * MINUTE) / 100) * 100,
                Duration.ofMillis(random.nextBoolean() ? millis : -millis)));
      }
      steps.sort((a, b) -> Long.compare(a.at(), b.at()));
      isAsWithout(script, steps);
    }
  }

  private static Script script(SplittableRandom random) {
    int nodes = new int[] {1, 2, 3, 5, 12}[random.nextInt(5)];
    List<Incident> incidents = new ArrayList<>();
    for (int node = 0; node < (nodes + 1) / 2; node++) {
      long from = 3 * MINUTE + random.nextLong(10 * MINUTE);
      while (from < 60 * MINUTE) {
        long length = 8 * MINUTE + random.nextLong(20 * MINUTE);
        Kind kind = KINDS.get(random.nextInt(KINDS.size()));
        incidents.add(new Incident(node, kind, from, from + length));
        from += length + 8 * MINUTE + random.nextLong(10 * MINUTE);
      }
    }
    return new Script(random.nextLong(), nodes, random.nextBoolean(), incidents, 90 * MINUTE);
  }
}
