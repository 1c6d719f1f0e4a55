package fil.heartbeat.libp2p.net;

import fil.heartbeat.libp2p.Multiaddr;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.function.Consumer;

/**
 * One end of a socket in memory. Delivers in chunks of a configurable size; can be made to stop
 * delivering.
 */
final class FakeWire implements Wire {
  private record Pending(byte[] bytes, Consumer<Boolean> done) {}

  private final ManualLoop loop;
  private final Deque<byte[]> arrived = new ArrayDeque<>();
  private final Deque<Pending> unsent = new ArrayDeque<>();
  private FakeWire other = this;
  private Consumer<byte[]> onBytes = bytes -> {};
  private Runnable onClosed = () -> {};
  private boolean paused = true;
  private boolean open = true;
  private boolean stuck;
  private int chunk = Integer.MAX_VALUE;
  private int writes;

  private FakeWire(ManualLoop loop) {
    this.loop = loop;
  }

  /** Creates both ends on one loop. */
  static FakeWire[] pair(ManualLoop loop) {
    FakeWire one = new FakeWire(loop);
    FakeWire other = new FakeWire(loop);
    one.other = other;
    other.other = one;
    return new FakeWire[] {one, other};
  }

  /** Makes writes reach the other side in pieces of at most this size. */
  FakeWire chunked(int size) {
    chunk = size;
    return this;
  }

  /** Makes the other side stop or start reading. */
  void stuck(boolean stuck) {
    this.stuck = stuck;
    while (!stuck && !unsent.isEmpty()) {
      Pending next = unsent.removeFirst();
      transfer(next.bytes(), next.done());
    }
  }

  /** How often something was written. */
  int writes() {
    return writes;
  }

  boolean isOpen() {
    return open;
  }

  boolean isPaused() {
    return paused;
  }

  @Override
  public void owner(Consumer<byte[]> onBytes, Runnable onClosed) {
    this.onBytes = onBytes;
    this.onClosed = onClosed;
    if (!open) {
      onClosed.run();
    }
  }

  @Override
  public void write(byte[] bytes, Consumer<Boolean> done) {
    writes++;
    if (!open) {
      loop.execute(() -> done.accept(false));
    } else if (stuck) {
      unsent.addLast(new Pending(bytes, done));
    } else {
      transfer(bytes, done);
    }
  }

  private void transfer(byte[] bytes, Consumer<Boolean> done) {
    loop.execute(
        () -> {
          for (int at = 0; at < bytes.length; at += Math.min(chunk, bytes.length - at)) {
            int end = at + Math.min(chunk, bytes.length - at);
            other.arrived.addLast(Arrays.copyOfRange(bytes, at, end));
          }
          done.accept(true);
          other.deliver();
        });
  }

  private void deliver() {
    while (!paused && open && !arrived.isEmpty()) {
      onBytes.accept(arrived.removeFirst());
    }
  }

  @Override
  public void pause() {
    paused = true;
  }

  @Override
  public void resume() {
    paused = false;
    loop.execute(this::deliver);
  }

  @Override
  public void abort() {
    if (open) {
      ended();
      loop.execute(other::ended);
    }
  }

  private void ended() {
    if (open) {
      open = false;
      unsent.forEach(pending -> pending.done().accept(false));
      unsent.clear();
      loop.execute(onClosed);
    }
  }

  @Override
  public Multiaddr remoteAddress() {
    return Multiaddr.ofSocket("192.0.2.7", 4001);
  }

  @Override
  public Multiaddr localAddress() {
    return Multiaddr.ofSocket("192.0.2.1", 9081);
  }
}
