package fil.heartbeat.libp2p;

/** How far a dial has come, for those who watch one. */
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
