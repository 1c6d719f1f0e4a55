package fil.heartbeat.aggregator;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.aggregator.SimulatedFleet.Change;
import fil.heartbeat.aggregator.SimulatedFleet.Incident;
import fil.heartbeat.aggregator.SimulatedFleet.Kind;
import fil.heartbeat.alert.model.AlertRule;
import fil.heartbeat.fleet.NetworkReport.Branch;
import fil.heartbeat.fleet.State;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules on simulated fleets, during a normal day and during incidents. */
class FleetSimulationTest {
  private static final int NODES = 200;
  private static final long MINUTE = 60_000;
  private static final long DAY = 24 * 60 * MINUTE;
  private static final Set<State> NEVER =
      EnumSet.of(State.FORKED, State.STALLED, State.SILENT, State.BEHIND, State.DISCONNECTED);

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void aHealthyFleetHasAQuietDay(long seed) {
    SimulatedFleet fleet = new SimulatedFleet(seed, NODES, 2);
    SimulatedAlerts alerts = new SimulatedAlerts();
    fleet.runUntil(DAY, alerts);
    assertThat(alerts.told()).as("seed %s, told", seed).isEmpty();
    assertThat(fleet.changes)
        .as("seed %s", seed)
        .filteredOn(change -> NEVER.contains(change.to()))
        .isEmpty();
    Map<Integer, Integer> slow = new HashMap<>();
    fleet.changes.stream()
        .filter(change -> change.to() == State.SLOW)
        .forEach(change -> slow.merge(change.node(), 1, Integer::sum));
    assertThat(slow.values()).as("seed %s, slow by node", seed).allMatch(count -> count <= 1);
    assertThat(fleet.registry.counts().accepted()).isEqualTo(fleet.sent);
    assertThat(fleet.registry.counts().received()).isEqualTo(fleet.sent);
  }

  /** Each node has one incident of each kind in a day, ten minutes long. */
  @Test
  void everyIncidentIsDetectedWithoutFalseAlarms() {
    long seed = 3;
    SimulatedFleet fleet = new SimulatedFleet(seed, NODES, 0);
    Random random = new Random(seed);
    List<Incident> planned = new ArrayList<>();
    for (int node = 0; node < NODES; node++) {
      List<Kind> kinds = new ArrayList<>(List.of(Kind.values()));
      Collections.shuffle(kinds, random);
      for (int i = 0; i < kinds.size(); i++) {
        long from = i * DAY / 4 + 20 * MINUTE + random.nextInt((int) (5 * 60 * MINUTE));
        planned.add(new Incident(node, kinds.get(i), from, from + 10 * MINUTE));
      }
    }
    planned.forEach(fleet::plan);
    SimulatedAlerts alerts = new SimulatedAlerts();
    fleet.runUntil(DAY, alerts);
    Map<Kind, Integer> found = new HashMap<>();
    List<Change> unexplained = new ArrayList<>();
    for (Incident incident : planned) {
      boolean seen =
          fleet.changes.stream()
              .anyMatch(
                  change ->
                      change.node() == incident.node()
                          && change.to() == incident.kind().expected
                          && change.at() >= incident.from()
                          && change.at() <= incident.until());
      found.merge(incident.kind(), seen ? 1 : 0, Integer::sum);
    }
    for (Change change : fleet.changes) {
      boolean explained =
          planned.stream()
              .anyMatch(
                  incident ->
                      change.node() == incident.node()
                          && change.at() >= incident.from()
                          && change.at() <= incident.until() + 2 * MINUTE);
      if (NEVER.contains(change.to()) && !explained) {
        unexplained.add(change);
      }
    }
    assertThat(found)
        .containsOnly(
            Map.entry(Kind.FORK, NODES),
            Map.entry(Kind.STALL, NODES),
            Map.entry(Kind.SILENCE, NODES),
            Map.entry(Kind.LAG, NODES));
    assertThat(unexplained).as("seed %s", seed).isEmpty();
    for (int node = 0; node < NODES; node++) {
      assertThat(fleet.state(node)).as("node %s at the end", node).isEqualTo(State.OK);
    }
    eachIsToldOnceAndTakenBackOnce(planned, alerts.told(), seed);
  }

  private static final Map<Kind, AlertRule> RULES =
      Map.of(
          Kind.FORK, AlertRule.NODE_FORKED,
          Kind.STALL, AlertRule.NODE_STALLED,
          Kind.SILENCE, AlertRule.NODE_SILENT,
          Kind.LAG, AlertRule.NODE_BEHIND);

