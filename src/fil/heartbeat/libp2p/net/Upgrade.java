package fil.heartbeat.libp2p.net;

import fil.heartbeat.libp2p.Libp2pException.Code;
import fil.heartbeat.libp2p.PeerId;
import fil.heartbeat.libp2p.multistream.MultistreamException;
import fil.heartbeat.libp2p.multistream.Negotiation;
import fil.heartbeat.libp2p.noise.NoiseException;
import fil.heartbeat.libp2p.noise.NoiseFrames;
import fil.heartbeat.libp2p.noise.NoiseHandshake;
import fil.heartbeat.libp2p.noise.NoiseSession;
import fil.heartbeat.libp2p.noise.NoiseStatic;
import java.io.ByteArrayOutputStream;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The upgrade of an open socket to a session, as a value machine: the security protocol is agreed
 * in the clear, Noise proves both sides, and the muxer is agreed inside it unless the handshake
 * already did. Spec: libp2p connections.
 *
 * <p>The owner passes received bytes to {@link #receive}, sends the result of {@link #takeOutput},
 * and runs {@link #step} on another thread, since it is expensive, passing its result to {@link
 * #stepDone}. Bytes that arrive while a step runs wait here; the owner stops reading meanwhile.
 */
final class Upgrade {
  static final String NOISE = "/noise";
  static final String YAMUX = "/yamux/1.0.0";

  /** Handshake arithmetic; one at a time. */
  interface Step {
    /** Returns the bytes to send in answer. */
    byte[] run() throws NoiseException;
  }

  /**
   * A usable connection.
   *
   * @param frames holds ciphertext that arrived early
   * @param early plaintext that arrived right behind the agreement, for the muxer
   */
  @SuppressWarnings("ArrayRecordComponent") // passed on once, never compared
  record Outcome(PeerId peer, NoiseSession session, NoiseFrames frames, byte[] early) {}

  /** The stages of an upgrade; their texts appear in messages. */
  enum Stage {
    SECURITY("the security protocol was agreed"),
    HANDSHAKE("the Noise handshake was done"),
    MUXER("the muxer was agreed"),
    DONE("");

    private final String missing;

    Stage(String missing) {
      this.missing = missing;
    }

    /** Returns what is missing when an upgrade stops in this stage. */
    String missing() {
      return missing;
    }
  }

  private final boolean dialer;
  private final NoiseHandshake handshake;
  private final NoiseFrames frames = new NoiseFrames();
  private final ByteArrayOutputStream output = new ByteArrayOutputStream();
  private Stage stage = Stage.SECURITY;
  private boolean spoken;
  private Negotiation negotiation;
  private @Nullable Step step;
  private NoiseHandshake.@Nullable Result secured;
  private @Nullable Outcome outcome;

  private Upgrade(boolean dialer, NoiseHandshake handshake, Negotiation security) {
    this.dialer = dialer;
    this.handshake = handshake;
    this.negotiation = security;
    collectNegotiation();
  }

  static Upgrade dialer(NoiseStatic local, PeerId expected, SecureRandom random) {
    return new Upgrade(
        true,
        NoiseHandshake.initiator(local, expected, random),
        Negotiation.dialer(List.of(NOISE)));
  }

  static Upgrade listener(NoiseStatic local, SecureRandom random) {
    return new Upgrade(
        false, NoiseHandshake.responder(local, random), Negotiation.listener(NOISE::equals));
  }

  Stage stage() {
    return stage;
  }

  /** Whether the other side has sent anything of the Noise handshake. */
  boolean spoken() {
    return spoken;
  }

  /** Returns the bytes to send now; empty when there are none. */
  byte[] takeOutput() {
    byte[] bytes = output.toByteArray();
    output.reset();
    return bytes;
  }

  /**
   * Returns the computation that must finish before the upgrade continues; null when there is none.
   */
  @Nullable Step step() {
    return step;
  }

  /** Returns the result; null before the end. */
  @Nullable Outcome outcome() {
    return outcome;
  }

  /** Takes received bytes. */
  void receive(byte[] bytes) throws UpgradeException {
    int taken = 0;
    if (stage == Stage.SECURITY) {
      taken = negotiate(bytes, "security");
      if (negotiation.selected() == null) {
        return;
      }
      stage = Stage.HANDSHAKE;
      if (dialer) {
        step = handshake::start;
      }
    }
    spoken |= bytes.length > taken;
    frames.receive(bytes, taken, bytes.length - taken);
    advance();
  }

  /** Takes the result of the step. */
  void stepDone(byte[] frame) throws UpgradeException {
    step = null;
    output.writeBytes(frame);
    NoiseHandshake.Result result = handshake.result();
    if (result != null) {
      secured = result;
      String muxer = result.muxer();
      if (muxer == null) {
        stage = Stage.MUXER;
        negotiation =
            dialer ? Negotiation.dialer(List.of(YAMUX)) : Negotiation.listener(YAMUX::equals);
        collectNegotiation();
      } else {
        finish(result, new byte[0]);
      }
    }
    advance();
  }

  /** Translates the exception of a step. */
  static UpgradeException failure(NoiseException cause) {
    return switch (cause.reason()) {
      case INVALID, EXHAUSTED ->
          new UpgradeException("noise", Code.HANDSHAKE_FAILED, cause.getMessage());
      case WRONG_PEER -> new UpgradeException("wrong-peer", Code.WRONG_PEER, cause.getMessage());
      case NO_MUXER -> new UpgradeException("muxer", Code.HANDSHAKE_FAILED, cause.getMessage());
    };
  }

  private void advance() throws UpgradeException {
    try {
      while (step == null) {
        if (stage == Stage.HANDSHAKE) {
          byte[] message = frames.next(NoiseFrames.MAX_HANDSHAKE_MESSAGE);
          if (message == null) {
            return;
          }
          step = () -> handshake.receive(message);
        } else if (stage == Stage.MUXER && secured != null) {
          byte[] message = frames.next(NoiseFrames.MAX_TRANSPORT_MESSAGE);
          if (message == null) {
            return;
          }
          byte[] plaintext = secured.session().decrypt(message);
          int taken = negotiate(plaintext, "muxer");
          if (negotiation.selected() != null) {
            finish(secured, Arrays.copyOfRange(plaintext, taken, plaintext.length));
          }
        } else {
          return;
        }
      }
    } catch (NoiseException cause) {
      throw failure(cause);
    }
  }

  private void finish(NoiseHandshake.Result result, byte[] early) {
    stage = Stage.DONE;
    outcome = new Outcome(result.remotePeer(), result.session(), frames, early);
  }

  private int negotiate(byte[] bytes, String what) throws UpgradeException {
    try {
      int taken = negotiation.receive(bytes, 0, bytes.length);
      collectNegotiation();
      return taken;
    } catch (MultistreamException cause) {
      throw new UpgradeException(what, Code.HANDSHAKE_FAILED, cause.getMessage());
    }
  }

  private void collectNegotiation() {
    byte[] bytes = negotiation.takeOutput();
    if (bytes.length == 0) {
      return;
    }
    if (secured == null) {
      output.writeBytes(bytes);
      return;
    }
    try {
      output.writeBytes(secured.session().encrypt(bytes, 0, bytes.length));
    } catch (NoiseException cause) {
      throw new IllegalStateException("a fresh session cannot be exhausted", cause);
    }
  }
}
