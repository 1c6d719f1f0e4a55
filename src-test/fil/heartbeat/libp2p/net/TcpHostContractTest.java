package fil.heartbeat.libp2p.net;

import fil.heartbeat.libp2p.PeerContract;

/** The built-in host keeps the contract. */
class TcpHostContractTest extends PeerContract {
  @Override
  protected String listening() {
    return "built-in";
  }
}
