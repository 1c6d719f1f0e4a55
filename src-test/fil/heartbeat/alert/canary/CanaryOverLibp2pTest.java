package fil.heartbeat.alert.canary;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.aggregator.AggregatorSettings;
import fil.heartbeat.aggregator.AggregatorVerticle;
import fil.heartbeat.aggregator.Changes;
import fil.heartbeat.aggregator.IngestCounts;
import fil.heartbeat.aggregator.Membership;
import fil.heartbeat.aggregator.Snapshot;
import fil.heartbeat.libp2p.Host;
import fil.heartbeat.libp2p.HostConfig;
import fil.heartbeat.libp2p.HostProvider;
import fil.heartbeat.libp2p.Identity;
import fil.heartbeat.libp2p.KeyType;
import fil.heartbeat.libp2p.Multiaddr;
import fil.heartbeat.libp2p.PeerId;
import fil.heartbeat.testing.Await;
import fil.heartbeat.testing.RecordingHistory;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A real canary at a real aggregator, over loopback. */
@ExtendWith(VertxExtension.class)
@Timeout(60)
class CanaryOverLibp2pTest {
  private static final int ROUNDS = 6;
  private static final Duration QUICK = Duration.ofMillis(20);

  private final RecordingHistory history = new RecordingHistory();
  private final List<Host> canaries = new CopyOnWriteArrayList<>();
  private long seen;

  private enum Lists {
    OPEN(new Membership(Set.of(), Set.of(), Map.of())),
    OTHERS_ALLOWED(
        new Membership(Set.of(Identity.generate(KeyType.ED25519).peerId()), Set.of(), Map.of()));

    private final Membership membership;

    Lists(Membership membership) {
      this.membership = membership;
    }
  }

  private AggregatorVerticle aggregator(Vertx vertx, Membership membership) throws Exception {
    AggregatorVerticle aggregator =
        new AggregatorVerticle(
            host(vertx, Identity.generate(KeyType.ED25519)),
            Multiaddr.parse("/ip4/127.0.0.1/tcp/0"),
            AggregatorSettings.DEFAULT,
            membership,
            history,
            InstantSource.system(),
            System::nanoTime);
    assertThat(Await.done(vertx.deployVerticle(aggregator))).isNotEmpty();
    return aggregator;
  }

  private static Host host(Vertx vertx, Identity identity) {
    return HostProvider.named("built-in").create(vertx, identity, HostConfig.DEFAULT);
  }

  private CanaryVerticle canary(Vertx vertx, AggregatorVerticle aggregator) throws Exception {
    CanaryVerticle canary =
        new CanaryVerticle(
            identity -> {
              Host host = host(vertx, identity);
              canaries.add(host);
              return host;
            },
            aggregator.address(),
            aggregator::canary,
            new CanaryTimes(QUICK, QUICK, QUICK, QUICK),
            System::nanoTime,
            InstantSource.system());
    assertThat(Await.done(vertx.deployVerticle(canary))).isNotEmpty();
    return canary;
  }

  /** Polls as the alert role does; a beat that is seen counts as ruled and delivered. */
  private void look(AggregatorVerticle aggregator, CanaryVerticle canary) throws Exception {
    Changes changes = Await.done(aggregator.changesSince(0));
    assertThat(changes.nodes()).isEmpty();
    canary.seen(changes.canary());
    canary.ruled(changes.canary());
    canary.delivered(changes.canary());
    seen = changes.canary();
  }

  @ParameterizedTest
  @EnumSource(Lists.class)
  void itBeatsThroughTheRealPortAndIsNotListed(Lists lists, Vertx vertx) throws Exception {
    AggregatorVerticle aggregator = aggregator(vertx, lists.membership);
    CanaryVerticle canary = canary(vertx, aggregator);
    while (canary.report().delivered() < ROUNDS) {
      look(aggregator, canary);
    }
    Snapshot now = Await.done(aggregator.snapshot());
    // It did come over a connection, as the host's counters show.
    assertThat(now.overview().accounts().host().upgrades()).isPositive();
    nothingIsKnown(now);
    CanaryReport report = canary.report();
    assertThat(report.healthy()).isTrue();
    assertThat(report.last()).isNotNull();
    Await.done(vertx.undeploy(canary.deploymentID()));
    Await.until(vertx, () -> canaries.get(0).stats().connections() == 0);
    Await.done(vertx.undeploy(aggregator.deploymentID()));
    assertThat(history.nodes).isEmpty();
    assertThat(history.connections).isEmpty();
    assertThat(history.changes).isEmpty();
    assertThat(history.rows).isEmpty();
  }

  private static void nothingIsKnown(Snapshot now) {
    assertThat(now.nodes()).isEmpty();
    assertThat(now.overview().accounts().beats()).isEqualTo(new IngestCounts(0, 0, Map.of()));
    assertThat(now.overview().networks())
        .allSatisfy(net -> assertThat(net.votes().voters()).isZero());
    assertThat(now.overview().accounts().forgotten()).isZero();
  }

  @Test
  void itComesBackAfterItsConnectionIsCut(Vertx vertx) throws Exception {
    AggregatorVerticle aggregator = aggregator(vertx, Membership.OPEN);
    CanaryVerticle canary = canary(vertx, aggregator);
    while (seen == 0) {
      look(aggregator, canary);
    }
    long before = seen;
    long ended = canaries.get(0).stats().closed();
    // It is no longer the canary, and the lists name others only: the aggregator closes it.
    PeerId nobody = Identity.generate(KeyType.ED25519).peerId();
    aggregator.canary(nobody);
    aggregator.membership(new Membership(Set.of(nobody), Set.of(), Map.of()));
    Await.until(vertx, () -> canaries.get(0).stats().closed() > ended);
    aggregator.canary(canaries.get(0).peerId());
    while (seen <= before) {
      look(aggregator, canary);
    }
    nothingIsKnown(Await.done(aggregator.snapshot()));
  }
}
