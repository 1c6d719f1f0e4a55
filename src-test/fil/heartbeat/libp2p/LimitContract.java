package fil.heartbeat.libp2p;

import static fil.heartbeat.libp2p.net.SocketPeer.DATA;
import static fil.heartbeat.libp2p.net.SocketPeer.FIN;
import static fil.heartbeat.libp2p.net.SocketPeer.SYN;
import static fil.heartbeat.libp2p.net.SocketPeer.frame;
import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.libp2p.host.InboundBudget;
import fil.heartbeat.libp2p.net.SocketPeer;
import fil.heartbeat.testing.Configs;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;

/**
 * Limits of connections, memory and time that a host applies to peers; every implementation runs
 * these tests.
 */
public abstract class LimitContract extends PeerContract {
  /** More bytes than a host holds for one peer, and fewer than a connection may queue. */
  private static final int ABOVE_BUDGET = 2 * 1024 * 1024;

  /** Opens a silent socket, which only shows whether the host closes it. */
  private static Socket silent(Multiaddr host) throws IOException {
    return SocketPeer.connect(host, InetAddress.getLoopbackAddress());
  }

  /** Whether the host closes it within a time. */
  private static boolean isClosed(Socket socket, Duration within) throws IOException {
    socket.setSoTimeout(Math.toIntExact(within.toMillis()));
    try {
      int heard;
      do {
        // The bytes that the host sends before it has received anything.
        heard = socket.getInputStream().read();
      } while (heard >= 0);
      return true;
    } catch (SocketTimeoutException open) {
      return false;
    } catch (SocketException reset) {
      return true;
    }
  }

  private static long counted(HostStats stats) {
    return java.util.stream.Stream.concat(
            stats.refused().values().stream(), stats.failedUpgrades().values().stream())
        .mapToLong(Long::longValue)
        .sum();
  }

  @Test
  void anExpectedPeerTakesTheConnectionOfAStranger() {
    Host host = host(listening(), Configs.patient().withSockets(s -> s.withMaxConnections(2)));
    Set<PeerId> expected = ConcurrentHashMap.newKeySet();
    host.expect(expected::contains);
    Streams streams = new Streams(false);
    host.handle(PROTOCOL, streams);
    Multiaddr address = get(host.listen(ANY_PORT));
    Identity awaited = identity();
    expected.add(awaited.peerId());
    try (SocketPeer first = SocketPeer.dial(identity(), address);
        SocketPeer second = SocketPeer.dial(identity(), address)) {
      for (SocketPeer stranger : new SocketPeer[] {first, second}) {
        stranger.send(frame(DATA, SYN, 1), frame(DATA, 0, 1, opening(PROTOCOL, "")));
      }
      Heard one = streams.next();
      Heard other = streams.next();
      try (SocketPeer late = SocketPeer.dial(awaited, address)) {
        late.send(frame(DATA, SYN, 1), frame(DATA, 0, 1, opening(PROTOCOL, "beat\n")));
        assertThat(streams.next().stream.remotePeer()).isEqualTo(awaited.peerId());
        first.untilClosed();
        assertThat(first.goAways()).containsExactly(0);
        await(() -> host.stats().connections() == 2);
        assertThat(host.stats().refused()).isEqualTo(Map.of("gave-way-to-expected", 1L));
        CompletionStage<?> ended =
            CompletableFuture.anyOf(
                one.closed().toCompletableFuture(), other.closed().toCompletableFuture());
        assertThat(get(ended)).isNotNull();
        second.send(frame(DATA, 0, 1, beat()));
        await(() -> one.size() + other.size() == 5);
      }
    }
  }

  @Test
  void aStrangerIsRefusedWhenAllConnectionsAreTaken() throws IOException {
    Host host = host(listening(), Configs.patient().withSockets(s -> s.withMaxConnections(1)));
    host.expect(peer -> false);
    Streams streams = new Streams(false);
    host.handle(PROTOCOL, streams);
    Multiaddr address = get(host.listen(ANY_PORT));
    try (SocketPeer first = SocketPeer.dial(identity(), address)) {
      first.send(frame(DATA, SYN, 1), frame(DATA, 0, 1, opening(PROTOCOL, "")));
      Heard beats = streams.next();
      try (SocketPeer late =
          SocketPeer.dial(identity(), address, InetAddress.getLoopbackAddress())) {
        late.untilClosed();
      } catch (IOException closedBeforeItWasOpen) {
        assertThat(closedBeforeItWasOpen).hasMessageContaining("closed during the upgrade");
      }
      await(() -> host.stats().failedUpgrades().equals(Map.of("max-connections", 1L)));
      first.send(frame(DATA, 0, 1, beat()));
      await(() -> beats.size() == 5);
      assertThat(host.stats().connections()).isEqualTo(1);
    }
  }

