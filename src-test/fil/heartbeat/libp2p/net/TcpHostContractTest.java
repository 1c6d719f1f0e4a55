package fil.heartbeat.libp2p.net;

import fil.heartbeat.libp2p.LimitContract;

/** The built-in host fulfils the contract. */
class TcpHostContractTest extends LimitContract {
  @Override
  protected String listening() {
    return "built-in";
  }
}
