package fil.heartbeat.config;

import fil.heartbeat.client.UserAgent;
import fil.heartbeat.libp2p.HostConfig;
import fil.heartbeat.libp2p.HostProvider;

/** The libp2p implementations of a build, and the default limits of this program's hosts. */
public final class HostProviders {

  /** The default limits; identify sends this program's name. */
  public static final HostConfig DEFAULT_LIMITS =
      HostConfig.DEFAULT.withAgentVersion(UserAgent.NAME);

  private HostProviders() {}

  /**
   * The provider for {@code libp2p.implementation}; a build may lack a known one.
   *
   * @throws ConfigException that says how to get it
   */
  public static HostProvider named(String name) {
    try {
      return HostProvider.named(name);
    } catch (IllegalArgumentException e) {
      throw ConfigException.of(
          "libp2p.implementation",
          name,
          "built-in; jvm-libp2p needs a jar built with mvn -Pjvm-libp2p package");
    }
  }
}
