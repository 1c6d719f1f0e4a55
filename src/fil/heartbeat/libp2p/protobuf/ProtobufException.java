package fil.heartbeat.libp2p.protobuf;

/** Thrown for bytes that are not a protobuf message within the limits. */
public final class ProtobufException extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * @param message what was found and what was expected
   */
  public ProtobufException(String message) {
    super(message);
  }
}
