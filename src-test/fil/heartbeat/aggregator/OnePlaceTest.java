package fil.heartbeat.aggregator;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.history.NoHistory;
import fil.heartbeat.libp2p.PeerId;
import fil.heartbeat.testing.Await;
import fil.heartbeat.testing.FakeHost;
import fil.heartbeat.wire.HeartbeatProtocol;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Situations that look like a key in two places but are not, through the whole aggregator: the test
 * drives time, and each open stream sends beats until it ends.
 */
@ExtendWith(VertxExtension.class)
@Timeout(60)
class OnePlaceTest {
  private static final Instant START = Instant.parse("2026-01-02T03:04:05Z");
  private static final PeerId NODE = SimulatedFleet.peer(31, 1);
  private static final String BEAT =
      "{\"Head\":\"\",\"Height\":1,\"Nickname\":\"lotus-01\",\"MinerAddress\":\"\"}\n";
  private static final String DIAGNOSTIC = BEAT.replace("}\n", ",\"Diagnostic\":true}\n");

  /** Events after a node has sent beats for a minute. */
  private enum Event {
    A_DOCTOR(List.of()) {
      @Override
      void happens(OnePlaceTest world) throws Exception {
        world.doctors(1);
      }
    },
    THREE_DOCTORS(List.of()) {
      @Override
      void happens(OnePlaceTest world) throws Exception {
        world.doctors(3);
      }
    },
    A_REBINDING(List.of()) {
      @Override
      void happens(OnePlaceTest world) throws Exception {
        // The router dropped the connection: the end is noticed only after the time limit of
        // silence.
        FakeHost.Inbound before = world.node;
        world.seconds(20, false);
        world.dials("/ip4/203.0.113.9/tcp/41001");
        world.seconds(60, true);
        before.lose();
      }
    },
    A_RESTART(List.of()) {
      @Override
      void happens(OnePlaceTest world) throws Exception {
        world.node.leave();
        world.seconds(4, false);
        world.dials("/ip4/192.0.2.1/tcp/1002");
      }
    },
    A_RESTART_THAT_OVERLAPS(List.of()) {
      @Override
      void happens(OnePlaceTest world) throws Exception {
        FakeHost.Inbound before = world.node;
        world.dials("/ip4/192.0.2.1/tcp/1002");
        for (int second = 0; second < 10; second++) {
          before.send(BEAT);
          world.seconds(1, true);
        }
        before.leave();
      }
    },
    A_REDIAL(List.of()) {
      @Override
      void happens(OnePlaceTest world) throws Exception {
        for (int port = 1002; port < 1008; port++) {
          FakeHost.Inbound before = world.node;
          world.dials("/ip4/192.0.2.1/tcp/" + port);
          // The bytes buffered in its socket arrive.
          before.send(BEAT + BEAT);
          world.seconds(2, true);
          before.send(BEAT);
          before.lose();
          world.seconds(15, true);
        }
      }
    },
    /** The counter-check: a real clone is detected. */
    A_CLONE(List.of("beats from two places: /ip4/192.0.2.1/tcp/1001 and /ip4/192.0.2.2/tcp/1001")) {
      @Override
      void happens(OnePlaceTest world) throws Exception {
        FakeHost.Inbound clone =
            world.host.inbound(NODE, HeartbeatProtocol.IDS.get(0), "/ip4/192.0.2.2/tcp/1001");
        for (int second = 0; second < 60; second++) {
          if (second % world.period == 0) {
            clone.send(BEAT);
          }
          world.seconds(1, true);
        }
      }
    };

    private final List<String> conflicts;

    Event(List<String> conflicts) {
      this.conflicts = conflicts;
    }

    abstract void happens(OnePlaceTest world) throws Exception;
  }

  private final AtomicLong nanos = new AtomicLong();
  private final FakeHost host = new FakeHost(SimulatedFleet.peer(31, 0));
  private final List<List<String>> conflicts = new ArrayList<>();
  private final AggregatorVerticle aggregator =
      VirtualAggregator.of(
          host,
          AggregatorSettings.DEFAULT,
          Membership.OPEN,
          new NoHistory(),
          () -> START.plusNanos(nanos.get()),
          nanos::get);
  private FakeHost.Inbound node;
  private long period;
  private long passed;

  @BeforeEach
  void setUp(Vertx vertx) throws Exception {
    Await.done(vertx.deployVerticle(aggregator).toCompletionStage());
    dials("/ip4/192.0.2.1/tcp/1001");
  }

  private void dials(String from) {
    node = host.inbound(NODE, HeartbeatProtocol.IDS.get(0), from);
  }

  /** Each from its own port, for the duration of one run. */
  private void doctors(int count) throws Exception {
    List<FakeHost.Inbound> doctors = new ArrayList<>();
    for (int second = 0; second < 12; second++) {
      if (second < count) {
        doctors.add(
            host.inbound(
                NODE, HeartbeatProtocol.IDS.get(0), "/ip4/192.0.2.1/tcp/" + (2001 + second)));
      }
      doctors.stream()
          .filter(each -> !each.hasEnded())
          .forEach(each -> each.send(DIAGNOSTIC + DIAGNOSTIC));
      seconds(1, true);
    }
    doctors.forEach(FakeHost.Inbound::end);
  }

  private void seconds(int count, boolean beats) throws Exception {
    for (int second = 0; second < count; second++) {
      if (beats && passed % period == 0) {
        node.send(BEAT);
      }
      passed++;
      Await.done(
          VirtualAggregator.second(aggregator, () -> nanos.addAndGet(100_000_000L))
              .toCompletionStage());
      for (Node each : Await.done(aggregator.snapshot().toCompletionStage()).nodes()) {
        conflicts.add(each.conflicts());
      }
    }
  }

  static Stream<Arguments> events() {
    return Stream.of(Event.values())
        .flatMap(event -> Stream.of(1L, 3L, 10L).map(period -> Arguments.of(event, period)));
  }

  @ParameterizedTest
  @MethodSource("events")
  void onlyACloneIsDetected(Event event, long beatsEach) throws Exception {
    period = beatsEach;
    seconds(60, true);
    event.happens(this);
    seconds(130, true);
    assertThat(conflicts).hasSizeGreaterThan(180);
    assertThat(conflicts.stream().flatMap(List::stream).distinct())
        .containsExactlyElementsOf(event.conflicts);
    assertThat(host.isClosed()).isFalse();
    assertThat(node.hasEnded()).isEqualTo(event == Event.A_CLONE);
  }
}
