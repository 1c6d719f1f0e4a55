package fil.heartbeat.libp2p.net;

import fil.heartbeat.libp2p.Identity;
import fil.heartbeat.libp2p.Multiaddr;
import fil.heartbeat.libp2p.Randomness;
import fil.heartbeat.libp2p.noise.NoiseException;
import fil.heartbeat.libp2p.noise.NoiseFrames;
import fil.heartbeat.libp2p.noise.NoiseStatic;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A peer on a socket that sends yamux frames as the test requests, in any order. It records what it
 * receives by stream, and answers nothing.
 */
public final class SocketPeer implements AutoCloseable {
  public static final int DATA = 0;
  public static final int WINDOW_UPDATE = 1;
  public static final int PING = 2;
  public static final int SYN = 1;
  public static final int ACK = 2;
  public static final int FIN = 4;
  public static final int RST = 8;

  private static final int HEADER_BYTES = 12;
  private static final int GO_AWAY = 3;
  private static final int PATIENCE_MILLIS = 20_000;

  private final Socket socket;
  private final Upgrade upgrade;
  private final Map<Integer, ByteArrayOutputStream> data = new HashMap<>();
  private final Set<Integer> ended = new HashSet<>();
  private final Map<Integer, Integer> resets = new HashMap<>();
  private final Set<Integer> goAways = new HashSet<>();
  private byte[] unread = {};
  private boolean over;

  private SocketPeer(Socket socket, Upgrade upgrade) {
    this.socket = socket;
    this.upgrade = upgrade;
  }

  /** Dials a host on this machine. */
  public static SocketPeer dial(Identity identity, Multiaddr host) {
    try {
      return dial(identity, host, InetAddress.getLoopbackAddress());
    } catch (IOException cause) {
      throw new AssertionError(cause);
    }
  }

  /**
   * Dials a host on this machine from one of its addresses.
   *
   * @throws IOException when the host refuses it
   */
  public static SocketPeer dial(Identity identity, Multiaddr host, InetAddress source)
      throws IOException {
    Socket socket = connect(host, source);
    try {
      NoiseStatic noise = NoiseStatic.create(identity, List.of(Upgrade.YAMUX), Randomness.source());
      return upgraded(
          socket, Upgrade.dialer(noise, host.peerId().orElseThrow(), Randomness.source()));
    } catch (IOException refused) {
      socket.close();
      throw refused;
    }
  }

  /** Opens a socket to a host on this machine, without sending anything. */
  public static Socket connect(Multiaddr host, InetAddress source) throws IOException {
    int port = Integer.parseInt(host.value("tcp").orElseThrow());
    return new Socket(InetAddress.getLoopbackAddress(), port, source, 0);
  }

  /** Accepts the next dial. */
  public static SocketPeer accept(Identity identity, ServerSocket server) {
    try {
      NoiseStatic noise = NoiseStatic.create(identity, List.of(Upgrade.YAMUX), Randomness.source());
      return upgraded(server.accept(), Upgrade.listener(noise, Randomness.source()));
    } catch (IOException cause) {
      throw new AssertionError(cause);
    }
  }

  private static SocketPeer upgraded(Socket socket, Upgrade upgrade) throws IOException {
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.setTcpNoDelay(true);
    SocketPeer peer = new SocketPeer(socket, upgrade);
    try {
      peer.sendUpgrade();
      while (upgrade.outcome() == null) {
        byte[] bytes = peer.read();
        if (bytes == null) {
          throw new IOException("closed during the upgrade");
        }
        upgrade.receive(bytes);
        peer.sendUpgrade();
      }
      peer.unread = peer.secured().early();
      peer.takeMessages();
    } catch (UpgradeException | NoiseException failure) {
      throw new AssertionError(failure);
    }
    return peer;
  }

  private void sendUpgrade() throws IOException, UpgradeException, NoiseException {
    Upgrade.Step step;
    socket.getOutputStream().write(upgrade.takeOutput());
    while ((step = upgrade.step()) != null) {
      upgrade.stepDone(step.run());
      socket.getOutputStream().write(upgrade.takeOutput());
    }
  }

  private Upgrade.Outcome secured() {
    Upgrade.Outcome outcome = upgrade.outcome();
    if (outcome == null) {
      throw new AssertionError("not upgraded");
    }
    return outcome;
  }

  /** Encodes a frame; the length is that of the body. */
  public static byte[] frame(int type, int flags, int streamId, byte... body) {
    return ByteBuffer.allocate(HEADER_BYTES + body.length)
        .put((byte) 0)
        .put((byte) type)
        .putShort((short) flags)
        .putInt(streamId)
        .putInt(body.length)
        .put(body)
        .array();
  }

