package fil.heartbeat.libp2p.yamux;

import java.util.List;
import java.util.Random;

/** Two sessions back to back; what one sends reaches the other in pieces of any size. */
final class YamuxPair {
  final YamuxSide dialer;
  final YamuxSide listener;
  private final Pipe toListener;
  private final Pipe toDialer;

  private static final class Pipe {
    private final YamuxSide from;
    private final YamuxSide to;
    private byte[] bytes = {};
    private int at;

    private Pipe(YamuxSide from, YamuxSide to) {
      this.from = from;
      this.to = to;
    }

    /** Moves at most so many bytes; returns how many there were to move. */
    private int move(int most) throws YamuxException {
      if (at == bytes.length) {
        bytes = from.session.takeOutput();
        at = 0;
        from.session.checkInvariants();
        checkFrames();
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
    this(YamuxSide.dialer(), YamuxSide.listener());
  }

  YamuxPair(YamuxSide dialer, YamuxSide listener) {
    this.dialer = dialer;
    this.listener = listener;
    this.toListener = new Pipe(dialer, listener);
    this.toDialer = new Pipe(listener, dialer);
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

  /** Delivers all there is until both are silent. */
  void settle() throws YamuxException {
    int moved;
    do {
      moved = toListener.move(Integer.MAX_VALUE);
      moved += toDialer.move(Integer.MAX_VALUE);
    } while (moved > 0);
  }
}
