package fil.heartbeat.libp2p;

/** The steps of a dial, for progress listeners. */
public enum DialStep {
  /** The name has addresses. */
  RESOLVED,
  /** A socket is connected. */
  CONNECTED,
  /** The peer proved the id that was dialled. */
  SECURED,
  /** The muxer is agreed: the connection is usable. */
  MUXED
}
