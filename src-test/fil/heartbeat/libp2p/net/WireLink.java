package fil.heartbeat.libp2p.net;

import fil.heartbeat.libp2p.Multiaddr;
import io.vertx.core.Vertx;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Wires between two processes that need no socket each: all pass one socket, on which a number says
 * whose bytes follow. So a bench has more connections than the process may open files, with the
 * very bytes that sockets would carry. One thread, {@code wires}, reads for all, which makes its
 * CPU time separable. A bench's only: what is not read here piles up, and the side that begins the
 * wires must have one event loop.
 */
public final class WireLink implements AutoCloseable {
  /** The name of the reading thread. */
  public static final String THREAD = "wires";

  private static final int HEADER_BYTES = 8;
  private static final int END = -1;
  private static final int BUFFER_BYTES = 256 * 1024;
  private static final int PORT = 4001;

  private final Socket socket;
  private final OutputStream out;
  private final List<Loop> loops;
  private final Map<Integer, LinkedWire> wires = new ConcurrentHashMap<>();
  private final AtomicInteger numbers = new AtomicInteger();
  private volatile @Nullable BiConsumer<LinkedWire, Loop> acceptor;

  /** Bytes of a lower number are for a wire that ended. */
  private int next;

  /** Takes a connected socket over; wires live on the event loops of this Vertx. */
  public WireLink(Vertx vertx, Socket socket) throws IOException {
    this.socket = socket;
    this.out = socket.getOutputStream();
    this.loops = VertxLoop.all(vertx);
    socket.setTcpNoDelay(true);
  }

  /** Begins to read; wires that the other side begins are refused before {@link #accept}. */
  public void start() {
    Thread reader = new Thread(this::read, THREAD);
    reader.setDaemon(true);
    reader.start();
  }

  List<Loop> loops() {
    return loops;
  }

  /** Passes wires that the other side begins, on the loop of each. */
  void accept(BiConsumer<LinkedWire, Loop> onWire) {
    acceptor = onWire;
  }

  /** Begins a wire; the other side learns of it by its first bytes. */
  LinkedWire begin(Loop loop) {
    LinkedWire wire = new LinkedWire(numbers.getAndIncrement(), loop);
    wires.put(wire.number, wire);
    return wire;
  }

  /** Returns an address of each wire's own, so that it counts as a host. */
  static InetAddress address(int number) {
    byte[] bytes = ByteBuffer.allocate(4).putInt((10 << 24) + number).array();
    try {
      return InetAddress.getByAddress(bytes);
    } catch (IOException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private void read() {
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(socket.getInputStream(), BUFFER_BYTES))) {
      while (true) {
        int number = in.readInt();
        int length = in.readInt();
        LinkedWire wire = wires.get(number);
        if (length == END) {
          if (wire != null) {
            wire.loop.execute(wire::ended);
          }
          continue;
        }
        byte[] bytes = in.readNBytes(length);
        if (wire == null) {
          BiConsumer<LinkedWire, Loop> onWire = acceptor;
          Loop loop = loops.get(Math.floorMod(number, loops.size()));
          if (onWire == null || number < next) {
            continue;
          }
          next = number + 1;
          LinkedWire begun = new LinkedWire(number, loop);
          wires.put(number, begun);
          loop.execute(() -> onWire.accept(begun, loop));
          wire = begun;
        }
        LinkedWire to = wire;
        to.loop.execute(() -> to.arrived(bytes));
      }
    } catch (IOException closed) {
      wires.values().forEach(wire -> wire.loop.execute(wire::ended));
    }
  }

  /** One write to the socket for each write to a wire, as with a socket of its own. */
  private boolean send(int number, int length, byte[] bytes) {
    ByteBuffer frame = ByteBuffer.allocate(HEADER_BYTES + bytes.length);
    frame.putInt(number).putInt(length).put(bytes);
    try {
      synchronized (out) {
        out.write(frame.array());
      }
      return true;
    } catch (IOException closed) {
      return false;
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  /** One of the wires. Lives on its loop. */
  final class LinkedWire implements Wire {
    private final int number;
    private final Loop loop;
    private final Multiaddr remote;
    private final Multiaddr local;
    private final Deque<byte[]> unread = new ArrayDeque<>(0);
    private Consumer<byte[]> onBytes = bytes -> {};
    private Runnable onClosed = () -> {};
    private boolean paused = true;
    private boolean open = true;

    private LinkedWire(int number, Loop loop) {
      this.number = number;
      this.loop = loop;
      this.remote = Multiaddr.ofSocket(address(number).getHostAddress(), PORT);
      this.local = Multiaddr.ofSocket("127.0.0.1", PORT);
    }

    InetAddress from() {
      return address(number);
    }

    private void arrived(byte[] bytes) {
      if (!open) {
        return;
      }
      if (paused || !unread.isEmpty()) {
        unread.addLast(bytes);
        deliver();
      } else {
        onBytes.accept(bytes);
      }
    }

    private void deliver() {
      while (!paused && open && !unread.isEmpty()) {
        onBytes.accept(unread.removeFirst());
      }
    }

    private void ended() {
      if (open) {
        open = false;
        wires.remove(number, this);
        unread.clear();
        onClosed.run();
      }
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
      boolean sent = open && send(number, bytes.length, bytes);
      loop.execute(() -> done.accept(sent));
    }

    @Override
    public void pause() {
      paused = true;
    }

    @Override
    public void resume() {
      paused = false;
      if (!unread.isEmpty()) {
        loop.execute(this::deliver);
      }
    }

    @Override
    public void abort() {
      if (open) {
        boolean ignored = send(number, END, new byte[0]);
        loop.execute(this::ended);
      }
    }

    @Override
    public Multiaddr remoteAddress() {
      return remote;
    }

    @Override
    public Multiaddr localAddress() {
      return local;
    }
  }
}
