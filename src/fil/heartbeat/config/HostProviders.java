package fil.heartbeat.config;

import fil.heartbeat.client.UserAgent;
import fil.heartbeat.libp2p.HostConfig;
import fil.heartbeat.libp2p.HostProvider;

/** The implementations of libp2p that a build has, and the limits of the hosts of this program. */
public final class HostProviders {

  /** The limits where the configuration says nothing; identify calls this program by its name. */
  public static final HostConfig DEFAULT_LIMITS =
      HostConfig.DEFAULT.withAgentVersion(UserAgent.NAME);

  private HostProviders() {}

  /**
   * The one that {@code libp2p.implementation} names; a build may lack one of those that it can.
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