  /**
   * A peer that connects can cause answers; unread ones count as held bytes, like incomplete
   * messages.
   */
  @Test
  void unreadAnswersEndTheirConnectionLongBeforeItsOwnLimit() {
    Host host = host(listening(), KeyType.ED25519);
    BlockingQueue<CompletionStage<Void>> answers = new LinkedBlockingQueue<>();
    host.handle(
        PROTOCOL,
        stream -> {
          answers.add(stream.write(new byte[ABOVE_BUDGET]));
          return bytes -> {};
        });
    try (SocketPeer peer = SocketPeer.dial(identity(), get(host.listen(ANY_PORT)))) {
      peer.send(frame(DATA, SYN, 1), frame(DATA, 0, 1, opening(PROTOCOL, "")));
      // It receives one window of bytes and returns no credit for more.
      peer.untilClosed();
      await(() -> host.stats().connections() == 0 && !answers.isEmpty());
      assertThat(failure(answers.remove()).code()).isEqualTo(Libp2pException.Code.LIMIT);
    }
  }

  @Test
  void bytesWaitingForADialledPeerDoNotCount() {
    Host listener = host(listening(), KeyType.ED25519);
    Streams streams = new Streams(true);
    listener.handle(PROTOCOL, streams);
    Host dialer = host(dialling(), KeyType.ED25519);
    Multiaddr address = get(listener.listen(ANY_PORT));
    Stream stream = get(dialer.open(address, List.of(PROTOCOL), Configs.PATIENT_DIAL));
    CompletionStage<Void> write = stream.write(new byte[ABOVE_BUDGET]);
    Heard heard = streams.next();
    get(dialer.open(address, List.of(PROTOCOL), Configs.PATIENT_DIAL));
    assertThat(write.toCompletableFuture()).isNotDone();
    heard.stream.resume();
    get(write);
    await(() -> heard.size() == ABOVE_BUDGET);
  }

  /**
   * A socket whose time ends while it waits for its turn is closed then, even if its turn comes at
   * that moment, and before a later one of another address with more time left.
   */
  @Test
  void theTimeForAHandshakeBeginsBeforeItsTurn() throws IOException {
    Duration time = Duration.ofSeconds(1);
    Host host =
        host(
            listening(),
            Configs.patient()
                .withDeadlines(d -> d.withUpgradeTimeout(time))
                .withSockets(s -> s.withMaxPendingUpgrades(1)));
    Host clock =
        host(
            listening(),
            Configs.patient()
                .withDeadlines(d -> d.withUpgradeTimeout(time.multipliedBy(8).dividedBy(5))));
    Multiaddr address = get(host.listen(ANY_PORT));
    Multiaddr other = get(clock.listen(ANY_PORT));
    try (Socket holder = silent(address)) {
      await(() -> host.stats().pendingUpgrades() == 1);
      try (Socket waiting = silent(address)) {
        await(() -> host.stats().waitingSockets() == 1);
        try (Socket later = silent(other)) {
          await(() -> clock.stats().pendingUpgrades() == 1);
          assertThat(isClosed(later, Duration.ofSeconds(20))).isTrue();
          assertThat(isClosed(waiting, time.dividedBy(5))).isTrue();
          assertThat(isClosed(holder, time.dividedBy(5))).isTrue();
        }
      }
    }
    await(() -> clock.stats().failedUpgrades().equals(Map.of("timeout", 1L)));
    // Each is counted once, whether its turn or the end of its time came first.
    await(() -> counted(host.stats()) == 2 && host.stats().pendingUpgrades() == 0);
  }

  /** Collecting whole frames first would hold up to a window for each peer. */
  @Test
  void aFrameIsDeliveredAsItArrives() {
    Host host = host(listening(), KeyType.ED25519);
    Streams streams = new Streams(false);
    host.handle(PROTOCOL, streams);
    try (SocketPeer peer = SocketPeer.dial(identity(), get(host.listen(ANY_PORT)))) {
      peer.send(frame(DATA, SYN, 1), frame(DATA, 0, 1, opening(PROTOCOL, "")));
      Heard heard = streams.next();
      byte[] whole = frame(DATA, FIN, 1, new byte[200_000]);
      int begin = 0;
      for (int end : new int[] {5, 100_012, 200_012}) {
        peer.send(Arrays.copyOfRange(whole, begin, end));
        int expected = Math.max(0, end - 12);
        await(() -> heard.size() == expected);
        begin = end;
      }
      assertThat(get(heard.closed())).isEmpty();
    }
  }

  @Test
  void incompleteMessagesAreBoundedForAnAddress() {
    Host host = host(listening(), Configs.patient().withSockets(s -> s.withExemptLoopback(false)));
    Multiaddr address = get(host.listen(ANY_PORT));
    int each = 64_000;
    long limit = InboundBudget.Limits.ofHeap(Runtime.getRuntime().maxMemory()).perAddress();
    int fit = Math.toIntExact(limit / each);
    List<SocketPeer> peers = new ArrayList<>();
    try {
      for (int i = 0; i < fit + 5; i++) {
        SocketPeer peer = SocketPeer.dial(identity(), address);
        peers.add(peer);
        peer.sendUnfinished(65_000, each);
      }
      await(() -> host.stats().streamsRefused().getOrDefault("inbound-bytes", 0L) == 5);
      await(() -> host.stats().connections() == fit);
    } finally {
      peers.forEach(SocketPeer::close);
    }
  }
}
