package fil.heartbeat.aggregator;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.libp2p.Identity;
import fil.heartbeat.libp2p.KeyType;
import fil.heartbeat.libp2p.PeerId;
import fil.heartbeat.testing.FakeHost;
import fil.heartbeat.wire.Heartbeat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The limit of streams per peer, and the time limit of an incomplete beat. */
class BeatStreamsTest {
  private static final String PROTOCOL = "fil/heartbeat/1.0.0";
  private static final String BEAT = "{\"Head\":\"\",\"Height\":1}\n";

  private final PeerId alice = Identity.generate(KeyType.ED25519).peerId();
  private final PeerId bob = Identity.generate(KeyType.ED25519).peerId();
  private final FakeHost host = new FakeHost(Identity.generate(KeyType.ED25519).peerId());
  private final List<String> told = new ArrayList<>();
  private long nowNanos = -5_000_000_000L;
  private boolean room = true;
  private int closed;
  private final BeatStreams streams = new BeatStreams(() -> nowNanos);

  private final BeatSink intake =
      new BeatSink() {
        @Override
        public boolean arrive(PeerId peer) {
          return room;
        }

        @Override
        public void depart(PeerId peer) {
          closed++;
        }

        @Override
        public void open(PeerId peer, String address) {}

        @Override
        public void beat(PeerId peer, String address, Heartbeat beat) {
          told.add("beat");
        }

        @Override
        public void drop(String reason) {
          told.add(reason);
        }

        @Override
        public void close(PeerId peer, @Nullable String reason) {
          closed++;
        }

        @Override
        public void farewell(PeerId peer, String address) {}
      };

  BeatStreamsTest() {
    host.handle(PROTOCOL, stream -> streams.listen(stream, intake));
  }

  private FakeHost.Inbound open(PeerId peer) {
    nowNanos += 1_000_000;
    return host.inbound(peer, PROTOCOL);
  }

  /** Time passes and the event loops run. */
  private void pass(Duration time) {
    for (long millis = 0; millis < time.toMillis(); millis += 100) {
      nowNanos += 100_000_000;
      streams.endUnfinished(nowNanos, 100_000_000);
    }
  }

