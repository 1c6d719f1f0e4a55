package fil.heartbeat.libp2p.jvm;

import fil.heartbeat.libp2p.LimitContract;

/** The host on jvm-libp2p fulfils the contract. */
class JvmHostContractTest extends LimitContract {
  @Override
  protected String listening() {
    return "jvm-libp2p";
  }

  @Override
  protected String dialling() {
    return "jvm-libp2p";
  }
}
