package fil.heartbeat.libp2p.protobuf;

/** Bytes that are not a protobuf message, or not one within the limits. */
public final class ProtobufException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Says what was found and what was expected. */
  public ProtobufException(String message) {
    super(message);
  }
}
