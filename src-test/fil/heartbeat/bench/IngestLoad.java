package fil.heartbeat.bench;

import fil.heartbeat.chain.Cid;
import fil.heartbeat.libp2p.Multiaddr;
import fil.heartbeat.libp2p.net.SealedPeer;
import fil.heartbeat.wire.Heartbeat;
import fil.heartbeat.wire.HeartbeatEncoder;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/** The connections of the load to one receiver, and what they send. */
final class IngestLoad implements AutoCloseable {
  private static final String GENESIS =
      "bafy2bzacecnamqgqmifpluoeldx7zzglxcljo6oja4vrmtj7432rphldpdmm2";
  private static final int MOST_BYTES = 400;
  private static final int IDLE_MILLIS = 1_000;

  private final List<SealedPeer> peers = new ArrayList<>();
  private final Selector selector;

  IngestLoad(Multiaddr target, int connections) throws Exception {
    selector = Selector.open();
    for (int i = 0; i < connections; i++) {
      InetAddress source =
          InetAddress.getByAddress(new byte[] {127, 1, (byte) (i / 200), (byte) (1 + i % 200)});
      SealedPeer peer = SealedPeer.dial(target, source, "fil/heartbeat/1.0.0");
      peer.register(selector);
      peers.add(peer);
    }
  }

  /** What each connection sends in a round: nodes of one chain, each with a name and a miner. */
  static List<List<byte[]>> beats(int connections, long from, int count, int each) {
    return IntStream.range(0, connections)
        .mapToObj(connection -> ofConnection(connection, from, count, each))
        .toList();
  }

  /**
   * Returns the beats of a connection in a round.
   *
   * @param from the number of the first
   * @param each of how many beats one says another head and height; 0 for none
   */
  private static List<byte[]> ofConnection(int connection, long from, int count, int each) {
    List<byte[]> beats = new ArrayList<>();
    long before = -1;
    byte[] beat = {};
    for (long i = from; i < from + count; i++) {
      long said = each == 0 ? 0 : i / each;
      if (said != before) {
        before = said;
        beat = beat(connection, said);
      }
      beats.add(beat);
    }
    return beats;
  }

  private static byte[] beat(int connection, long number) {
    String head = "{ " + cid(2 * number) + " " + cid(2 * number + 1) + " }";
    return HeartbeatEncoder.encode(
        new Heartbeat(
            head,
            4_512_345 + number,
            "node-" + (1_000 + connection),
            "f0" + (1_000 + connection),
            GENESIS,
            false));
  }

  private static Cid cid(long number) {
    return Cid.ofBlock(ByteBuffer.allocate(Long.BYTES).putLong(number).array());
  }

  /** Returns buffers for what the connections of one receiver send in a round. */
  static List<ByteBuffer> room(List<List<byte[]>> beats) {
    int bytes = beats.get(0).size() * MOST_BYTES;
    List<ByteBuffer> room = new ArrayList<>();
    for (int i = 0; i < beats.size(); i++) {
      room.add(ByteBuffer.allocateDirect(bytes));
    }
    return room;
  }

  void seal(List<List<byte[]>> beats, List<ByteBuffer> room) throws Exception {
    for (int i = 0; i < peers.size(); i++) {
      peers.get(i).seal(beats.get(i), room.get(i));
    }
  }

  /** Sends what was sealed, as fast as the receiver takes it. */
  void send(List<IngestLoad> others) throws Exception {
    for (SealedPeer peer : peers) {
      peer.begin();
    }
    int left = peers.size();
    long next = System.nanoTime();
    while (left > 0) {
      int unused = selector.select(IDLE_MILLIS);
      left = 0;
      for (var key : selector.selectedKeys()) {
        SealedPeer peer = (SealedPeer) key.attachment();
        peer.turn();
      }
      selector.selectedKeys().clear();
      for (SealedPeer peer : peers) {
        left += peer.isDone() ? 0 : 1;
      }
      next = idle(next, others);
    }
  }

  /** Sends what was sealed, so many beats a second, each by a write of its own. */
  void send(double rate, List<IngestLoad> others) throws Exception {
    long start = System.nanoTime();
    long next = start;
    long sent = 0;
    while (peers.stream().anyMatch(peer -> !peer.isDone())) {
      for (SealedPeer peer : peers) {
        long due = start + (long) (sent * 1e9 / rate);
        while (due - System.nanoTime() > 0) {
          LockSupport.parkNanos(due - System.nanoTime());
        }
        while (!peer.isDone() && !peer.sendOne()) {
          peer.idle();
        }
        sent++;
        if (sent % (16L * peers.size()) < peers.size()) {
          peer.idle();
        }
      }
      next = idle(next, others);
    }
  }

  private static long idle(long next, List<IngestLoad> others) throws Exception {
    if (next - System.nanoTime() > 0) {
      return next;
    }
    for (IngestLoad other : others) {
      other.idle();
    }
    return System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(IDLE_MILLIS);
  }

  /** While another receiver has its round. */
  private void idle() throws Exception {
    for (SealedPeer peer : peers) {
      peer.idle();
    }
  }

  @Override
  public void close() throws IOException {
    for (SealedPeer peer : peers) {
      peer.close();
    }
    selector.close();
  }
}
