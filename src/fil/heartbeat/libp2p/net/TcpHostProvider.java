package fil.heartbeat.libp2p.net;

import fil.heartbeat.libp2p.Host;
import fil.heartbeat.libp2p.HostConfig;
import fil.heartbeat.libp2p.HostGroup;
import fil.heartbeat.libp2p.HostProvider;
import fil.heartbeat.libp2p.Identity;
import io.vertx.core.Vertx;

/** Offers {@link TcpHost} to the service loader, which needs this class and its constructor. */
public final class TcpHostProvider implements HostProvider {

  /** For the service loader. */
  public TcpHostProvider() {}

  @Override
  public String name() {
    return BUILT_IN;
  }

  @Override
  public Host create(Vertx vertx, Identity identity, HostConfig config) {
    return new TcpHost(vertx, identity, config, VertxLoop.all(vertx), new SystemNames());
  }

  @Override
  public HostGroup group(Vertx vertx, HostConfig config) {
    HostResources resources =
        HostResources.create(
            vertx, "libp2p-group", config, VertxLoop.all(vertx), new SystemNames());
    return new HostGroup(
        identity -> new TcpHost(identity, config, resources, true), resources::close);
  }
}
