package fil.heartbeat.app;

import fil.heartbeat.config.HttpConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The HTTP section of a config as this machine can have it. */
public final class HttpRole {
  private static final Logger log = LoggerFactory.getLogger(HttpRole.class);

  private HttpRole() {}

  /**
   * The same, with no more connections than the open files leave; says so when they are fewer.
   *
   * @param libp2p connections that the aggregator may have; 0 without one
   */
  static HttpConfig settings(HttpConfig wanted, int libp2p, Capacity.Machine machine) {
    HttpConfig role =
        wanted.withConnections(Capacity.http(wanted.connections().inAll(), libp2p, machine));
    if (!role.connections().equals(wanted.connections())) {
      log.info(
          "http has fewer connections than configured inAll={} perAddress={} raise=\"ulimit -n\"",
          role.connections().inAll(),
          role.connections().perAddress());
    }
    return role;
  }

  /** Where browsers find it. */
  static String url(HttpConfig role, int port) {
    return url(role, role.bind().host(), port);
  }

  /**
   * @param host in place of the one that it listens on
   */
  public static String url(HttpConfig role, String host, int port) {
    String shown = host.contains(":") ? "[" + host + "]" : host;
    return (role.bind().tls().isPresent() ? "https://" : "http://")
        + shown
        + ":"
        + port
        + role.naming().basePath();
  }
}
