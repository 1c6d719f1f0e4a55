package fil.heartbeat.libp2p;

import io.vertx.core.Vertx;

/** An implementation of the face, found by {@link java.util.ServiceLoader}. */
public interface HostProvider {

  /**
   * The name that {@code libp2p.implementation} selects: {@code built-in} or {@code jvm-libp2p}.
   */
  String name();

  /** Makes a host; it does no I/O before {@link Host#listen} or {@link Host#open}. */
  Host create(Vertx vertx, Identity identity, HostConfig config);
}
