package fil.heartbeat.config;

import fil.heartbeat.chain.Network;
import fil.heartbeat.fleet.FleetLimits;
import fil.heartbeat.libp2p.Multiaddr;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The aggregator role.
 *
 * @param network the only accepted one; empty when each genesis is judged separately
 * @param forkAfter heights in a row at which a node must differ to be forked
 */
public record AggregatorConfig(
    Bind bind,
    Optional<Network> network,
    Path dataDir,
    FleetLimits limits,
    int forkAfter,
    MembersConfig members,
    List<ReferenceConfig> references) {

  /**
   * Its addresses and its key.
   *
   * @param announce addresses that identify sends to peers; empty for the bound ones
   */
  public record Bind(Multiaddr listen, List<Multiaddr> announce, Path keyFile) {
    public Bind {
      announce = List.copyOf(announce);
    }
  }

  public AggregatorConfig {
    references = List.copyOf(references);
  }

  /** A copy with other members, which change without a restart. */
  public AggregatorConfig withMembers(MembersConfig others) {
    return new AggregatorConfig(bind, network, dataDir, limits, forkAfter, others, references);
  }

  static AggregatorConfig read(Section section, Path folder, ClientConfig client) {
    List<Multiaddr> announce = new ArrayList<>();
    for (String text : section.texts("announce")) {
      Multiaddr address = Checks.multiaddr(section, "announce", text);
      if (address != null) {
        announce.add(address);
      }
    }
    return new AggregatorConfig(
        new Bind(
            Checks.listenAddress(section, "listen"),
            announce,
            Checks.path(section, "keyFile", folder)),
        Checks.network(section, "network"),
        Checks.databasePath(section, "dataDir", folder),
        new FleetLimits(
            section.whole("maxNodes"),
            section.duration("forgetAfter"),
            section.whole("maxBeatRate"),
            section.whole("beatBurst")),
        section.whole("forkAfter"),
        MembersConfig.read(section),
        ReferenceConfig.read(section, folder, client));
  }
}
