package fil.heartbeat.libp2p;

/** Serves inbound streams of a protocol. Called on an event loop of the host: must not block. */
@FunctionalInterface
public interface ProtocolHandler {

  /** Accepts a stream whose protocol was just agreed; returns the listener for its data. */
  StreamListener onStream(Stream stream);
}
