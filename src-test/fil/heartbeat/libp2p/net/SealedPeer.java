package fil.heartbeat.libp2p.net;

import fil.heartbeat.libp2p.Identity;
import fil.heartbeat.libp2p.KeyType;
import fil.heartbeat.libp2p.Multiaddr;
import fil.heartbeat.libp2p.Randomness;
import fil.heartbeat.libp2p.noise.NoiseException;
import fil.heartbeat.libp2p.noise.NoiseFrames;
import fil.heartbeat.libp2p.noise.NoiseSession;
import fil.heartbeat.libp2p.noise.NoiseStatic;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A dialer with one stream whose frames are sealed before they are due, so that sending them costs
 * little: each payload is one yamux frame in one Noise message. It keeps to the window that the
 * host grants. Answers pings only while nothing sealed waits.
 */
public final class SealedPeer implements AutoCloseable {
  private static final int STREAM = 1;
  private static final int HEADER_BYTES = 12;
  private static final int FIRST_WINDOW = 256 * 1024;
  private static final int CHUNK = 16 * 1024;
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final SocketChannel channel;
  private final ByteBuffer in = ByteBuffer.allocateDirect(64 * 1024);
  private final List<Integer> pings = new ArrayList<>();
  private final NoiseSession session;
  private final NoiseFrames frames;
  private @Nullable SelectionKey key;
  private byte[] unread;
  private long heard;
  private long window = FIRST_WINDOW;
  private ByteBuffer sealed = NOTHING;
  private int[] ends = {};
  private int[] payloads = {};
  private int begun;

  private SealedPeer(SocketChannel channel, Upgrade.Outcome upgraded) {
    this.channel = channel;
    this.session = upgraded.session();
    this.frames = upgraded.frames();
    this.unread = upgraded.early();
  }

  /**
   * Dials a host on this machine and opens the stream.
   *
   * @param source an address of this machine
   */
  public static SealedPeer dial(Multiaddr host, InetAddress source, String protocol)
      throws IOException, NoiseException, UpgradeException {
    SocketChannel channel = SocketChannel.open();
    channel.bind(new InetSocketAddress(source, 0));
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    int port = Integer.parseInt(host.value("tcp").orElseThrow());
    channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    SealedPeer peer = new SealedPeer(channel, upgrade(channel, host));
    byte[] opening = RawPeer.multistream("/multistream/1.0.0", protocol);
    peer.sendNow(SocketPeer.frame(SocketPeer.DATA, SocketPeer.SYN, STREAM, opening));
    peer.window -= opening.length;
    while (peer.heard < opening.length) {
      peer.read();
    }
    peer.answerPings();
    channel.configureBlocking(false);
    return peer;
  }

  private static Upgrade.Outcome upgrade(SocketChannel channel, Multiaddr host)
      throws IOException, NoiseException, UpgradeException {
    Identity identity = Identity.generate(KeyType.ED25519);
    NoiseStatic noise = NoiseStatic.create(identity, List.of(Upgrade.YAMUX), Randomness.source());
    Upgrade upgrade = Upgrade.dialer(noise, host.peerId().orElseThrow(), Randomness.source());
    ByteBuffer buffer = ByteBuffer.allocate(16 * 1024);
    while (true) {
      sendAll(channel, upgrade.takeOutput());
      Upgrade.Step step;
      while ((step = upgrade.step()) != null) {
        upgrade.stepDone(step.run());
        sendAll(channel, upgrade.takeOutput());
      }
      Upgrade.Outcome outcome = upgrade.outcome();
      if (outcome != null) {
        return outcome;
      }
      buffer.clear();
      if (channel.read(buffer) < 0) {
        throw new EOFException("closed during the upgrade");
      }
      upgrade.receive(Arrays.copyOf(buffer.array(), buffer.position()));
    }
  }

  private static void sendAll(SocketChannel channel, byte[] bytes) throws IOException {
    ByteBuffer out = ByteBuffer.wrap(bytes);
    while (out.hasRemaining()) {
      int unused = channel.write(out);
    }
  }

  private void sendNow(byte[] plaintext) throws IOException, NoiseException {
    sendAll(channel, session.encrypt(plaintext, 0, plaintext.length));
  }

  /** Has a selector tell when to call {@link #turn}. */
  public void register(Selector selector) throws IOException {
    key = channel.register(selector, SelectionKey.OP_READ, this);
  }

