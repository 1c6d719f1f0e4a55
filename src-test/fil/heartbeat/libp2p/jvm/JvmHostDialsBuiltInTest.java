package fil.heartbeat.libp2p.jvm;

import fil.heartbeat.libp2p.LimitContract;

/** The contract holds when jvm-libp2p dials the built-in host. */
class JvmHostDialsBuiltInTest extends LimitContract {
  @Override
  protected String listening() {
    return "built-in";
  }

  @Override
  protected String dialling() {
    return "jvm-libp2p";
  }
}
