package fil.heartbeat.libp2p.noise;

import fil.heartbeat.libp2p.Identity;
import java.security.SecureRandom;
import java.util.List;

/**
 * A host's long-lived side of Noise: its X25519 static key and the payload that binds it to the
 * identity, signed once. Shared by all handshakes of the host; immutable.
 */
public final class NoiseStatic {

  private final DhKey key;
  private final byte[] payload;
  private final List<String> muxers;

  /**
   * @param muxers muxers to offer inside the handshake, in order of preference; empty offers none
   */
  public static NoiseStatic create(Identity identity, List<String> muxers, SecureRandom random) {
    return create(identity, muxers, DhKey.generate(random));
  }

  static NoiseStatic create(Identity identity, List<String> muxers, DhKey key) {
    byte[] signature = identity.sign(NoisePayload.signed(key.publicKey()));
    byte[] payload = NoisePayload.encode(identity.publicKey().toProtobuf(), signature, muxers);
    return new NoiseStatic(key, payload, muxers);
  }

  /**
   * @param payload sent unchanged
   * @param muxers the muxers that the payload offers
   */
  NoiseStatic(DhKey key, byte[] payload, List<String> muxers) {
    int longest = NoiseFrames.MAX_HANDSHAKE_MESSAGE - NoiseHandshake.MIN_SECOND_MESSAGE;
    if (muxers.size() > NoisePayload.MAX_MUXERS || payload.length > longest) {
      throw new IllegalArgumentException(
          "noise payload: "
              + muxers.size()
              + " muxers, "
              + payload.length
              + " bytes (expected: at most "
              + NoisePayload.MAX_MUXERS
              + " muxers, "
              + longest
              + " bytes)");
    }
    this.key = key;
    this.payload = payload;
    this.muxers = List.copyOf(muxers);
  }

  DhKey key() {
    return key;
  }

  /** Returns the payload; callers must not change the array. */
  byte[] payload() {
    return payload;
  }

  List<String> muxers() {
    return muxers;
  }
}
