package fil.heartbeat.libp2p.noise;

import org.jspecify.annotations.Nullable;

/** A Noise handshake or transport that cannot go on; the connection must be closed. */
public final class NoiseException extends Exception {

  /** Why. */
  public enum Reason {
    /** Broken framing, authentication, key or payload. */
    INVALID,
    /** The peer proved another id than the expected one. */
    WRONG_PEER,
    /** Both sides named muxers and have none in common. */
    NO_MUXER,
    /** The message counter is used up. */
    EXHAUSTED
  }

  private static final long serialVersionUID = 1L;
  private final Reason reason;

  /**
   * @param message what the peer did and what was expected
   */
  public NoiseException(Reason reason, String message) {
    this(reason, message, null);
  }

  private NoiseException(Reason reason, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  static NoiseException invalid(String message) {
    return new NoiseException(Reason.INVALID, message);
  }

  static NoiseException invalid(String message, Throwable cause) {
    return new NoiseException(Reason.INVALID, message, cause);
  }

  /** Returns the kind of failure. */
  public Reason reason() {
    return reason;
  }
}
