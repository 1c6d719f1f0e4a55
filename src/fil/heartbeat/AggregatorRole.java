package fil.heartbeat;

import fil.heartbeat.aggregator.AggregatorSettings;
import fil.heartbeat.aggregator.Membership;
import fil.heartbeat.config.AggregatorConfig;
import fil.heartbeat.config.MembersConfig;
import fil.heartbeat.fleet.Expected;
import fil.heartbeat.fleet.FleetSettings;
import fil.heartbeat.libp2p.PeerId;
import java.util.LinkedHashMap;
import java.util.Map;

/** The aggregator's section of a config in the aggregator's own terms. */
final class AggregatorRole {
  private AggregatorRole() {}

  static AggregatorSettings settings(AggregatorConfig role) {
    return new AggregatorSettings(
        role.network(),
        role.maxNodes(),
        role.forgetAfter(),
        role.maxBeatRate(),
        role.beatBurst(),
        FleetSettings.DEFAULT.withForkAfter(role.forkAfter()));
  }

  static Membership membership(MembersConfig members) {
    Map<PeerId, Expected> expected = new LinkedHashMap<>();
    members
        .expected()
        .forEach((peer, named) -> expected.put(peer, new Expected(named.name(), named.labels())));
    return new Membership(members.allow(), members.deny(), expected);
  }
}
