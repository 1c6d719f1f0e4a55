package fil.heartbeat.config;

import fil.heartbeat.chain.Network;
import fil.heartbeat.libp2p.Multiaddr;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The aggregator role. */
public record AggregatorConfig(
    Multiaddr listen,
    List<Multiaddr> announce,
    Path keyFile,
    Optional<Network> network,
    Path dataDir,
    int maxNodes,
    Duration forgetAfter,
    int maxBeatRate,
    int beatBurst,
    int forkAfter,
    MembersConfig members,
    List<ReferenceConfig> references) {
  public AggregatorConfig {
    announce = List.copyOf(announce);
    references = List.copyOf(references);
  }

  /** The same with other members, which change without a restart. */
  public AggregatorConfig withMembers(MembersConfig others) {
    return new AggregatorConfig(
        listen,
        announce,
        keyFile,
        network,
        dataDir,
        maxNodes,
        forgetAfter,
        maxBeatRate,
        beatBurst,
        forkAfter,
        others,
        references);
  }
}
