package fil.heartbeat.config;

import fil.heartbeat.libp2p.HostConfig;
import fil.heartbeat.libp2p.HostProvider;

/**
 * The libp2p implementation and its limits.
 *
 * @param implementation the name of a {@link HostProvider}
 * @param nativeCurves whether an aggregator's handshakes are computed by a native library, where it
 *     can be loaded
 * @param host limits of every host
 */
public record Libp2pConfig(String implementation, boolean nativeCurves, HostConfig host) {
  static final String AUTO = "auto";
  static final String OFF = "off";

  /**
   * The provider of hosts.
   *
   * @throws ConfigException when this build lacks the implementation
   */
  public HostProvider provider() {
    return HostProviders.named(implementation);
  }
}
