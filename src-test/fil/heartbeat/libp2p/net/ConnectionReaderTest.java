package fil.heartbeat.libp2p.net;

import static fil.heartbeat.libp2p.net.HostPair.PROTOCOL;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.libp2p.HostConfig;
import fil.heartbeat.libp2p.Stream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A peer that pings faster than the allowed rate is not read meanwhile, and that time is reported.
 */
class ConnectionReaderTest {
  private static final byte[] PING = {0, 2, 0, 1, 0, 0, 0, 0, 0, 0, 0, 7};

  private final ManualLoop loop = new ManualLoop();
  private final LoopHost host = new LoopHost(loop, HostConfig.DEFAULT);
  private final List<Stream> streams = new ArrayList<>();
  private final StringBuilder heard = new StringBuilder();

  private RawPeer peer() {
    host.handle(
        PROTOCOL,
        stream -> {
          streams.add(stream);
          return bytes -> heard.append(UTF_8.decode(bytes));
        });
    FakeWire[] pair = FakeWire.pair(loop);
    host.accept(pair[1]);
    RawPeer peer = new RawPeer(loop, pair[0], host.id());
    loop.drive();
    return peer;
  }

  private static byte[] pings(int count) {
    ByteBuffer pings = ByteBuffer.allocate(count * PING.length);
    for (int i = 0; i < count; i++) {
      pings.put(PING);
    }
    return pings.array();
  }

  @Test
  void theTimeInWhichAPeerIsSlowedIsReported() {
    RawPeer peer = peer();
    int id = peer.openWith(RawPeer.multistream("/multistream/1.0.0", PROTOCOL));
    loop.drive();
    Stream stream = streams.get(0);
    loop.advance(Duration.ofSeconds(5));
    assertThat(stream.unreadNanos()).isZero();

    // After the burst of 64, ten a second are answered, so the bytes after them wait.
    peer.sendPlaintext(pings(64 + 400));
    long mark = peer.session.write(id, "word".getBytes(UTF_8), 0, 4);
    assertThat(mark).isPositive();
    peer.flush();
    loop.advance(Duration.ofSeconds(30));
    assertThat(heard).isEmpty();
    assertThat(Duration.ofNanos(stream.unreadNanos())).isBetween(at(29), at(30));
    loop.advance(Duration.ofSeconds(30));
    assertThat(heard).hasToString("word");
    assertThat(Duration.ofNanos(stream.unreadNanos())).isBetween(at(39), at(41));
    assertThat(host.stats().connections()).isEqualTo(1);
    assertThat(host.stats().violations()).isEmpty();
  }

  private static Duration at(int seconds) {
    return Duration.ofSeconds(seconds);
  }
}
