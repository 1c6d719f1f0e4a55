package fil.heartbeat.libp2p.jvm;

import fil.heartbeat.sender.HeartbeatTransportContract;

class JvmTransportTest extends HeartbeatTransportContract {
  @Override
  protected String implementation() {
    return "jvm-libp2p";
  }
}
