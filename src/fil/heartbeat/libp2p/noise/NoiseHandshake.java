package fil.heartbeat.libp2p.noise;

import fil.heartbeat.libp2p.Libp2pException;
import fil.heartbeat.libp2p.PeerId;
import fil.heartbeat.libp2p.PublicKey;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code Noise_XX_25519_ChaChaPoly_SHA256}, either side, one message at a time. Each step is
 * arithmetic of a fraction of a millisecond, which few may delay others by. Spec: libp2p noise;
 * Noise revision 34, pattern XX: {@code -> e / <- e, ee, s, es / -> s, se}.
 */
public final class NoiseHandshake {

  /** The second message without its payload: a key, a sealed key and the payload's tag. */
  static final int MIN_SECOND_MESSAGE = 2 * DhKey.LENGTH + 2 * Aead.TAG;

  private static final int FIRST_MESSAGE = DhKey.LENGTH;
  private static final int SEALED_KEY = DhKey.LENGTH + Aead.TAG;
  private static final int MIN_THIRD_MESSAGE = SEALED_KEY + Aead.TAG;
  private static final int MAX_NAMES = 200;
  private static final byte[] NO_BYTES = {};

  /** The next step of the handshake. */
  private enum Step {
    SEND_FIRST,
    RECEIVE_FIRST,
    RECEIVE_SECOND,
    RECEIVE_THIRD,
    DONE,
    FAILED
  }

  private final NoiseStatic local;
  private final @Nullable PeerId expected;
  private final Supplier<DhKey> fresh;
  private @Nullable DhKey made;
  private final SymmetricState symmetric = new SymmetricState();
  private byte[] remoteEphemeral = NO_BYTES;
  private Step step;
  private @Nullable Result result;

  /** The outcome. {@code muxer} is null when it has to be negotiated by multistream-select. */
  public record Result(PeerId remotePeer, NoiseSession session, @Nullable String muxer) {}

  /** Creates the side that dials and requires the peer's id. */
  public static NoiseHandshake initiator(NoiseStatic local, PeerId expected, SecureRandom random) {
    return new NoiseHandshake(local, expected, () -> DhKey.generate(random), Step.SEND_FIRST);
  }

  static NoiseHandshake initiator(NoiseStatic local, PeerId expected, DhKey ephemeral) {
    return new NoiseHandshake(local, expected, () -> ephemeral, Step.SEND_FIRST);
  }

  /** Creates the side that was dialled. */
  public static NoiseHandshake responder(NoiseStatic local, SecureRandom random) {
    return new NoiseHandshake(local, null, () -> DhKey.generate(random), Step.RECEIVE_FIRST);
  }

  static NoiseHandshake responder(NoiseStatic local, DhKey ephemeral) {
    return new NoiseHandshake(local, null, () -> ephemeral, Step.RECEIVE_FIRST);
  }

  private NoiseHandshake(
      NoiseStatic local, @Nullable PeerId expected, Supplier<DhKey> fresh, Step step) {
    this.local = local;
    this.expected = expected;
    this.fresh = fresh;
    this.step = step;
  }

  /** Made by the first step: it is arithmetic too, and many sockets never say a word. */
  private DhKey ephemeral() {
    DhKey key = made;
    if (key == null) {
      key = fresh.get();
      made = key;
    }
    return key;
  }

  /** Returns the initiator's first frame (with its length prefix); empty for a responder. */
  public byte[] start() throws NoiseException {
    return switch (step) {
      case RECEIVE_FIRST -> NO_BYTES;
      case SEND_FIRST -> {
        symmetric.mixHash(ephemeral().publicKey());
        byte[] payload = symmetric.encryptAndHash(NO_BYTES);
        step = Step.RECEIVE_SECOND;
        yield frame(ephemeral().publicKey(), payload);
      }
      case RECEIVE_SECOND, RECEIVE_THIRD, DONE, FAILED -> throw outOfTurn("start");
    };
  }

  /**
   * Takes one whole Noise message (without its length prefix).
   *
   * @return the frame to send in answer (with its length prefix), empty when there is none
   * @throws NoiseException after which the handshake has failed for good
   */
  public byte[] receive(byte[] message) throws NoiseException {
    Step now = step;
    step = Step.FAILED;
    result = null;
    return switch (now) {
      case RECEIVE_FIRST -> receiveFirst(message);
      case RECEIVE_SECOND -> receiveSecond(message);
      case RECEIVE_THIRD -> receiveThird(message);
      case SEND_FIRST, DONE, FAILED -> throw outOfTurn("message");
    };
  }

  /** Returns the outcome, or null before the last message. */
  public @Nullable Result result() {
    return result;
  }

  /** Returns a copy of the hash of all messages. */
  byte[] hash() {
    return symmetric.hash();
  }

  private byte[] receiveFirst(byte[] message) throws NoiseException {
    if (message.length != FIRST_MESSAGE) {
      throw NoiseException.invalid(
          "noise message 1: "
              + message.length
              + " bytes (expected: "
              + FIRST_MESSAGE
              + ", a key without payload)");
    }
    remoteEphemeral = message.clone();
    symmetric.mixHash(remoteEphemeral);
    symmetric.mixHash(NO_BYTES);
    symmetric.mixHash(ephemeral().publicKey());
    symmetric.mixKey(ephemeral().agree(remoteEphemeral));
    byte[] sealedKey = symmetric.encryptAndHash(local.key().publicKey());
    symmetric.mixKey(local.key().agree(remoteEphemeral));
    byte[] payload = symmetric.encryptAndHash(local.payload());
    step = Step.RECEIVE_THIRD;
    return frame(ephemeral().publicKey(), sealedKey, payload);
  }

