package fil.heartbeat.config;

import fil.heartbeat.libp2p.HostConfig;
import fil.heartbeat.libp2p.HostProvider;

/**
 * The libp2p implementation and its limits.
 *
 * @param implementation the name of a {@link HostProvider}
 * @param host limits of every host
 */
public record Libp2pConfig(String implementation, HostConfig host) {

  /**
   * The provider of hosts.
   *
   * @throws ConfigException when this build lacks the implementation
   */
  public HostProvider provider() {
    return HostProviders.named(implementation);
  }
}
