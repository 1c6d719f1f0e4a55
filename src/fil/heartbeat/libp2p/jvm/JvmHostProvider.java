package fil.heartbeat.libp2p.jvm;

import fil.heartbeat.libp2p.Host;
import fil.heartbeat.libp2p.HostConfig;
import fil.heartbeat.libp2p.HostProvider;
import fil.heartbeat.libp2p.Identity;
import io.vertx.core.Vertx;

/** Offers {@link JvmHost} to the service loader, which needs this class and its constructor. */
public final class JvmHostProvider implements HostProvider {

  public JvmHostProvider() {}

  @Override
  public String name() {
    return JVM_LIBP2P;
  }

  @Override
  public Host create(Vertx vertx, Identity identity, HostConfig config) {
    return new JvmHost(vertx, identity, config);
  }
}