  private byte[] receiveSecond(byte[] message) throws NoiseException {
    requireLength("message 2", message, MIN_SECOND_MESSAGE);
    remoteEphemeral = Arrays.copyOf(message, DhKey.LENGTH);
    symmetric.mixHash(remoteEphemeral);
    symmetric.mixKey(ephemeral().agree(remoteEphemeral));
    byte[] remoteStatic = symmetric.decryptAndHash(message, DhKey.LENGTH, SEALED_KEY);
    symmetric.mixKey(ephemeral().agree(remoteStatic));
    NoisePayload remote = openPayload(message, DhKey.LENGTH + SEALED_KEY);
    PeerId remotePeer = verify(remote, remoteStatic);
    String muxer = choose(local.muxers(), remote.muxers());

    byte[] sealedKey = symmetric.encryptAndHash(local.key().publicKey());
    symmetric.mixKey(local.key().agree(remoteEphemeral));
    byte[] payload = symmetric.encryptAndHash(local.payload());
    byte[][] keys = symmetric.split();
    finish(new Result(remotePeer, new NoiseSession(keys[0], keys[1]), muxer));
    return frame(sealedKey, payload);
  }

  private byte[] receiveThird(byte[] message) throws NoiseException {
    requireLength("message 3", message, MIN_THIRD_MESSAGE);
    byte[] remoteStatic = symmetric.decryptAndHash(message, 0, SEALED_KEY);
    symmetric.mixKey(ephemeral().agree(remoteStatic));
    NoisePayload remote = openPayload(message, SEALED_KEY);
    PeerId remotePeer = verify(remote, remoteStatic);
    String muxer = choose(remote.muxers(), local.muxers());
    byte[][] keys = symmetric.split();
    finish(new Result(remotePeer, new NoiseSession(keys[1], keys[0]), muxer));
    return NO_BYTES;
  }

  private void finish(Result outcome) {
    result = outcome;
    step = Step.DONE;
  }

  private NoisePayload openPayload(byte[] message, int offset) throws NoiseException {
    return NoisePayload.decode(symmetric.decryptAndHash(message, offset, message.length - offset));
  }

  /** Compares the id before it checks the signature: a wrong peer costs no signature check. */
  private PeerId verify(NoisePayload remote, byte[] remoteStatic) throws NoiseException {
    PublicKey key;
    try {
      key = PublicKey.fromProtobuf(remote.identityKey());
    } catch (Libp2pException e) {
      throw NoiseException.invalid("noise payload: identity key: " + e.getMessage(), e);
    }
    PeerId peer = PeerId.of(key);
    if (expected != null && !expected.equals(peer)) {
      throw new NoiseException(
          NoiseException.Reason.WRONG_PEER,
          "noise peer: " + peer + " (expected: " + expected + ")");
    }
    if (!key.verify(NoisePayload.signed(remoteStatic), remote.signature())) {
      throw NoiseException.invalid(
          "noise payload: signature of " + peer + " (expected: one over its static key)");
    }
    return peer;
  }

  /** Chooses the muxer when both sides sent a list; if one is empty, multistream-select decides. */
  private static @Nullable String choose(List<String> initiators, List<String> responders)
      throws NoiseException {
    if (initiators.isEmpty() || responders.isEmpty()) {
      return null;
    }
    for (String muxer : initiators) {
      if (responders.contains(muxer)) {
        return muxer;
      }
    }
    throw new NoiseException(
        NoiseException.Reason.NO_MUXER,
        "noise muxers: initiator "
            + printable(initiators)
            + ", responder "
            + printable(responders)
            + " (expected: one in common)");
  }

  /** Makes names from the peer fit for a message: short and in printable ASCII. */
  private static String printable(List<String> names) {
    String text = names.toString().replaceAll("[^ -~]", "?");
    return text.length() <= MAX_NAMES ? text : text.substring(0, MAX_NAMES) + "…";
  }

  private static void requireLength(String what, byte[] message, int min) throws NoiseException {
    if (message.length < min || message.length > NoiseFrames.MAX_HANDSHAKE_MESSAGE) {
      throw NoiseException.invalid(
          "noise "
              + what
              + ": "
              + message.length
              + " bytes (expected: "
              + min
              + " to "
              + NoiseFrames.MAX_HANDSHAKE_MESSAGE
              + ")");
    }
  }

  private static byte[] frame(byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    byte[] frame = new byte[NoiseFrames.PREFIX + length];
    NoiseFrames.writePrefix(length, frame, 0);
    int at = NoiseFrames.PREFIX;
    for (byte[] part : parts) {
      System.arraycopy(part, 0, frame, at, part.length);
      at += part.length;
    }
    return frame;
  }

  private static NoiseException outOfTurn(String what) {
    return NoiseException.invalid("noise handshake: a " + what + " out of turn");
  }
}
