package fil.heartbeat.libp2p.net;

import fil.heartbeat.libp2p.HostContract;

/** The built-in host keeps the contract. */
class TcpHostContractTest extends HostContract {
  @Override
  protected String listening() {
    return "built-in";
  }
}