  @Test
  void aPeerThatOpensSixtyFourStreamsHasTwo() {
    List<FakeHost.Inbound> opened = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      FakeHost.Inbound stream = open(alice);
      stream.send("{\"Head\":\"" + "x".repeat(60_000));
      opened.add(stream);
    }
    assertThat(opened.stream().filter(stream -> !stream.hasEnded()))
        .containsExactly(opened.get(62), opened.get(63));
    assertThat(opened).noneMatch(FakeHost.Inbound::wasReset);
    assertThat(opened.get(0).expired()).isEqualTo("superseded");
    assertThat(told).hasSize(62).containsOnly("superseded");
    assertThat(streams.size()).isEqualTo(2);
  }

  @Test
  void aThirdStreamEndsTheOneWithTheOldestBeatWithoutPenalty() {
    FakeHost.Inbound first = open(alice);
    first.send(BEAT);
    FakeHost.Inbound second = open(alice);
    second.send(BEAT);
    nowNanos += 1_000_000;
    first.send(BEAT);
    FakeHost.Inbound third = open(alice);
    assertThat(second.expired()).isEqualTo("superseded");
    assertThat(second.wasReset()).isFalse();
    assertThat(first.hasEnded()).isFalse();
    assertThat(third.hasEnded()).isFalse();
    // The third stream has sent no beat: it is ended before one that has.
    FakeHost.Inbound fourth = open(alice);
    assertThat(third.expired()).isEqualTo("superseded");
    assertThat(first.hasEnded()).isFalse();
    assertThat(fourth.hasEnded()).isFalse();
    assertThat(told).containsOnly("beat");
  }

  @Test
  void aStreamWithoutRoomEndsWithoutPenaltyOrTrace() {
    FakeHost.Inbound before = open(alice);
    room = false;
    FakeHost.Inbound surplus = open(alice);
    surplus.send(BEAT);
    assertThat(surplus.expired()).isEqualTo("too-many-streams");
    assertThat(surplus.wasReset()).isFalse();
    assertThat(before.hasEnded()).isFalse();
    assertThat(told).isEmpty();
    assertThat(closed).isZero();
    assertThat(streams.size()).isEqualTo(1);
  }

  @Test
  void aDiagnosticStreamReplacesNoStreamWithBeats() {
    FakeHost.Inbound node = open(alice);
    node.send(BEAT);
    for (int i = 0; i < 3; i++) {
      FakeHost.Inbound doctor = open(alice);
      nowNanos += 1_000_000;
      doctor.send("{\"Head\":\"\",\"Height\":1,\"Diagnostic\":true}");
    }
    assertThat(node.hasEnded()).isFalse();
    assertThat(told).containsExactly("beat", "diagnostic", "diagnostic", "diagnostic");
  }

  @Test
  void streamsOfOtherPeersAndEndedStreamsDoNotCount() {
    FakeHost.Inbound first = open(alice);
    FakeHost.Inbound second = open(alice);
    FakeHost.Inbound ofBob = open(bob);
    first.end();
    FakeHost.Inbound third = open(alice);
    assertThat(second.hasEnded()).isFalse();
    second.end();
    third.end();
    assertThat(ofBob.hasEnded()).isFalse();
    assertThat(streams.size()).isEqualTo(1);
  }

  @Test
  void anIncompleteObjectHasThirtySecondsHoweverSlowItArrives() {
    FakeHost.Inbound stream = open(alice);
    stream.send("{\"Head\":\"");
    for (int second = 0; second < 29; second++) {
      pass(Duration.ofSeconds(1));
      stream.send("x");
    }
    assertThat(stream.hasEnded()).isFalse();
    pass(Duration.ofSeconds(2));
    assertThat(stream.expired()).isEqualTo("unfinished");
    assertThat(stream.wasReset()).isFalse();
    assertThat(told).containsExactly("unfinished");
  }

  @Test
  void eachObjectHasItsOwnTimeLimitAndPausesBetweenHaveNone() {
    FakeHost.Inbound stream = open(alice);
    pass(Duration.ofMinutes(5));
    stream.send("{\"Head\":\"\"");
    for (int i = 0; i < 5; i++) {
      pass(Duration.ofSeconds(25));
      // The end of one object and the beginning of the next.
      stream.send("}{\"Head\":\"\"");
    }
    pass(Duration.ofSeconds(25));
    stream.send("}\n");
    pass(Duration.ofMinutes(5));
    assertThat(stream.hasEnded()).isFalse();
    assertThat(told).hasSize(6).containsOnly("beat");
  }

  @Test
  void timeWithoutReadingDoesNotCount() {
    FakeHost.Inbound stream = open(alice);
    stream.send("{\"Head\":\"");
    pass(Duration.ofSeconds(20));
    // The process was stopped: every event loop stood still.
    nowNanos += Duration.ofMinutes(10).toNanos();
    streams.endUnfinished(nowNanos, Duration.ofMinutes(10).toNanos());
    pass(Duration.ofSeconds(10));
    assertThat(stream.hasEnded()).isFalse();
    // One event loop is busy while the others run.
    for (int i = 1; i <= 600; i++) {
      nowNanos += 100_000_000;
      streams.endUnfinished(nowNanos, i * 100_000_000L);
    }
    assertThat(stream.hasEnded()).isFalse();
    pass(Duration.ofSeconds(5));
    assertThat(stream.expired()).isEqualTo("unfinished");
  }

  @Test
  void timeInWhichThePeerWasThrottledDoesNotCount() {
    FakeHost.Inbound slowed = open(alice);
    FakeHost.Inbound other = open(bob);
    slowed.slowed(Duration.ofHours(1));
    slowed.send("{\"Head\":\"");
    other.send("{\"Head\":\"");
    for (int second = 0; second < 40; second++) {
      slowed.slowed(Duration.ofMillis(900));
      pass(Duration.ofSeconds(1));
    }
    assertThat(other.expired()).isEqualTo("unfinished");
    assertThat(slowed.hasEnded()).isFalse();
    pass(Duration.ofSeconds(25));
    assertThat(slowed.hasEnded()).isFalse();
    pass(Duration.ofSeconds(2));
    assertThat(slowed.expired()).isEqualTo("unfinished");
  }

  @Test
  void anIncompleteBeatIsCountedWhenTheHostDropsItButNotWhenThePeerEndsIt() {
    FakeHost.Inbound stream = open(alice);
    stream.send(BEAT + "{\"Head\":\"" + "x".repeat(5_000));
    assertThat(stream.kept()).isBetween(5_000, 16_384);
    stream.letGo();
    assertThat(told).containsExactly("beat", "inbound-bytes");
    FakeHost.Inbound other = open(alice);
    other.send("{\"Head\":");
    other.closeConnection();
    assertThat(told).containsExactly("beat", "inbound-bytes");
    assertThat(streams.size()).isZero();
  }

  @Test
  void aWholeBeatLeavesNothingBuffered() {
    FakeHost.Inbound stream = open(alice);
    stream.send("{\"Head\":");
    assertThat(stream.kept()).isPositive();
    stream.send("\"\"}\n");
    assertThat(stream.kept()).isZero();
  }
}
