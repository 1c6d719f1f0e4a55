package fil.heartbeat.config;

import fil.heartbeat.libp2p.HostConfig;
import fil.heartbeat.libp2p.HostProvider;

/**
 * Whose libp2p it is, and within which limits.
 *
 * @param implementation the name of a {@link HostProvider}
 * @param host limits of every host
 */
public record Libp2pConfig(String implementation, HostConfig host) {

  /**
   * Makes hosts.
   *
   * @throws ConfigException when this build has not got the implementation
   */
  public HostProvider provider() {
    return HostProviders.named(implementation);
  }
}
