package fil.heartbeat.libp2p;

import static fil.heartbeat.libp2p.net.SocketPeer.ACK;
import static fil.heartbeat.libp2p.net.SocketPeer.DATA;
import static fil.heartbeat.libp2p.net.SocketPeer.FIN;
import static fil.heartbeat.libp2p.net.SocketPeer.RST;
import static fil.heartbeat.libp2p.net.SocketPeer.SYN;
import static fil.heartbeat.libp2p.net.SocketPeer.WINDOW_UPDATE;
import static fil.heartbeat.libp2p.net.SocketPeer.frame;
import static fil.heartbeat.libp2p.net.SocketPeer.multistream;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.libp2p.host.RefusalLog;
import fil.heartbeat.libp2p.identify.IdentifyMessage;
import fil.heartbeat.libp2p.identify.IdentifyReader;
import fil.heartbeat.libp2p.net.SocketPeer;
import fil.heartbeat.testing.LogLines;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/**
 * Behaviour of stock peers, whose threads share little, that every implementation of a host must
 * accept.
 */
public abstract class PeerContract extends HostContract {
  private static final String MULTISTREAM = "/multistream/1.0.0";
  private static final String PING = "/ipfs/ping/1.0.0";
  private static final int AGREEMENT = multistream(MULTISTREAM, PROTOCOL).length;

  static byte[] opening(String protocol, String said) {
    byte[] agreement = multistream(MULTISTREAM, protocol);
    byte[] bytes = Arrays.copyOf(agreement, agreement.length + said.length());
    System.arraycopy(said.getBytes(UTF_8), 0, bytes, agreement.length, said.length());
    return bytes;
  }

  static byte[] beat() {
    return "beat\n".getBytes(UTF_8);
  }

  static Identity identity() {
    return Identity.generate(KeyType.ED25519);
  }

  static void assertNoViolation(Host host) {
    assertThat(host.stats().violations()).isEmpty();
    assertThat(host.stats().streamsRefused()).isEmpty();
  }

