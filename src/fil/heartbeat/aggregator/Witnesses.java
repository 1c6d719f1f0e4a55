package fil.heartbeat.aggregator;

import fil.heartbeat.fleet.Standing;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The independent nodes that are asked, by the name that the configuration gives them. */
final class Witnesses {
  private final Map<String, Witness> byName = new HashMap<>();
  private final Watches watches;

  Witnesses(Watches watches) {
    this.watches = watches;
  }

  /** One answered; a null answer withdraws it. */
  void answered(String name, Witness.@Nullable Answer answer, Moment now) {
    if (answer == null) {
      Witness gone = byName.remove(name);
      if (gone != null) {
        gone.withdraw();
      }
      return;
    }
    Watch watch = watches.of(answer.genesis(), Standing.REFERENCE);
    if (watch != null) {
      byName.computeIfAbsent(name, ignored -> new Witness()).answered(answer, watch, now);
    }
  }

  Collection<Witness> all() {
    return Collections.unmodifiableCollection(byName.values());
  }
}
