package fil.heartbeat.libp2p.net;

import fil.heartbeat.libp2p.ProtocolHandler;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The protocols that a host serves. Ids are added and never taken away. Thread-safe. */
final class Protocols {
  private final Map<String, ProtocolHandler> handlers = new ConcurrentHashMap<>();

  void serve(String protocolId, ProtocolHandler handler) {
    handlers.put(protocolId, handler);
  }

  boolean isServed(String protocolId) {
    return handlers.containsKey(protocolId);
  }

  /** Returns the handler of a served id. */
  ProtocolHandler handler(String protocolId) {
    ProtocolHandler handler = handlers.get(protocolId);
    if (handler == null) {
      throw new IllegalArgumentException(protocolId + " is not served");
    }
    return handler;
  }

  /** Returns all ids, sorted. */
  List<String> ids() {
    return handlers.keySet().stream().sorted().toList();
  }
}
