package fil.heartbeat.libp2p.jvm;

import fil.heartbeat.libp2p.PeerContract;

/** The contract holds when the built-in host dials jvm-libp2p. */
class JvmHostListensToBuiltInTest extends PeerContract {
  @Override
  protected String listening() {
    return "jvm-libp2p";
  }

  @Override
  protected String dialling() {
    return "built-in";
  }
}