  /** Sends frames in one piece. */
  public void send(byte[]... frames) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] frame : frames) {
      all.writeBytes(frame);
    }
    try {
      socket.getOutputStream().write(secured().session().encrypt(all.toByteArray(), 0, all.size()));
    } catch (IOException ended) {
      over = true;
    } catch (NoiseException failure) {
      throw new AssertionError(failure);
    }
  }

  /**
   * Sends the beginning of a message: its length and fewer bytes.
   *
   * @param promised the announced length, at most 65 535
   */
  public void sendUnfinished(int promised, int bytes) {
    ByteBuffer begun = ByteBuffer.allocate(2 + bytes).putShort((short) promised);
    try {
      socket.getOutputStream().write(begun.array());
    } catch (IOException ended) {
      over = true;
    }
  }

  /** multistream-select messages. */
  public static byte[] multistream(String... messages) {
    return RawPeer.multistream(messages);
  }

  /**
   * Returns the bytes that the host sent on a stream, once there are this many, or all when it
   * ended the stream.
   */
  public byte[] heard(int streamId, int atLeast) {
    while (said(streamId).length < atLeast && !over && !isEnded(streamId)) {
      take();
    }
    return said(streamId);
  }

  private byte[] said(int streamId) {
    ByteArrayOutputStream bytes = data.get(streamId);
    return bytes == null ? new byte[0] : bytes.toByteArray();
  }

  private boolean isEnded(int streamId) {
    return ended.contains(streamId) || resets.containsKey(streamId);
  }

  /** Returns the received RST codes by stream. */
  public Map<Integer, Integer> resets() {
    return Map.copyOf(resets);
  }

  /** Returns the received GO_AWAY codes. */
  public Set<Integer> goAways() {
    return Set.copyOf(goAways);
  }

  /** Waits until the host closes the connection. */
  public void untilClosed() {
    while (!over) {
      take();
    }
  }

  /** Whether the end of the connection was noticed. */
  public boolean isOver() {
    return over;
  }

  /** Reads the bytes that have arrived, without waiting for more. */
  public void drain() {
    try {
      while (!over && socket.getInputStream().available() > 0) {
        take();
      }
    } catch (IOException ended) {
      over = true;
    }
  }

  private void take() {
    byte[] bytes;
    try {
      bytes = read();
    } catch (IOException reset) {
      bytes = null;
    }
    if (bytes == null) {
      over = true;
      return;
    }
    secured().frames().receive(bytes, 0, bytes.length);
    takeMessages();
  }

  private void takeMessages() {
    try {
      NoiseFrames frames = secured().frames();
      byte[] message;
      while ((message = frames.next(NoiseFrames.MAX_TRANSPORT_MESSAGE)) != null) {
        byte[] plain = secured().session().decrypt(message);
        byte[] joined = Arrays.copyOf(unread, unread.length + plain.length);
        System.arraycopy(plain, 0, joined, unread.length, plain.length);
        unread = joined;
      }
    } catch (NoiseException failure) {
      throw new AssertionError(failure);
    }
    boolean more = true;
    while (more) {
      more = takeFrame();
    }
  }

  private boolean takeFrame() {
    if (unread.length < HEADER_BYTES) {
      return false;
    }
    ByteBuffer header = ByteBuffer.wrap(unread);
    int type = header.get(1);
    int flags = header.getShort(2);
    int id = header.getInt(4);
    int length = header.getInt(8);
    int body = type == DATA ? length : 0;
    if (unread.length < HEADER_BYTES + body) {
      return false;
    }
    if (type == GO_AWAY) {
      goAways.add(length);
    } else if ((flags & RST) != 0) {
      resets.put(id, type == DATA ? 0 : length);
    } else if (type == DATA) {
      data.computeIfAbsent(id, any -> new ByteArrayOutputStream())
          .write(unread, HEADER_BYTES, body);
    }
    if (type <= WINDOW_UPDATE && (flags & FIN) != 0) {
      ended.add(id);
    }
    unread = Arrays.copyOfRange(unread, HEADER_BYTES + body, unread.length);
    return true;
  }

  private byte @Nullable [] read() throws IOException {
    byte[] buffer = new byte[65_536];
    int count = socket.getInputStream().read(buffer);
    return count < 0 ? null : Arrays.copyOf(buffer, count);
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException cause) {
      throw new AssertionError(cause);
    }
  }
}
