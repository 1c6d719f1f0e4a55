package fil.heartbeat.aggregator;

import static java.nio.charset.StandardCharsets.UTF_8;

import fil.heartbeat.chain.Network;
import fil.heartbeat.chain.TipsetKey;
import fil.heartbeat.fleet.FleetLimits;
import fil.heartbeat.fleet.FleetSettings;
import fil.heartbeat.fleet.NetworkReport;
import fil.heartbeat.fleet.State;
import fil.heartbeat.history.StateChange;
import fil.heartbeat.libp2p.PeerId;
import fil.heartbeat.testing.RecordingHistory;
import fil.heartbeat.wire.Heartbeat;
import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A fleet that sends beats to a registry in virtual time: half of the nodes every 3 s, half every
 * 10 s, with jitter, hiccups of 2 s and restarts, each with a small delay of its own in receiving
 * blocks.
 */
final class SimulatedFleet {
  static final Instant START = Network.SIMULATED.genesisTime().plus(Duration.ofDays(30));

  private static final long START_MILLIS =
      Duration.between(Network.SIMULATED.genesisTime(), START).toMillis();
  private static final int TICK = 100;
  private static final int EVALUATION = 1_000;

  /** The kinds of incidents of a node. */
  enum Kind {
    FORK(State.FORKED),
    STALL(State.STALLED),
    SILENCE(State.SILENT),
    LAG(State.BEHIND);

    final State expected;

    Kind(State expected) {
      this.expected = expected;
    }
  }

  /** From and until in milliseconds since the start. */
  record Incident(int node, Kind kind, long from, long until) {}

  /** One change of state. */
  record Change(int node, long at, State from, State to) {}

  private static final class Sender {
    private final PeerId peer;
    private final long period;
    private final int late;
    private SimulatedBlocks chain;
    private SimulatedBlocks.@Nullable Head frozen;
    private @Nullable Kind trouble;
    private boolean up;

    private Sender(PeerId peer, long period, int late, SimulatedBlocks chain) {
      this.peer = peer;
      this.period = period;
      this.late = late;
      this.chain = chain;
    }
  }

  private record Event(long at, long order, int node, boolean beat) implements Comparable<Event> {
    @Override
    public int compareTo(Event other) {
      int byTime = Long.compare(at, other.at);
      return byTime != 0 ? byTime : Long.compare(order, other.order);
    }
  }

  final List<Change> changes = new ArrayList<>();
  final Registry registry;
  private final long seed;
  private final SplittableRandom random;
  private final SimulatedBlocks main;
  private final Map<String, SimulatedBlocks> branches = new HashMap<>();
  private final List<Sender> senders = new ArrayList<>();
  private final Map<String, Integer> numbers = new HashMap<>();
  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private final List<Incident> incidents = new ArrayList<>();
  private final double restartsADay;
  private long now;
  private long orders;
  private Duration wall = Duration.ZERO;
  private long slept;
  private final Clocks clock =
      new Clocks(
          () -> now * 1_000_000,
          () -> START.plusMillis(now).plus(wall),
          () -> OptionalLong.of(now + slept));
  private boolean referenced;
  long sent;

  SimulatedFleet(long seed, int nodes, double restartsADay) {
    this.seed = seed;
    this.restartsADay = restartsADay;
    random = new SplittableRandom(seed);
    main = new SimulatedBlocks(seed, "", 0);
    registry =
        new Registry(
            new AggregatorSettings(
                Optional.of(Network.SIMULATED), FleetLimits.DEFAULT, FleetSettings.DEFAULT),
            new Recording(),
            moment());
    for (int i = 0; i < nodes; i++) {
      Sender sender =
          new Sender(peer(seed, i), i % 2 == 0 ? 3_000 : 10_000, random.nextInt(2_000) - 500, main);
      senders.add(sender);
      numbers.put(sender.peer.toString(), i);
      schedule(random.nextLong(sender.period), i, true);
      scheduleRestart(0, i);
    }
  }

