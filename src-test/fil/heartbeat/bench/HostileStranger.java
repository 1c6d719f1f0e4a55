package fil.heartbeat.bench;

import static fil.heartbeat.libp2p.net.SocketPeer.DATA;
import static fil.heartbeat.libp2p.net.SocketPeer.FIN;
import static fil.heartbeat.libp2p.net.SocketPeer.PING;
import static fil.heartbeat.libp2p.net.SocketPeer.RST;
import static fil.heartbeat.libp2p.net.SocketPeer.SYN;
import static fil.heartbeat.libp2p.net.SocketPeer.WINDOW_UPDATE;
import static fil.heartbeat.libp2p.net.SocketPeer.frame;
import static java.nio.charset.StandardCharsets.UTF_8;

import fil.heartbeat.chain.Cid;
import fil.heartbeat.chain.Network;
import fil.heartbeat.chain.TipsetKey;
import fil.heartbeat.chain.source.SimulatedChain;
import fil.heartbeat.libp2p.Identity;
import fil.heartbeat.libp2p.KeyType;
import fil.heartbeat.libp2p.Multiaddr;
import fil.heartbeat.libp2p.net.SocketPeer;
import fil.heartbeat.wire.Heartbeat;
import fil.heartbeat.wire.HeartbeatEncoder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** One stranger: connects, does its bad thing until it is cut off or tired, and begins again. */
final class HostileStranger implements Runnable {
  private static final int UNFINISHED_BYTES = 60_000;
  private static final int STREAMS = 64;
  private static final int BURST = 200;
  private static final int FIRST_WORD = 40;
  private static final int LONGEST_NAME = 50_000;

  /** What all of them share. */
  static final class Crowd {
    private final Multiaddr target;
    private final String nickname;
    private final String miner;
    private final long endNanos;
    private final byte[] unfinished =
        ("{\"Head\":\"" + "x".repeat(UNFINISHED_BYTES)).getBytes(UTF_8);
    private final byte[] protocol =
        SocketPeer.multistream("/multistream/1.0.0", "fil/heartbeat/1.0.0");
    private final LongAdder connected = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder beats = new LongAdder();
    private final LongAdder ids = new LongAdder();
    private final LongAdder halves = new LongAdder();
    private final LongAdder pings = new LongAdder();
    private final LongAdder resets = new LongAdder();
    private final LongAdder unfinishedStreams = new LongAdder();
    private final LongAdder badFrames = new LongAdder();

    /**
     * @param nickname and miner of an expected node, which some of them claim
     * @param endNanos until when
     */
    Crowd(Multiaddr target, String nickname, String miner, long endNanos) {
      this.target = target;
      this.nickname = nickname;
      this.miner = miner;
      this.endNanos = endNanos;
    }

    private boolean isOver() {
      return System.nanoTime() - endNanos >= 0;
    }

    String told() {
      return String.format(
          "connected=%d refused=%d beats=%d ids=%d half-open=%d unfinished-streams=%d pings=%d"
              + " resets=%d bad-frames=%d",
          connected.sum(),
          refused.sum(),
          beats.sum(),
          ids.sum(),
          halves.sum(),
          unfinishedStreams.sum(),
          pings.sum(),
          resets.sum(),
          badFrames.sum());
    }
  }

  private final Crowd crowd;
  private final HostileMode mode;
  private final Random random;
  private final long betweenNanos;
  private long nextNanos = System.nanoTime();
  private final SimulatedChain chain = new SimulatedChain(1, "");

  /**
   * @param number its own, 0 and up
   * @param betweenNanos from one new id to the next, of one that comes with new ids
   */
  HostileStranger(Crowd crowd, HostileMode mode, int number, long betweenNanos) {
    this.crowd = crowd;
    this.mode = mode;
    this.random = new Random(number);
    this.betweenNanos = betweenNanos;
  }

