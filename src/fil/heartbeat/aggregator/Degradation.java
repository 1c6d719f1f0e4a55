package fil.heartbeat.aggregator;

import fil.heartbeat.fleet.NetworkReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The known faults of the aggregator itself, with or without the alert role; that role adds its
 * own.
 */
final class Degradation {
  private Degradation() {}

  static List<String> of(Overview now) {
    List<String> faults = new ArrayList<>();
    now.accounts()
        .history()
        .fault()
        .ifPresent(fault -> faults.add("history is not written: " + fault));
    for (NetworkReport network : now.networks()) {
      Duration ahead = network.clock().ahead();
      if (ahead != null) {
        faults.add(clock(ahead) + (network.network() == null ? "" : " of " + network.network()));
      }
    }
    faults.addAll(now.use().faults());
    String news = now.steps().news();
    if (news != null) {
      faults.add(news);
    }
    return faults;
  }

  private static String clock(Duration ahead) {
    return "the clock of this machine is about "
        + about(ahead.abs())
        + (ahead.isNegative() ? " behind" : " ahead of")
        + " that of the nodes";
  }

  /** Rounds to a readable unit. */
  private static String about(Duration time) {
    long minutes = time.plusSeconds(30).toMinutes();
    long hours = time.plusMinutes(30).toHours();
    if (minutes < 2) {
      return time.toSeconds() + " s";
    }
    return minutes < 120 ? minutes + " min" : hours < 48 ? hours + " h" : hours / 24 + " days";
  }
}