  /** Returns a peer id without a key. */
  static PeerId peer(long seed, int number) {
    try {
      byte[] key =
          MessageDigest.getInstance("SHA-256").digest((seed + "/" + number).getBytes(UTF_8));
      ByteArrayOutputStream id = new ByteArrayOutputStream();
      id.writeBytes(new byte[] {0, 36, 8, 1, 18, 32});
      id.writeBytes(key);
      return PeerId.fromBytes(id.toByteArray());
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  void plan(Incident incident) {
    incidents.add(incident);
  }

  /** Puts nodes on a branch from now on; the empty name is the main chain. */
  void branch(String name, int from, int to) {
    SimulatedBlocks chain = chain(name);
    for (int i = from; i < to; i++) {
      senders.get(i).chain = chain;
    }
  }

  boolean hasBlocks(String branch, long height) {
    return chain(branch).hasBlocks(height);
  }

  private SimulatedBlocks chain(String name) {
    return name.isEmpty()
        ? main
        : branches.computeIfAbsent(name, ignored -> new SimulatedBlocks(seed, name, epoch()));
  }

  long epoch() {
    return (START_MILLIS + slept + now) / 30_000;
  }

  long now() {
    return now;
  }

  /** Sets the wall clock of the aggregator's machine; the nodes' clocks are not changed. */
  void step(Duration by) {
    wall = wall.plus(by);
  }

  /** Suspends the aggregator's machine: no beats arrive meanwhile, and the chain goes on. */
  void sleep(Duration time) {
    slept += time.toMillis();
    wall = wall.plus(time);
  }

  /** Polls an independent node on the main chain every 15 s from now on. */
  void reference() {
    referenced = true;
  }

  private void askReference() {
    if (referenced && now % 15_000 == 0) {
      SimulatedBlocks.Head head = main.headAt(START_MILLIS + slept + now, 0);
      registry.onReference(
          "reference",
          new ReferenceNode.Answer(
              null, TipsetKey.parse(head.key()), head.height(), TipsetKey.EMPTY, -1),
          moment());
    }
  }

  NetworkReport report() {
    return registry.networks().get(0);
  }

  State state(int node) {
    Node known = registry.node(senders.get(node).peer.toString());
    return known == null ? State.MISSING : known.state();
  }

  /**
   * Runs until this many milliseconds after the start.
   *
   * @param evaluated called after each evaluation
   */
  void runUntil(long end, BiConsumer<SimulatedFleet, Long> evaluated) {
    incidents.sort((a, b) -> Long.compare(a.from(), b.from()));
    while (now < end) {
      now += TICK;
      for (Incident incident : incidents) {
        if (incident.from() > now) {
          break;
        }
        applyTo(incident);
      }
      incidents.removeIf(incident -> incident.until() <= now);
      while (!events.isEmpty() && events.peek().at() <= now) {
        Event event = events.remove();
        if (event.beat()) {
          beat(event);
        } else {
          turn(event);
        }
      }
      askReference();
      clock.step().ifPresent(step -> registry.stepped(step, moment()));
      registry.tick(moment());
      if (now % EVALUATION == 0) {
        registry.evaluate(moment());
        evaluated.accept(this, now);
      }
    }
  }

  private void applyTo(Incident incident) {
    Sender sender = senders.get(incident.node());
    if (incident.until() <= now) {
      sender.trouble = null;
      sender.frozen = null;
      sender.chain = main;
    } else if (sender.trouble == null) {
      sender.trouble = incident.kind();
      if (incident.kind() == Kind.STALL) {
        sender.frozen = main.headAt(START_MILLIS + slept + now, sender.late);
      } else if (incident.kind() == Kind.FORK) {
        sender.chain = new SimulatedBlocks(seed, "fork" + incident.node(), epoch());
      }
    }
  }

  private void beat(Event event) {
    Sender sender = senders.get(event.node());
    long hiccup = random.nextInt(2_000) == 0 ? 2_000 : 0;
    schedule(event.at() + sender.period + random.nextInt(200) + hiccup, event.node(), true);
    if (!sender.up) {
      if (restarting(sender)) {
        return;
      }
      open(sender);
    }
    if (sender.trouble == Kind.SILENCE) {
      return;
    }
    long seen = START_MILLIS + slept + event.at() - (sender.trouble == Kind.LAG ? 210_000 : 0);
    SimulatedBlocks.Head head =
        sender.frozen == null ? sender.chain.headAt(seen, sender.late) : sender.frozen;
    sent++;
    registry.onBeat(
        sender.peer,
        new Heartbeat(head.key(), head.height(), "node-" + event.node(), "", null, null),
        moment());
  }

  private boolean restarting(Sender sender) {
    return restartingNow.containsKey(sender);
  }

  private final Map<Sender, Boolean> restartingNow = new HashMap<>();

  /** A node goes down for 5 to 15 seconds, or returns. */
  private void turn(Event event) {
    Sender sender = senders.get(event.node());
    if (restartingNow.remove(sender) != null) {
      scheduleRestart(event.at(), event.node());
    } else {
      restartingNow.put(sender, true);
      if (sender.up) {
        sender.up = false;
        registry.onClose(sender.peer, "the peer closed it", moment());
      }
      schedule(event.at() + 5_000 + random.nextInt(10_000), event.node(), false);
    }
  }

  private void open(Sender sender) {
    sender.up = true;
    registry.onOpen(sender.peer, "/ip4/192.0.2.1/tcp/1", moment());
  }

  private void scheduleRestart(long from, int node) {
    if (restartsADay > 0) {
      double wait = -Math.log(1 - random.nextDouble()) * 86_400_000 / restartsADay;
      schedule(from + 60_000 + (long) wait, node, false);
    }
  }

  private void schedule(long at, int node, boolean beat) {
    events.add(new Event(at, orders++, node, beat));
  }

  Moment moment() {
    return clock.get();
  }

  private final class Recording extends RecordingHistory {
    @Override
    public void stateChanged(StateChange change) {
      Integer node = numbers.get(change.peerId());
      SimulatedFleet.this.changes.add(
          new Change(node == null ? -1 : node, now, change.from(), change.to()));
    }
  }
}
