package fil.heartbeat.aggregator;

import fil.heartbeat.alert.Rehearsal;
import fil.heartbeat.alert.model.Alert;
import fil.heartbeat.alert.model.AlertRule;
import fil.heartbeat.alert.model.Notification;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/** The alerts of a simulated fleet, as received by a sink that accepts everything. */
final class SimulatedAlerts implements BiConsumer<SimulatedFleet, Long> {

  /**
   * One notification.
   *
   * @param at milliseconds since the start
   */
  record Told(long at, Alert alert) {
    boolean isOver() {
      return !alert.status().isFiring();
    }
  }

  private final Rehearsal rehearsal = new Rehearsal(Rehearsal.oneSink(), SimulatedFleet.START);
  private final List<Long> toldAt = new ArrayList<>();
  private long version;

  @Override
  public void accept(SimulatedFleet fleet, Long now) {
    Registry registry = fleet.registry;
    ClockSteps steps = registry.steps(fleet.moment());
    boolean complete = version == 0 || !registry.coversSince(version);
    rehearsal.observe(
        steps,
        fleet.moment().at(),
        registry.warming(),
        complete,
        complete ? registry.nodes() : registry.nodesSince(version),
        complete ? List.of() : registry.removedSince(version),
        registry.networks());
    version = steps.holds() ? version : registry.version();
    while (toldAt.size() < rehearsal.told().size()) {
      toldAt.add(now);
    }
  }

  /** Returns the changes of all alerts except Watchdog. */
  List<Told> told() {
    List<Told> told = new ArrayList<>();
    for (int i = 0; i < toldAt.size(); i++) {
      Notification notification = rehearsal.told().get(i);
      long at = toldAt.get(i);
      notification.alerts().stream()
          .filter(alert -> notification.news().contains(alert.id()))
          .filter(alert -> alert.rule() != AlertRule.WATCHDOG)
          .forEach(alert -> told.add(new Told(at, alert)));
    }
    return told;
  }
}
