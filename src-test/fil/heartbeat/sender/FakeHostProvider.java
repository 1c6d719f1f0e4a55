package fil.heartbeat.sender;

import fil.heartbeat.libp2p.Host;
import fil.heartbeat.libp2p.HostConfig;
import fil.heartbeat.libp2p.HostProvider;
import fil.heartbeat.libp2p.Identity;
import fil.heartbeat.testing.FakeHost;
import io.vertx.core.Vertx;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Creates hosts that a test can inspect; registered in {@code META-INF/services} of the tests. */
public final class FakeHostProvider implements HostProvider {
  static final String NAME = "fake";

  private static final Map<Vertx, Queue<FakeHost>> MADE = new ConcurrentHashMap<>();

  /** Returns the hosts created for a Vert.x so far. */
  static Queue<FakeHost> made(Vertx vertx) {
    return MADE.computeIfAbsent(vertx, key -> new ConcurrentLinkedQueue<>());
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Host create(Vertx vertx, Identity identity, HostConfig config) {
    FakeHost host = new FakeHost(identity.peerId());
    made(vertx).add(host);
    return host;
  }
}
