package fil.heartbeat.libp2p.noise;

import fil.heartbeat.libp2p.protobuf.ProtobufException;
import fil.heartbeat.libp2p.protobuf.ProtobufReader;
import fil.heartbeat.libp2p.protobuf.ProtobufReader.Field;
import fil.heartbeat.libp2p.protobuf.ProtobufWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The payload by which each side proves its identity inside the handshake: its identity key, that
 * key's signature over the static Noise key, and the muxers it offers. Spec: libp2p noise, "The
 * libp2p Handshake Payload".
 */
final class NoisePayload {

  /** Most muxers that one side may offer; go-libp2p has the same limit. */
  static final int MAX_MUXERS = 100;

  private static final int IDENTITY_KEY = 1;
  private static final int IDENTITY_SIGNATURE = 2;
  private static final int EXTENSIONS = 4;
  private static final int STREAM_MUXERS = 2;
  private static final byte[] SIGNED_PREFIX =
      "noise-libp2p-static-key:".getBytes(StandardCharsets.US_ASCII);

  private final byte[] identityKey;
  private final byte[] signature;
  private final List<String> muxers;

  private NoisePayload(byte[] identityKey, byte[] signature, List<String> muxers) {
    this.identityKey = identityKey;
    this.signature = signature;
    this.muxers = muxers;
  }

  static byte[] encode(byte[] identityKey, byte[] signature, List<String> muxers) {
    ProtobufWriter payload =
        new ProtobufWriter().bytes(IDENTITY_KEY, identityKey).bytes(IDENTITY_SIGNATURE, signature);
    if (!muxers.isEmpty()) {
      ProtobufWriter extensions = new ProtobufWriter();
      for (String muxer : muxers) {
        extensions = extensions.text(STREAM_MUXERS, muxer);
      }
      payload = payload.bytes(EXTENSIONS, extensions.toBytes());
    }
    return payload.toBytes();
  }

  /** Decodes a payload. Unknown fields are skipped; of a repeated field the last counts. */
  static NoisePayload decode(byte[] encoded) throws NoiseException {
    byte[] identityKey = {};
    byte[] signature = {};
    List<String> muxers = List.of();
    try {
      for (Field field : ProtobufReader.read(encoded)) {
        switch (field.number()) {
          case IDENTITY_KEY -> identityKey = field.bytes();
          case IDENTITY_SIGNATURE -> signature = field.bytes();
          case EXTENSIONS -> muxers = muxers(field.bytes());
          default -> {}
        }
      }
    } catch (ProtobufException e) {
      throw NoiseException.invalid("noise payload: " + e.getMessage(), e);
    }
    if (identityKey.length == 0 || signature.length == 0) {
      throw NoiseException.invalid(
          "noise payload: identity key of "
              + identityKey.length
              + " and signature of "
              + signature.length
              + " bytes (expected: both)");
    }
    return new NoisePayload(identityKey, signature, muxers);
  }

  private static List<String> muxers(byte[] extensions) throws ProtobufException, NoiseException {
    List<String> muxers = new ArrayList<>();
    for (Field field : ProtobufReader.read(extensions)) {
      if (field.number() == STREAM_MUXERS) {
        muxers.add(field.text());
      }
    }
    if (muxers.size() > MAX_MUXERS) {
      throw NoiseException.invalid(
          "noise payload: " + muxers.size() + " muxers (expected: at most " + MAX_MUXERS + ")");
    }
    return List.copyOf(muxers);
  }

  /** Returns the bytes that the identity key signs to prove ownership of a static key. */
  static byte[] signed(byte[] staticPublicKey) {
    byte[] signed = new byte[SIGNED_PREFIX.length + staticPublicKey.length];
    System.arraycopy(SIGNED_PREFIX, 0, signed, 0, SIGNED_PREFIX.length);
    System.arraycopy(staticPublicKey, 0, signed, SIGNED_PREFIX.length, staticPublicKey.length);
    return signed;
  }

  /** Returns the {@code PublicKey} protobuf, unchecked; not empty. */
  byte[] identityKey() {
    return identityKey;
  }

  /** Returns the signature, unchecked; not empty. */
  byte[] signature() {
    return signature;
  }

  /** Returns the muxers in order of preference. */
  List<String> muxers() {
    return muxers;
  }
}
