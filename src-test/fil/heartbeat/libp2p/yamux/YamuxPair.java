package fil.heartbeat.libp2p.yamux;

import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Two sessions back to back; what one sends reaches the other in pieces of any size. Shuffled, only
 * the frames of one stream keep their order, as with a peer whose threads share nothing else.
 */
final class YamuxPair {
  final YamuxSide dialer;
  final YamuxSide listener;
  private final Pipe toListener;
  private final Pipe toDialer;

  private static final class Pipe {
    private final YamuxSide from;
    private final YamuxSide to;
    private final @Nullable Random shuffle;
    private byte[] bytes = {};
    private int at;

    private Pipe(YamuxSide from, YamuxSide to, @Nullable Random shuffle) {
      this.from = from;
      this.to = to;
      this.shuffle = shuffle;
    }

    /** Moves at most this many bytes; returns how many were moved. */
    private int move(int most) throws YamuxException {
      if (to.session.isHeld()) {
        to.nowNanos += to.session.heldNanos(to.nowNanos);
        if (!to.session.resume(to.nowNanos)) {
          return 0;
        }
      }
      if (at == bytes.length) {
        bytes = from.session.takeOutput();
        at = 0;
        from.session.checkInvariants();
        checkFrames();
        if (shuffle != null) {
          bytes = YamuxFrames.shuffled(bytes, shuffle);
        }
      }
      int part = Math.min(most, bytes.length - at);
      int offset = at;
      at += part;
      try {
        to.session.receive(bytes, offset, part, to.nowNanos);
      } finally {
        to.session.checkInvariants();
      }
      return part;
    }

    private void checkFrames() {
      List<String> frames = YamuxFrames.read(bytes);
      if (frames.contains("GO_AWAY #0 1")) {
        throw new AssertionError("a session of ours was refused");
      }
    }
  }

  YamuxPair() {
    this(YamuxSide.dialer(), YamuxSide.listener(), null);
  }

  /**
   * @param shuffle mixes the frames of different streams; null to keep all in order
   */
  YamuxPair(YamuxSide dialer, YamuxSide listener, @Nullable Random shuffle) {
    this.dialer = dialer;
    this.listener = listener;
    this.toListener = new Pipe(dialer, listener, shuffle);
    this.toDialer = new Pipe(listener, dialer, shuffle);
  }

  List<YamuxSide> sides() {
    return List.of(dialer, listener);
  }

  /** Delivers one piece to one of the two. */
  void step(Random random) throws YamuxException {
    int most = 1 + random.nextInt(random.nextBoolean() ? 20 : 40_000);
    int moved = (random.nextBoolean() ? toListener : toDialer).move(most);
    if (moved > most) {
      throw new AssertionError("moved " + moved + " of at most " + most);
    }
  }

  /** Delivers all bytes until both sides have no more. */
  void settle() throws YamuxException {
    int moved;
    do {
      moved = toListener.move(Integer.MAX_VALUE);
      moved += toDialer.move(Integer.MAX_VALUE);
    } while (moved > 0);
  }
}
