package fil.heartbeat.chain.source;

import io.vertx.core.json.JsonObject;

/** Collects what a node reports beside its head, for the replies on the event bus. */
interface HeadMembers {

  /** Reports nothing. */
  HeadMembers NONE = (reply, head) -> {};

  /** Adds the members that are known and not too old. */
  void addTo(JsonObject reply, ChainHead head);

  /**
   * Notes a head.
   *
   * @param connections that were made to the node so far
   */
  default void onHead(ChainHead head, int connections) {}

  /** Notes that the node gave no head. */
  default void onNoHead(Throwable failure) {}

  /** Frees the resources. */
  default void close() {}
}
