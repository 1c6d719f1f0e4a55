package fil.heartbeat.config;

import fil.heartbeat.chain.Network;
import fil.heartbeat.libp2p.Multiaddr;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The aggregator role. */
public record AggregatorConfig(
    Multiaddr listen,
    List<Multiaddr> announce,
    Path keyFile,
    Optional<Network> network,
    Path dataDir) {
  public AggregatorConfig {
    announce = List.copyOf(announce);
  }
}