  /**
   * Seals payloads for later.
   *
   * @param room where to; large enough, and this peer's until all is sent
   */
  public void seal(List<byte[]> bodies, ByteBuffer room) throws IOException, NoiseException {
    idle();
    room.clear();
    ends = new int[bodies.size()];
    payloads = new int[bodies.size()];
    for (int i = 0; i < ends.length; i++) {
      byte[] frame = SocketPeer.frame(SocketPeer.DATA, 0, STREAM, bodies.get(i));
      room.put(session.encrypt(frame, 0, frame.length));
      ends[i] = room.position();
      payloads[i] = bodies.get(i).length;
    }
    sealed = room;
    sealed.position(0).limit(0);
    begun = 0;
  }

  /** Whether everything sealed was sent. */
  public boolean isDone() {
    return begun == ends.length && !sealed.hasRemaining();
  }

  /** Begins to send what was sealed. */
  public void begin() throws IOException {
    write();
  }

  /** The socket has something to read or room to write. */
  public void turn() throws IOException, NoiseException {
    read();
    write();
  }

  /** Sends one payload; returns whether the window let it. */
  public boolean sendOne() throws IOException {
    if (!isDone() && begin(0) > 0) {
      while (sealed.hasRemaining()) {
        int unused = channel.write(sealed);
      }
      return true;
    }
    return false;
  }

  /** While nothing is to be sent: reads, and answers pings. */
  public void idle() throws IOException, NoiseException {
    read();
    if (isDone()) {
      answerPings();
    }
  }

  /** Takes the next frames that the window lets through: one, and more up to so many bytes. */
  private int begin(int bytes) {
    int from = sealed.position();
    int before = begun;
    while (begun < ends.length
        && payloads[begun] <= window
        && (begun == before || ends[begun] - from <= bytes)) {
      window -= payloads[begun];
      begun++;
    }
    sealed.limit(begun == 0 ? 0 : ends[begun - 1]);
    return begun - before;
  }

  private void write() throws IOException {
    if (!sealed.hasRemaining()) {
      int unused = begin(CHUNK);
    }
    if (sealed.hasRemaining()) {
      int unused = channel.write(sealed);
    }
    // Only the window, which comes by reading, or an end leaves nothing to write.
    boolean more = sealed.hasRemaining() || (begun < ends.length && payloads[begun] <= window);
    SelectionKey registered = key;
    if (registered != null) {
      int ops = SelectionKey.OP_READ | (more ? SelectionKey.OP_WRITE : 0);
      if (registered.interestOps() != ops) {
        registered.interestOps(ops);
      }
    }
  }

  private void answerPings() throws IOException, NoiseException {
    for (int value : pings) {
      byte[] pong = SocketPeer.frame(SocketPeer.PING, SocketPeer.ACK, 0);
      ByteBuffer.wrap(pong).putInt(8, value);
      sendNow(pong);
    }
    pings.clear();
  }

  private void read() throws IOException, NoiseException {
    in.clear();
    int count = channel.read(in);
    if (count < 0) {
      throw new EOFException("the host closed the connection");
    }
    if (count == 0) {
      return;
    }
    byte[] bytes = new byte[count];
    in.flip().get(bytes);
    frames.receive(bytes, 0, count);
    byte[] message;
    while ((message = frames.next(NoiseFrames.MAX_TRANSPORT_MESSAGE)) != null) {
      byte[] plain = session.decrypt(message);
      byte[] joined = Arrays.copyOf(unread, unread.length + plain.length);
      System.arraycopy(plain, 0, joined, unread.length, plain.length);
      unread = joined;
    }
    int at = 0;
    while (unread.length - at >= HEADER_BYTES) {
      ByteBuffer header = ByteBuffer.wrap(unread, at, HEADER_BYTES).slice();
      int body = header.get(1) == SocketPeer.DATA ? header.getInt(8) : 0;
      if (unread.length - at < HEADER_BYTES + body) {
        break;
      }
      frame(header.get(1), header.getShort(2), header.getInt(4), header.getInt(8));
      at += HEADER_BYTES + body;
    }
    unread = Arrays.copyOfRange(unread, at, unread.length);
  }

  private void frame(int type, int flags, int id, int length) throws EOFException {
    if (type == SocketPeer.PING && (flags & SocketPeer.SYN) != 0) {
      pings.add(length);
    } else if (id == STREAM && (flags & (SocketPeer.RST | SocketPeer.FIN)) != 0) {
      throw new EOFException("the host ended the stream");
    } else if (id == STREAM && type == SocketPeer.DATA) {
      heard += length;
    } else if (id == STREAM && type == SocketPeer.WINDOW_UPDATE) {
      window += length;
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
