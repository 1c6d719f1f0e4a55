package fil.heartbeat.libp2p.jvm;

import fil.heartbeat.libp2p.HostContract;

/** The contract holds when the built-in host dials jvm-libp2p. */
class JvmHostListensToBuiltInTest extends HostContract {
  @Override
  protected String listening() {
    return "jvm-libp2p";
  }

  @Override
  protected String dialling() {
    return "built-in";
  }
}
