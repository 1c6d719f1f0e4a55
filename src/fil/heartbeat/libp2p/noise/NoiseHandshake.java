package fil.heartbeat.libp2p.noise;

import fil.heartbeat.libp2p.PeerId;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/**
 * {@code Noise_XX_25519_ChaChaPoly_SHA256}, either side, one message at a time. Each step is
 * arithmetic of a fraction of a millisecond: run it on a pool, one step at a time. Spec: libp2p
 * noise.
 */
public final class NoiseHandshake {

  /** The outcome. {@code muxer} is null when it has to be negotiated by multistream-select. */
  public record Result(PeerId remotePeer, NoiseSession session, @Nullable String muxer) {}

  /** Our side dials and insists on the peer's id. */
  public static NoiseHandshake initiator(NoiseStatic local, PeerId expected, SecureRandom random) {
    throw new UnsupportedOperationException();
  }

  /** Our side was dialled. */
  public static NoiseHandshake responder(NoiseStatic local, SecureRandom random) {
    throw new UnsupportedOperationException();
  }

  private NoiseHandshake() {}

  /** The initiator's first frame (with its length prefix); empty for a responder. */
  public byte[] start() throws NoiseException {
    throw new UnsupportedOperationException();
  }

  /**
   * Takes one whole Noise message (without its length prefix).
   *
   * @return the frame to send in answer (with its length prefix), empty when there is none
   * @throws NoiseException after which the handshake is dead and holds no session
   */
  public byte[] receive(byte[] message) throws NoiseException {
    throw new UnsupportedOperationException();
  }

  /** The outcome, or null before the last message. */
  public @Nullable Result result() {
    throw new UnsupportedOperationException();
  }
}
