package fil.heartbeat.libp2p.noise;

import fil.heartbeat.libp2p.Identity;
import java.security.SecureRandom;
import java.util.List;

/**
 * A host's long-lived side of Noise: its X25519 static key and the payload that binds it to the
 * identity, signed once. Shared by all handshakes of the host; immutable.
 */
public final class NoiseStatic {

  /**
   * @param muxers what to offer inside the handshake, in order of preference; empty offers none
   */
  public static NoiseStatic create(Identity identity, List<String> muxers, SecureRandom random) {
    throw new UnsupportedOperationException();
  }

  private NoiseStatic() {}
}
