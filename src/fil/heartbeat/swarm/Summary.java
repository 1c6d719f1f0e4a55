package fil.heartbeat.swarm;

import fil.heartbeat.libp2p.Multiaddr;
import fil.heartbeat.text.GoDuration;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * The results of a swarm. Beats due = sent + skipped, all reasons together.
 *
 * @param shares nodes in each role
 * @param traits nodes with each trait
 * @param connections number when all are connected: nodes × targets
 * @param connected open at the end, before they were closed
 * @param connects connections made in total
 * @param connectsPerSecond until all were connected, or over the whole run if they never were
 * @param allConnectedSeconds when all were connected for the first time
 * @param churned disconnections on purpose
 * @param failures dials that failed and connections that were lost, by reason
 * @param lastFailure its text
 */
public record Summary(
    SwarmConfig config,
    Map<String, Integer> shares,
    Map<String, Integer> traits,
    double durationSeconds,
    long connections,
    long connected,
    long connects,
    double connectsPerSecond,
    OptionalDouble allConnectedSeconds,
    long churned,
    long beatsDue,
    long beatsSent,
    Map<String, Long> beatsSkipped,
    Map<String, Long> failures,
    Optional<String> lastFailure) {

  static Summary of(
      SwarmConfig config,
      SwarmPlan plan,
      SwarmCounters counters,
      Coverage coverage,
      Optional<String> lastFailure,
      long elapsedNanos,
      long nowNanos) {
    Map<String, Integer> shares = new TreeMap<>();
    plan.shares().forEach((role, count) -> shares.put(role.label(), count));
    Map<String, Integer> traits = new TreeMap<>();
    plan.traits().forEach((trait, count) -> traits.put(trait.label(), count));
    Map<String, Long> skipped = new TreeMap<>();
    counters.skipped().forEach((reason, count) -> skipped.put(reason.label(), count));
    return new Summary(
        config,
        shares,
        traits,
        elapsedNanos / 1e9,
        (long) config.nodes() * config.targets().size(),
        counters.connectedNow(),
        counters.connects(),
        coverage.connectsPerSecond(counters, nowNanos),
        coverage.firstSeconds(),
        counters.disconnections(),
        counters.beatsDue(),
        counters.beatsSent(),
        skipped,
        counters.failures(),
        lastFailure);
  }

  /** Returns one object; seconds and rates with three decimals. */
  public JsonObject toJson() {
    return new JsonObject()
        .put("nodes", config.nodes())
        .put("seed", config.seed())
        .put("targets", new JsonArray(config.targets().stream().map(Multiaddr::toString).toList()))
        .put(
            "sources",
            new JsonArray(config.sources().stream().map(InetAddress::getHostAddress).toList()))
        .put("beatPeriod", GoDuration.format(config.beatPeriod()))
        .put("durationSeconds", rounded(durationSeconds))
        .put("shares", json(shares))
        .put("traits", json(traits))
        .put("churnPerMinute", config.churnPerMinute())
        .put("churned", churned)
        .put("connections", connections)
        .put("connected", connected)
        .put("connects", connects)
        .put("connectsPerSecond", rounded(connectsPerSecond))
        .put(
            "allConnectedSeconds",
            allConnectedSeconds.isPresent() ? rounded(allConnectedSeconds.getAsDouble()) : null)
        .put("beatsDue", beatsDue)
        .put("beatsSent", beatsSent)
        .put("beatsSkipped", json(beatsSkipped))
        .put("failures", json(failures));
  }

  private static JsonObject json(Map<String, ? extends Number> counts) {
    JsonObject json = new JsonObject();
    counts.forEach(json::put);
    return json;
  }

  private static double rounded(double value) {
    return Math.round(value * 1000) / 1000.0;
  }
}
