package fil.heartbeat.chain.source;

import java.time.Instant;
import java.util.Optional;

/** Calls of the methods of one node, and what they show of its connection. */
interface NodeCalls extends RpcCaller {

  /** Returns the connections made so far; after a new one, another node may answer. */
  int connections();

  /** Returns the server's clock at the last answer, in whole seconds; empty when it sends none. */
  Optional<Instant> date();

  /** Aborts pending requests and closes the client. */
  void close();
}