  private static void eachIsToldOnceAndTakenBackOnce(
      List<Incident> planned, List<SimulatedAlerts.Told> told, long seed) {
    List<SimulatedAlerts.Told> unexplained = new ArrayList<>(told);
    for (Incident incident : planned) {
      List<SimulatedAlerts.Told> own =
          told.stream()
              .filter(each -> each.alert().rule() == RULES.get(incident.kind()))
              .filter(each -> each.alert().summary().startsWith("node-" + incident.node() + " "))
              .toList();
      unexplained.removeAll(own);
      assertThat(own)
          .as("seed %s, %s", seed, incident)
          .extracting(SimulatedAlerts.Told::isOver)
          .containsExactly(false, true);
      assertThat(own.get(0).at()).isBetween(incident.from(), incident.until());
      assertThat(own.get(1).at()).isBetween(incident.until(), incident.until() + MINUTE);
    }
    assertThat(unexplained).as("seed %s, told without a reason", seed).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"4,80", "5,80", "6,99", "7,10"})
  void aSplitInTwoIsDetectedWithinThreeEpochs(long seed, int minority) {
    SimulatedFleet fleet = new SimulatedFleet(seed, NODES, 0);
    fleet.runUntil(20 * MINUTE, (all, now) -> {});
    fleet.branch("b", 0, minority);
    long first = firstHeight(fleet, "b", fleet.epoch());
    long third = nthHeight(fleet, first, 3, "", "b");
    untilEpoch(fleet, third + 1);
    List<Branch> sides = fleet.report().branches();
    assertThat(sides).as("seed %s", seed).extracting(Branch::count).contains(minority).hasSize(2);
    assertThat(sides.get(0).count()).isEqualTo(NODES - minority);
    assertThat(sides.get(1).firstDifferentHeight()).isEqualTo(firstCommonHeight(fleet, first));
    assertThat(fleet.report().votes().inConsensus()).isEqualTo(NODES - minority);
    assertThat(fleet.report().votes().inDispute()).isEqualTo(minority);
    for (int node = 0; node < NODES; node++) {
      assertThat(fleet.state(node))
          .as("node %s", node)
          .isEqualTo(node < minority ? State.FORKED : State.OK);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {8, 9})
  void aSplitInThreeLeavesNoNodeInConsensus(long seed) {
    SimulatedFleet fleet = new SimulatedFleet(seed, NODES, 0);
    fleet.runUntil(20 * MINUTE, (all, now) -> {});
    fleet.branch("b", 0, 70);
    fleet.branch("c", 70, 130);
    long start = Math.max(firstHeight(fleet, "b", fleet.epoch()), fleet.epoch());
    untilEpoch(fleet, nthHeight(fleet, start, 3, "", "b", "c") + 1);
    assertThat(fleet.report().branches())
        .as("seed %s", seed)
        .extracting(Branch::count)
        .containsExactly(70, 70, 60);
    assertThat(fleet.report().branches()).allMatch(side -> side.firstDifferentHeight() != null);
    assertThat(fleet.report().votes().inConsensus()).isZero();
    for (int node = 0; node < NODES; node++) {
      assertThat(fleet.state(node)).as("node %s", node).isEqualTo(State.FORKED);
    }
  }

  /** Returns the first height from {@code from} on that has blocks on a branch. */
  private static long firstHeight(SimulatedFleet fleet, String branch, long from) {
    long height = from;
    while (!fleet.hasBlocks(branch, height)) {
      height++;
    }
    return height;
  }

  private static long firstCommonHeight(SimulatedFleet fleet, long from) {
    return nthHeight(fleet, from, 1, "", "b");
  }

  /** Returns the n-th height from {@code from} on at which all branches have blocks. */
  private static long nthHeight(SimulatedFleet fleet, long from, int n, String... branches) {
    long height = from - 1;
    for (int found = 0; found < n; ) {
      height++;
      long at = height;
      found += List.of(branches).stream().allMatch(name -> fleet.hasBlocks(name, at)) ? 1 : 0;
    }
    return height;
  }

  /** Runs until the end of the previous epoch. */
  private static void untilEpoch(SimulatedFleet fleet, long epoch) {
    long end = fleet.now() + (epoch - fleet.epoch()) * 30_000 - fleet.now() % 30_000 + 12_000;
    fleet.runUntil(end, (all, now) -> {});
  }
}