  @Override
  public void run() {
    try {
      while (!crowd.isOver()) {
        if (mode == HostileMode.HALF_OPEN) {
          halfOpen();
        } else {
          connected();
        }
      }
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }

  private InetAddress source() {
    byte[] address = {
      127, (byte) (1 + random.nextInt(200)), (byte) random.nextInt(256), (byte) random.nextInt(254)
    };
    address[3]++;
    try {
      return InetAddress.getByAddress(address);
    } catch (IOException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private void halfOpen() throws InterruptedException {
    try (Socket socket = SocketPeer.connect(crowd.target, source())) {
      crowd.halves.increment();
      if (random.nextBoolean()) {
        byte[] half = SocketPeer.multistream("/multistream/1.0.0", "/noise");
        socket.getOutputStream().write(half, 0, 1 + random.nextInt(half.length));
      }
      socket.setSoTimeout(15_000);
      while (socket.getInputStream().read() >= 0) {
        // What it answers is of no interest.
      }
    } catch (IOException ended) {
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }

  private void connected() throws InterruptedException {
    try (SocketPeer peer =
        SocketPeer.dial(Identity.generate(KeyType.ED25519), crowd.target, source())) {
      crowd.connected.increment();
      attack(peer);
    } catch (IOException | AssertionError refused) {
      crowd.refused.increment();
      TimeUnit.MILLISECONDS.sleep(200 + random.nextInt(800));
    }
    if (mode == HostileMode.NEWCOMER) {
      // By the clock, so that a slow one is made good.
      nextNanos += betweenNanos;
      TimeUnit.NANOSECONDS.sleep(Math.max(0, nextNanos - System.nanoTime()));
    } else {
      TimeUnit.MILLISECONDS.sleep(random.nextInt(1_000));
    }
  }

  private void attack(SocketPeer peer) throws InterruptedException {
    switch (mode) {
      case HEADS, GENESIS, CLAIMS -> beats(peer, crowd.endNanos);
      case UNFINISHED -> unfinished(peer);
      case PINGS -> pings(peer);
      case RESETS -> resets(peer);
      case FRAMES -> frames(peer);
      case LEAVER -> leaver(peer);
      case NEWCOMER -> {
        peer.send(frame(DATA, SYN, 1, opening(beat())));
        crowd.beats.increment();
        crowd.ids.increment();
        // Else the end of the connection may overtake the beat.
        byte[] unused = peer.heard(1, FIRST_WORD);
      }
      case HALF_OPEN -> throw new IllegalStateException("has no connection");
    }
  }

  private void beats(SocketPeer peer, long untilNanos) throws InterruptedException {
    peer.send(frame(DATA, SYN, 1, opening(beat())));
    crowd.beats.increment();
    crowd.ids.increment();
    while (!peer.isOver() && System.nanoTime() - untilNanos < 0) {
      TimeUnit.MILLISECONDS.sleep(2_500 + random.nextInt(1_000));
      peer.send(frame(DATA, 0, 1, beat()));
      crowd.beats.increment();
      peer.drain();
    }
  }

  private void leaver(SocketPeer peer) throws InterruptedException {
    // All of them at the same moments of the clock: 40 s here, 10 s away.
    long into = System.currentTimeMillis() % 50_000;
    if (into < 40_000) {
      beats(peer, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(40_000 - into));
    }
    into = System.currentTimeMillis() % 50_000;
    peer.close();
    TimeUnit.MILLISECONDS.sleep(into < 40_000 ? 0 : 50_000 - into);
  }

  private void unfinished(SocketPeer peer) throws InterruptedException {
    for (int i = 0; i < STREAMS && !peer.isOver(); i++) {
      peer.send(frame(DATA, SYN, 2 * i + 1, opening(crowd.unfinished)));
      crowd.unfinishedStreams.increment();
      peer.drain();
      TimeUnit.MILLISECONDS.sleep(50);
    }
    for (int i = 0; i < 40 && !peer.isOver() && !crowd.isOver(); i++) {
      TimeUnit.SECONDS.sleep(1);
      peer.drain();
    }
  }

  private void pings(SocketPeer peer) throws InterruptedException {
    byte[] one = frame(PING, SYN, 0);
    ByteArrayOutputStream burst = new ByteArrayOutputStream();
    for (int i = 0; i < BURST; i++) {
      burst.writeBytes(one);
    }
    while (!peer.isOver() && !crowd.isOver()) {
      peer.send(burst.toByteArray());
      crowd.pings.add(BURST);
      peer.drain();
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  private void resets(SocketPeer peer) throws InterruptedException {
    int id = 1;
    while (!peer.isOver() && !crowd.isOver()) {
      ByteArrayOutputStream burst = new ByteArrayOutputStream();
      for (int i = 0; i < BURST; i++) {
        burst.writeBytes(frame(WINDOW_UPDATE, SYN, id));
        burst.writeBytes(frame(DATA, 0, id, crowd.protocol));
        burst.writeBytes(frame(WINDOW_UPDATE, RST, id));
        id += 2;
      }
      peer.send(burst.toByteArray());
      crowd.resets.add(BURST);
      peer.drain();
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }

  private void frames(SocketPeer peer) throws InterruptedException {
    List<Integer> ids = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      ids.add(2 * i + 1);
    }
    Collections.shuffle(ids, random);
    for (int id : ids) {
      peer.send(frame(DATA, SYN, id, opening(beat())));
      peer.drain();
    }
    byte[] bad =
        switch (random.nextInt(8)) {
          case 0 -> frame(DATA, SYN, 0, beat());
          case 1 -> frame(DATA, SYN, 2, beat());
          case 2 -> frame(DATA, SYN, ids.get(0), beat());
          case 3 -> new byte[] {1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0};
          case 4 -> frame(9, 0, 1);
          case 5 -> frame(DATA, 64, 1, beat());
          // A length of 4 GiB, and of more than the window.
          case 6 -> new byte[] {0, 0, 0, SYN, 0, 0, 0, 99, -1, -1, -1, -1};
          default -> frame(DATA, FIN, 77, beat());
        };
    peer.send(bad);
    crowd.badFrames.increment();
    peer.drain();
    TimeUnit.MILLISECONDS.sleep(500 + random.nextInt(1_000));
  }

  /** The first bytes of a heartbeat stream. */
  private byte[] opening(byte[] says) {
    byte[] all = new byte[crowd.protocol.length + says.length];
    System.arraycopy(crowd.protocol, 0, all, 0, crowd.protocol.length);
    System.arraycopy(says, 0, all, crowd.protocol.length, says.length);
    return all;
  }

  private byte[] beat() {
    Instant now = Instant.now();
    long next = Network.SIMULATED.clock().epochAt(now) + 1;
    String genesis = Network.SIMULATED.genesisCid().toString();
    String own = "{ " + cid() + " }";
    SimulatedChain.Head honest = chain.headAt(now);
    return HeartbeatEncoder.encode(
        switch (mode) {
          case GENESIS -> new Heartbeat(own, next, "stranger", "", cid(), false);
          case CLAIMS ->
              new Heartbeat(
                  honest.key().toString(),
                  honest.height(),
                  crowd.nickname,
                  crowd.miner,
                  genesis,
                  false);
          case NEWCOMER -> newcomer(own, next - 1, genesis);
          default -> new Heartbeat(own, next, "stranger", "", genesis, false);
        });
  }

  /** One in ten says as much as a beat can. */
  private Heartbeat newcomer(String own, long height, String genesis) {
    String name = "newcomer-" + random.nextInt();
    return random.nextInt(10) > 0
        ? new Heartbeat(own, height, name, "", genesis, null)
        : new Heartbeat(
            IntStream.range(0, TipsetKey.MAX_CIDS)
                .mapToObj(block -> cid())
                .collect(Collectors.joining(" ", "{ ", " }")),
            height,
            name + "x".repeat(LONGEST_NAME),
            "",
            genesis,
            null);
  }

  private String cid() {
    byte[] block = new byte[32];
    random.nextBytes(block);
    return Cid.ofBlock(block).toString();
  }
}