  /**
   * Opens six streams as six threads would, with their SYNs in any order; returns all received
   * answers.
   */
  private static Set<String> openSix(SocketPeer peer, int firstId, Random random, boolean mixed) {
    List<Integer> ids = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      ids.add(firstId + 2 * i);
    }
    Collections.shuffle(ids, random);
    Set<String> said = new HashSet<>();
    List<byte[]> syns = new ArrayList<>();
    List<byte[]> words = new ArrayList<>();
    for (int id : ids) {
      said.add("stream " + id);
      syns.add(frame(random.nextBoolean() ? DATA : WINDOW_UPDATE, SYN, id));
      words.add(frame(DATA, 0, id, opening(PROTOCOL, "stream " + id)));
      words.add(frame(WINDOW_UPDATE, FIN, id));
    }
    if (mixed) {
      for (int i = 0; i < syns.size(); i++) {
        peer.send(syns.get(i), words.get(2 * i), words.get(2 * i + 1));
      }
    } else {
      peer.send(syns.toArray(byte[][]::new));
      peer.send(words.toArray(byte[][]::new));
    }
    return said;
  }

  private static void assertHeard(Streams streams, Set<String> said) {
    Set<String> heard = new HashSet<>();
    for (int i = 0; i < said.size(); i++) {
      Heard each = streams.next();
      assertThat(get(each.closed())).isEmpty();
      heard.add(each.text());
    }
    assertThat(heard).isEqualTo(said);
  }

  @Test
  void sixStreamsOpenedAtOnceInAnyOrderBesideALongLivedOne() {
    Host host = host(listening(), KeyType.ED25519);
    Streams streams = new Streams(false);
    host.handle(PROTOCOL, streams);
    Random random = new Random(17);
    try (SocketPeer peer = SocketPeer.dial(identity(), get(host.listen(ANY_PORT)))) {
      int beating = 1_001;
      peer.send(frame(DATA, SYN, beating), frame(DATA, 0, beating, opening(PROTOCOL, "")));
      Heard beats = streams.next();
      for (int round = 0; round < 40; round++) {
        // Below the id of the long-lived stream at first, and above it later.
        Set<String> said = openSix(peer, 1 + 60 * round, random, round % 2 == 0);
        peer.send(frame(DATA, 0, beating, beat()));
        assertHeard(streams, said);
        int expected = 5 * (round + 1);
        await(() -> beats.size() == expected);
      }
      assertThat(host.stats().connections()).isEqualTo(1);
      assertNoViolation(host);
    }
  }

  @Test
  void aDialledListenerMayOpenItsStreamsInAnyOrderToo() throws IOException {
    Host host = host(dialling(), KeyType.ED25519);
    Streams streams = new Streams(false);
    host.handle(PROTOCOL, streams);
    Identity identity = identity();
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Multiaddr target =
          Multiaddr.ofSocket("127.0.0.1", server.getLocalPort()).withPeerId(identity.peerId());
      CompletionStage<Stream> open = host.open(target, List.of(PROTOCOL), DialOptions.DEFAULT);
      try (SocketPeer peer = SocketPeer.accept(identity, server)) {
        assertThat(peer.heard(1, AGREEMENT)).hasSize(AGREEMENT);
        peer.send(frame(DATA, 0, 1, multistream(MULTISTREAM, PROTOCOL)));
        Stream beats = get(open);
        Random random = new Random(18);
        for (int round = 0; round < 20; round++) {
          assertHeard(streams, openSix(peer, 2 + 60 * round, random, round % 2 == 0));
          get(beats.write(beat()));
        }
        assertThat(peer.heard(1, AGREEMENT + 100)).hasSize(AGREEMENT + 100);
        assertThat(host.stats().connections()).isEqualTo(1);
        assertNoViolation(host);
      }
    }
  }

  @Test
  void dataAfterTheFinOfAnotherThreadEndsNothing() {
    Host host = host(listening(), KeyType.ED25519);
    Streams streams = new Streams(false);
    host.handle(PROTOCOL, streams);
    host.handle(WITH_SLASH, stream -> bytes -> {});
    try (SocketPeer peer = SocketPeer.dial(identity(), get(host.listen(ANY_PORT)))) {
      // The handler does not end its own direction: the stream stays half open.
      peer.send(
          frame(DATA, SYN, 1),
          frame(DATA, 0, 1, opening(WITH_SLASH, "")),
          frame(WINDOW_UPDATE, FIN, 1));
      for (int i = 0; i < 20; i++) {
        peer.send(frame(DATA, 0, 1, new byte[30_000]));
      }
      // For a stream that has ended.
      peer.send(frame(WINDOW_UPDATE, 0, 77), frame(DATA, 0, 79, beat()));
      peer.send(frame(DATA, SYN, 3), frame(DATA, 0, 3, opening(PROTOCOL, "beat\n")));
      Heard beats = streams.next();
      await(() -> beats.size() == 5);
      // The answers to later frames arrive after those to earlier ones.
      assertThat(peer.heard(3, AGREEMENT)).hasSize(AGREEMENT);
      assertThat(peer.resets()).isEmpty();
      assertThat(host.stats().framesIgnored())
          .containsEntry("behind-fin", 20L)
          .containsEntry("unknown-stream", 2L);
      assertNoViolation(host);
    }
  }

  /** Peers of all implementations combine several flags on one frame. */
  @Test
  void aFrameMayCarryFlagsTogether() throws IOException {
    Host host = host(listening(), KeyType.ED25519);
    Streams streams = new Streams(false);
    host.handle(PROTOCOL, streams);
    try (SocketPeer peer = SocketPeer.dial(identity(), get(host.listen(ANY_PORT)))) {
      peer.send(frame(DATA, SYN | FIN, 1, opening(PROTOCOL, "all at once")));
      assertHeard(streams, Set.of("all at once"));
      peer.send(
          frame(WINDOW_UPDATE, SYN, 3), frame(DATA, ACK | FIN, 3, opening(PROTOCOL, "in two")));
      assertHeard(streams, Set.of("in two"));
      assertNoViolation(host);
    }
    Host dialer = host(dialling(), KeyType.ED25519);
    Identity identity = identity();
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Multiaddr target =
          Multiaddr.ofSocket("127.0.0.1", server.getLocalPort()).withPeerId(identity.peerId());
      CompletionStage<Stream> open = dialer.open(target, List.of(PROTOCOL), DialOptions.DEFAULT);
      try (SocketPeer peer = SocketPeer.accept(identity, server)) {
        assertThat(peer.heard(1, AGREEMENT)).hasSize(AGREEMENT);
        peer.send(
            frame(DATA, ACK, 1, multistream(MULTISTREAM, PROTOCOL)),
            frame(WINDOW_UPDATE, ACK | FIN, 1));
        Stream stream = get(open);
        stream.closeWrite();
        get(stream.closed());
        assertNoViolation(dialer);
      }
    }
  }

  @Test
  void invalidFramesEndTheConnectionAndAreCounted() {
    for (byte[] bad :
        List.of(
            new byte[] {1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0},
            frame(4, 0, 1),
            frame(DATA, 16, 1),
            frame(DATA, SYN, 2),
            frame(DATA, SYN, 0))) {
      Host host = host(listening(), KeyType.ED25519);
      try (SocketPeer peer = SocketPeer.dial(identity(), get(host.listen(ANY_PORT)))) {
        peer.send(bad);
        peer.untilClosed();
        await(() -> host.stats().connections() == 0);
        assertThat(host.stats().violations().values()).containsExactly(1L);
      }
    }
  }

  @Test
  void aSynForALiveStreamEndsTheConnectionAndIsCounted() {
    Host host = host(listening(), KeyType.ED25519);
    host.handle(PROTOCOL, new Streams(false));
    Identity identity = identity();
    try (LogLines log = new LogLines(RefusalLog.class);
        SocketPeer peer = SocketPeer.dial(identity, get(host.listen(ANY_PORT)))) {
      peer.send(frame(DATA, SYN, 1), frame(DATA, SYN, 1));
      peer.untilClosed();
      await(() -> host.stats().connections() == 0);
      assertThat(host.stats().violations().values()).containsExactly(1L);
      assertThat(log.lines())
          .singleElement()
          .asString()
          .matches(
              "WARN violation reason=\\S+ peer="
                  + identity.peerId()
                  + " detail=.+ raise=\\S+ suppressed=0");
    }
  }

  @Test
  void streamsOpenedAndResetInBurstsAreNoViolation() {
    Host host = host(listening(), KeyType.ED25519);
    Streams streams = new Streams(false);
    host.handle(PROTOCOL, streams);
    try (SocketPeer peer = SocketPeer.dial(identity(), get(host.listen(ANY_PORT)))) {
      for (int burst = 0; burst < 50; burst++) {
        byte[][] frames = new byte[20][];
        for (int i = 0; i < 10; i++) {
          int id = 1 + 2 * (10 * burst + i);
          frames[i] = frame(DATA, SYN, id);
          frames[10 + i] = frame(WINDOW_UPDATE, RST, id);
        }
        peer.send(frames);
      }
      int last = 100_001;
      peer.send(frame(DATA, SYN, last), frame(DATA, 0, last, opening(PROTOCOL, "beat\n")));
      Heard beats = streams.next();
      await(() -> beats.size() == 5);
      assertThat(host.stats().inboundStreams()).isEqualTo(1);
      assertThat(host.stats().violations()).isEmpty();
    }
  }

  @Test
  void pingsWithoutAPauseAreAnsweredBesideOtherStreams() {
    Host host = host(listening(), KeyType.ED25519);
    Streams streams = new Streams(false);
    host.handle(PROTOCOL, streams);
    try (SocketPeer peer = SocketPeer.dial(identity(), get(host.listen(ANY_PORT)))) {
      peer.send(frame(DATA, SYN, 1), frame(DATA, 0, 1, opening(PROTOCOL, "")));
      peer.send(frame(DATA, SYN, 3), frame(DATA, 0, 3, opening(PING, "")));
      Heard beats = streams.next();
      int before = multistream(MULTISTREAM, PING).length;
      assertThat(peer.heard(3, before)).hasSize(before);
      Random random = new Random(3);
      byte[] block = new byte[32];
      for (int ping = 1; ping <= 1_000; ping++) {
        random.nextBytes(block);
        peer.send(frame(DATA, 0, 3, block));
        byte[] heard = peer.heard(3, before + 32 * ping);
        assertThat(heard).hasSize(before + 32 * ping).endsWith(block);
        if (ping % 100 == 0) {
          peer.send(frame(DATA, 0, 1, beat()));
          int expected = ping / 20;
          await(() -> beats.size() == expected);
        }
      }
      assertNoViolation(host);
    }
  }

  @Test
  void streamsOfAnOlderConnectionContinueWhenANewerArrives() {
    Host host = host(listening(), KeyType.ED25519);
    Streams streams = new Streams(false);
    host.handle(PROTOCOL, streams);
    Multiaddr address = get(host.listen(ANY_PORT));
    Identity identity = identity();
    List<SocketPeer> peers = new ArrayList<>();
    List<Heard> heard = new ArrayList<>();
    try {
      for (int i = 0; i < 2; i++) {
        peers.add(SocketPeer.dial(identity, address));
        peers.get(i).send(frame(DATA, SYN, 1), frame(DATA, 0, 1, opening(PROTOCOL, "beat\n")));
        heard.add(streams.next());
      }
      for (int beats = 2; beats < 10; beats++) {
        for (int i = 0; i < 2; i++) {
          Heard each = heard.get(i);
          int expected = 5 * beats;
          peers.get(i).send(frame(DATA, 0, 1, beat()));
          await(() -> each.size() == expected);
        }
      }
      assertThat(host.stats().connections()).isEqualTo(2);
      // The newer connection has been silent since; the older has not.
      peers.get(0).send(frame(DATA, 0, 1, beat()));
      await(() -> heard.get(0).size() == 50);

      peers.add(SocketPeer.dial(identity, address));
      peers.get(2).send(frame(DATA, SYN, 1), frame(DATA, 0, 1, opening(PROTOCOL, "beat\n")));
      heard.add(streams.next());
      peers.get(1).untilClosed();
      assertThat(peers.get(1).resets()).isEqualTo(Map.of(1, 0x1005));
      assertThat(peers.get(1).goAways()).containsExactly(0);
      assertThat(get(heard.get(1).closed())).isPresent();
      peers.get(0).send(frame(DATA, 0, 1, beat()));
      await(() -> heard.get(0).size() == 55);
      await(() -> host.stats().connections() == 2);
      assertNoViolation(host);
    } finally {
      peers.forEach(SocketPeer::close);
    }
  }

  private static List<String> told(Host host, Multiaddr address) throws Exception {
    Multiaddr local =
        Multiaddr.ofSocket("127.0.0.1", Integer.parseInt(address.value("tcp").orElseThrow()))
            .withPeerId(host.peerId());
    try (SocketPeer peer = SocketPeer.dial(identity(), local)) {
      peer.send(frame(DATA, SYN, 1), frame(DATA, 0, 1, opening(IdentifyMessage.PROTOCOL, "")));
      byte[] heard = peer.heard(1, Integer.MAX_VALUE);
      int skip = multistream(MULTISTREAM, IdentifyMessage.PROTOCOL).length;
      IdentifyReader reader = new IdentifyReader();
      reader.receive(heard, skip, heard.length - skip);
      List<String> told = new ArrayList<>();
      for (byte[] each : reader.message().listenAddresses()) {
        told.add(Multiaddr.fromBytes(each).toString());
      }
      return told;
    }
  }

  @Test
  void advertisedAddressesCanBeDialled() throws Exception {
    Host host = host(listening(), KeyType.ED25519);
    Multiaddr bound = get(host.listen(Multiaddr.parse("/ip4/0.0.0.0/tcp/0")));
    String port = bound.value("tcp").orElseThrow();
    List<String> told = told(host, bound);
    assertThat(told)
        .isNotEmpty()
        .hasSizeLessThanOrEqualTo(16)
        .allSatisfy(each -> assertThat(each).endsWith("/tcp/" + port).startsWith("/ip4/"))
        .doesNotContain("/ip4/0.0.0.0/tcp/" + port);
    Host dialer = host(dialling(), KeyType.ED25519);
    host.handle(PROTOCOL, new Streams(false));
    Multiaddr first = Multiaddr.parse(told.get(0)).withPeerId(host.peerId());
    assertThat(get(dialer.open(first, List.of(PROTOCOL), DialOptions.DEFAULT)).remotePeer())
        .isEqualTo(host.peerId());

    host.announce(List.of(Multiaddr.parse("/dns4/beats.example/tcp/443")));
    assertThat(told(host, bound)).containsExactly("/dns4/beats.example/tcp/443");
  }
}
