package fil.heartbeat.libp2p.jvm;

import fil.heartbeat.libp2p.LimitContract;

/** The contract holds when the built-in host dials jvm-libp2p. */
class JvmHostListensToBuiltInTest extends LimitContract {
  @Override
  protected String listening() {
    return "jvm-libp2p";
  }

  @Override
  protected String dialling() {
    return "built-in";
  }
}
