package fil.heartbeat.libp2p.net;

import fil.heartbeat.libp2p.Identity;
import fil.heartbeat.libp2p.KeyType;
import fil.heartbeat.libp2p.PeerId;
import fil.heartbeat.libp2p.Randomness;
import fil.heartbeat.libp2p.noise.NoiseException;
import fil.heartbeat.libp2p.noise.NoiseFrames;
import fil.heartbeat.libp2p.noise.NoiseStatic;
import fil.heartbeat.libp2p.yamux.YamuxEvents;
import fil.heartbeat.libp2p.yamux.YamuxException;
import fil.heartbeat.libp2p.yamux.YamuxLimits;
import fil.heartbeat.libp2p.yamux.YamuxSession;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A peer that follows the protocols up to the muxer and then does what the test says. It records
 * what it receives; the test overrides what it answers.
 */
class RawPeer implements YamuxEvents {
  final Identity identity;
  final List<String> events = new ArrayList<>();
  final ByteArrayOutputStream received = new ByteArrayOutputStream();
  final Upgrade upgrade;
  final YamuxSession session;
  private final FakeWire wire;
  private final ManualLoop loop;

  /** Creates a listener with a new identity. */
  RawPeer(ManualLoop loop, FakeWire wire) {
    this(loop, wire, Identity.generate(KeyType.ED25519), null);
  }

  /** Creates a dialer with a new identity. */
  RawPeer(ManualLoop loop, FakeWire wire, PeerId expected) {
    this(loop, wire, Identity.generate(KeyType.ED25519), expected);
  }

  /**
   * @param expected the dialled peer; null when it listens
   */
  RawPeer(ManualLoop loop, FakeWire wire, Identity identity, @Nullable PeerId expected) {
    this.identity = identity;
    this.loop = loop;
    this.wire = wire;
    NoiseStatic noise = NoiseStatic.create(identity, List.of(Upgrade.YAMUX), Randomness.source());
    boolean dialer = expected != null;
    upgrade =
        expected != null
            ? Upgrade.dialer(noise, expected, Randomness.source())
            : Upgrade.listener(noise, Randomness.source());
    session = new YamuxSession(dialer, new YamuxLimits(100_000, 1_000, 100_000, 32, 1_000), this);
    wire.owner(this::onBytes, () -> events.add("wire closed"));
    wire.resume();
    sendUpgrade();
  }

  PeerId id() {
    return identity.peerId();
  }

  /** Sends the session's output. */
  void flush() {
    byte[] plaintext = session.takeOutput();
    Upgrade.Outcome secured = upgrade.outcome();
    if (plaintext.length > 0 && secured != null) {
      sendPlaintext(plaintext);
    }
  }

  /** Sends these bytes inside of Noise, whatever they mean. */
  void sendPlaintext(byte[] plaintext) {
    Upgrade.Outcome secured = upgrade.outcome();
    if (secured == null) {
      throw new AssertionError("not upgraded");
    }
    try {
      byte[] frames = secured.session().encrypt(plaintext, 0, plaintext.length);
      wire.write(frames, taken -> {});
    } catch (NoiseException impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** Opens a stream and sends these bytes at once. */
  @CanIgnoreReturnValue
  int openWith(byte[] bytes) {
    int id = session.open();
    long mark = session.write(id, bytes, 0, bytes.length);
    if (mark < 0) {
      throw new AssertionError("not written");
    }
    flush();
    return id;
  }

  /** multistream-select messages, each with its length and newline. */
  static byte[] multistream(String... messages) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (String message : messages) {
      byte[] text = (message + "\n").getBytes(StandardCharsets.UTF_8);
      bytes.write(text.length);
      bytes.writeBytes(text);
    }
    return bytes.toByteArray();
  }

  private void onBytes(byte[] bytes) {
    try {
      Upgrade.Outcome secured = upgrade.outcome();
      if (secured == null) {
        upgrade.receive(bytes);
        sendUpgrade();
        secured = upgrade.outcome();
        if (secured == null) {
          return;
        }
        byte[] early = secured.early();
        session.receive(early, 0, early.length, loop.nanoTime());
        onUpgraded();
      } else {
        secured.frames().receive(bytes, 0, bytes.length);
      }
      byte[] message;
      while ((message = secured.frames().next(NoiseFrames.MAX_TRANSPORT_MESSAGE)) != null) {
        byte[] plaintext = secured.session().decrypt(message);
        session.receive(plaintext, 0, plaintext.length, loop.nanoTime());
      }
      flush();
    } catch (UpgradeException | NoiseException | YamuxException failure) {
      events.add("failed " + failure.getMessage());
    }
  }

  private void sendUpgrade() {
    try {
      Upgrade.Step step;
      send();
      while ((step = upgrade.step()) != null) {
        upgrade.stepDone(step.run());
        send();
      }
    } catch (UpgradeException | NoiseException failure) {
      events.add("failed " + failure.getMessage());
    }
  }

  private void send() {
    byte[] bytes = upgrade.takeOutput();
    if (bytes.length > 0) {
      wire.write(bytes, taken -> {});
    }
  }

  /** Called when the connection is usable. */
  void onUpgraded() {}

  @Override
  public void onStream(int streamId) {
    events.add("stream " + streamId);
  }

  @Override
  public void onData(int streamId, byte[] bytes, int offset, int length) {
    received.write(bytes, offset, length);
    session.consumed(streamId, length);
  }

  @Override
  public void onRemoteClose(int streamId) {
    events.add("fin " + streamId);
  }

  @Override
  public void onReset(int streamId, long code) {
    events.add("reset " + streamId);
  }

  @Override
  public void onWritten(int streamId, long mark) {}

  @Override
  public void onClosed(int streamId) {
    events.add("closed " + streamId);
  }

  @Override
  public void onPong(long roundTripNanos) {
    events.add("pong");
  }

  @Override
  public void onGoAway(long code) {
    events.add("go away " + code);
  }
}
