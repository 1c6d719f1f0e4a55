package fil.heartbeat.aggregator;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.config.HostProviders;
import fil.heartbeat.history.NoHistory;
import fil.heartbeat.libp2p.DialOptions;
import fil.heartbeat.libp2p.Host;
import fil.heartbeat.libp2p.HostConfig;
import fil.heartbeat.libp2p.Identity;
import fil.heartbeat.libp2p.KeyType;
import fil.heartbeat.libp2p.Libp2pException;
import fil.heartbeat.libp2p.Multiaddr;
import fil.heartbeat.libp2p.Stream;
import fil.heartbeat.testing.Await;
import fil.heartbeat.wire.HeartbeatProtocol;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Two hosts with one key beat to an aggregator over the network; the test drives its time. */
@ExtendWith(VertxExtension.class)
@Timeout(60)
class ClonedKeyTest {
  private static final Instant START = Instant.parse("2026-01-02T03:04:05Z");
  private static final Pattern TWO_PLACES =
      Pattern.compile("beats from two places: (/ip4/127\\.0\\.0\\.1/tcp/\\d+) and (\\S+)");

  private final AtomicLong nanos = new AtomicLong();
  private final Identity key = Identity.generate(KeyType.ED25519);
  private final List<Host> hosts = new ArrayList<>();
  private Vertx vertx;
  private AggregatorVerticle aggregator;
  private long sent;

  @BeforeEach
  void setUp(Vertx vertx) throws Exception {
    this.vertx = vertx;
    aggregator =
        new AggregatorVerticle(
            host(Identity.generate(KeyType.ED25519)),
            Multiaddr.parse("/ip4/127.0.0.1/tcp/0"),
            AggregatorSettings.DEFAULT,
            Membership.OPEN,
            new NoHistory(),
            () -> START.plusNanos(nanos.get()),
            nanos::get);
    Await.done(vertx.deployVerticle(aggregator).toCompletionStage());
  }

  @AfterEach
  void end() throws Exception {
    for (Host host : hosts) {
      Await.done(host.close());
    }
  }

  private Host host(Identity identity) {
    Host host = HostProviders.named("built-in").create(vertx, identity, HostConfig.DEFAULT);
    hosts.add(host);
    return host;
  }

  private Stream open(Host from) throws Exception {
    return Await.done(from.open(aggregator.address(), HeartbeatProtocol.IDS, DialOptions.DEFAULT));
  }

  private Snapshot snapshot() throws Exception {
    return Await.done(aggregator.snapshot().toCompletionStage());
  }

  private void beat(Stream stream) throws Exception {
    String beat = "{\"Head\":\"\",\"Height\":1,\"Nickname\":\"lotus-01\",\"MinerAddress\":\"\"}\n";
    Await.done(stream.write(beat.getBytes(StandardCharsets.UTF_8)));
    sent++;
    while (snapshot().overview().accounts().beats().received() < sent) {
      // The beat arrives over the network.
      Thread.onSpinWait();
    }
  }

  private static Libp2pException.Code failure(Stream stream) throws Exception {
    return Await.done(
        stream.closed().handle((done, failure) -> ((Libp2pException) failure).code()));
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  @Test
  void aClonedKeyIsReportedAtTheNodeWithBothAddresses() throws Exception {
    Stream first = open(host(key));
    beat(first);
    pass(Duration.ofSeconds(100));
    Stream second = open(host(key));
    for (int period = 0; period < 5; period++) {
      beat(second);
      pass(Duration.ofSeconds(5));
      beat(first);
      pass(Duration.ofSeconds(5));
    }
    Node node = snapshot().nodes().get(0);
    assertThat(node.conflicts()).singleElement().asString().matches(TWO_PLACES);
    var said = TWO_PLACES.matcher(node.conflicts().get(0));
    assertThat(said.matches()).isTrue();
    assertThat(said.group(1)).isNotEqualTo(said.group(2));
    assertThat(node.twinSince()).isEqualTo(START.plusSeconds(100));
    // The older process is warned, since it cannot know; the other continues to beat.
    assertThat(failure(first)).isEqualTo(Libp2pException.Code.SUPPLANTED);
    beat(second);
    // Readers of the changes see it too.
    assertThat(
            Await.done(aggregator.changesSince(0).toCompletionStage()).nodes().get(0).conflicts())
        .isEqualTo(node.conflicts());
  }

  @Test
  void twoStreamsOfOneHostAreOnePlace() throws Exception {
    Host host = host(key);
    Stream first = open(host);
    Stream second = open(host);
    for (int period = 0; period < 12; period++) {
      beat(first);
      pass(Duration.ofSeconds(5));
      beat(second);
      pass(Duration.ofSeconds(5));
    }
    assertThat(snapshot().nodes()).singleElement().returns(List.of(), Node::conflicts);
  }
}
