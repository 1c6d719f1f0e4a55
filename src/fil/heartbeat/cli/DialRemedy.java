package fil.heartbeat.cli;

import fil.heartbeat.libp2p.Libp2pException;

/** The remedy when a target cannot be dialled. */
final class DialRemedy {
  private DialRemedy() {}

  /** In a few words. */
  static String of(Libp2pException e) {
    return switch (e.code()) {
      case BAD_ADDRESS -> "correct the target";
      case UNRESOLVED -> "correct the name in the target, or the machine's DNS";
      case BIND_FAILED -> "free the port";
      case CONNECT_FAILED -> "is the aggregator up, and is its port open to this machine?";
      case HANDSHAKE_FAILED ->
          "is it a libp2p peer that speaks Noise, and does it allow this peer id?";
      case WRONG_PEER -> "ask the fleet operator for the present peer id of the aggregator";
      case PROTOCOL_REFUSED -> "the peer is no aggregator: it does not serve fil/heartbeat/1.0.0";
      case TIMEOUT -> "is a firewall dropping packets, or is the peer overloaded?";
      case LIMIT -> "raise the limit that is named";
      case SUPPLANTED -> "is this key in use elsewhere?";
      case PROTOCOL_ERROR, RESET, CONNECTION_LOST, CLOSED -> "try again; ask the fleet operator";
    };
  }
}
