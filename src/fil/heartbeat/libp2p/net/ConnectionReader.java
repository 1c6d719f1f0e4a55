package fil.heartbeat.libp2p.net;

import fil.heartbeat.libp2p.noise.NoiseException;
import fil.heartbeat.libp2p.noise.NoiseFrames;
import fil.heartbeat.libp2p.noise.NoiseSession;
import fil.heartbeat.libp2p.yamux.YamuxException;
import fil.heartbeat.libp2p.yamux.YamuxSession;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Passes received bytes of a connection to its session. While the session is held, because the peer
 * pings faster than the allowed rate, nothing more is read: the peer is slowed down and nothing
 * piles up. Lives on the connection's loop.
 */
final class ConnectionReader {
  /** Interval of checks whether a peer that did not read its data has read it now. */
  private static final Duration UNREAD = Duration.ofMillis(100);

  /** What was decrypted last on this thread; absent while a reader uses it. */
  private static final ThreadLocal<byte @Nullable []> PLAINTEXT = new ThreadLocal<>();

  private interface Input {
    /** Passes bytes on; returns whether any were accepted. */
    boolean take() throws YamuxException;
  }

  private final Connection connection;
  private final Wire wire;
  private final Loop loop;
  private final NoiseFrames frames;
  private final NoiseSession noise;
  private final YamuxSession session;
  private final UnreadTime unread = new UnreadTime();
  private Loop.Timer retry = Loop.Timer.NONE;
  private boolean holding;

  ConnectionReader(Connection connection, Wire wire, NoiseFrames frames, NoiseSession noise) {
    this.connection = connection;
    this.wire = wire;
    this.loop = connection.loop();
    this.frames = frames;
    this.noise = noise;
    this.session = connection.session();
  }

  /**
   * Begins to read.
   *
   * @param early plaintext that arrived during the upgrade
   */
  void start(byte[] early) {
    receive(
        () -> {
          session.receive(early, 0, early.length, loop.nanoTime());
          return true;
        });
    if (connection.isOpen() && !holding) {
      wire.resume();
    }
  }

  /** Bytes of the wire. */
  void onBytes(byte[] bytes) {
    receive(
        () -> {
          frames.receive(bytes, 0, bytes.length);
          return true;
        });
  }

  void stop() {
    retry.cancel();
  }

  /** Returns the total nanoseconds without reading. Any thread. */
  long unreadNanos() {
    return unread.nanos(loop.nanoTime());
  }

  private void receive(Input input) {
    if (!connection.isOpen()) {
      return;
    }
    long now = loop.nanoTime();
    try {
      if (input.take()) {
        connection.arrived(now);
        takeMessages(now);
      }
      while (connection.isOpen() && session.isHeld()) {
        connection.writeQueue().flush();
        if (session.heldNanos(now) > 0 || !session.resume(now)) {
          hold(now);
          break;
        }
        takeMessages(now);
      }
      connection.streams().countSession(session);
      if (connection.isOpen()) {
        connection.holds(frames.held() + session.heldBytes());
        connection.writeQueue().flush();
      }
    } catch (NoiseException | YamuxException | RuntimeException cause) {
      connection.streams().countSession(session);
      connection.broken(cause);
    }
  }

  private void takeMessages(long now) throws NoiseException, YamuxException {
    byte[] mine = PLAINTEXT.get();
    byte[] plaintext = mine == null ? new byte[NoiseSession.MAX_PLAINTEXT] : mine;
    PLAINTEXT.remove();
    try {
      takeMessages(plaintext, now);
    } finally {
      PLAINTEXT.set(plaintext);
    }
  }

  private void takeMessages(byte[] plaintext, long now) throws NoiseException, YamuxException {
    int length;
    while (connection.isOpen()
        && !session.isHeld()
        && (length = frames.advance(NoiseFrames.MAX_TRANSPORT_MESSAGE)) != NoiseFrames.NONE) {
      int bytes = noise.decrypt(frames.array(), frames.offset(), length, plaintext);
      frames.letGo();
      session.receive(plaintext, 0, bytes, now);
    }
  }

  private void hold(long now) {
    long wait = session.heldNanos(now);
    retry.cancel();
    retry = loop.after(wait > 0 ? Duration.ofNanos(wait) : UNREAD, this::resumeReading);
    if (!holding) {
      holding = true;
      unread.begin(now);
      wire.pause();
    }
  }

  private void resumeReading() {
    receive(() -> session.resume(loop.nanoTime()));
    if (holding && connection.isOpen() && !session.isHeld()) {
      holding = false;
      unread.end(loop.nanoTime());
      wire.resume();
    }
  }
}
