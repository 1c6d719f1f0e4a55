package fil.heartbeat.sender;

class BuiltInTransportTest extends HeartbeatTransportContract {
  @Override
  protected String implementation() {
    return "built-in";
  }
}
