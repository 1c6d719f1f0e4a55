package fil.heartbeat.truth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fil.heartbeat.aggregator.AggregatorSettings;
import fil.heartbeat.aggregator.AggregatorVerticle;
import fil.heartbeat.aggregator.AggregatorView;
import fil.heartbeat.aggregator.Membership;
import fil.heartbeat.aggregator.Snapshot;
import fil.heartbeat.aggregator.VirtualAggregator;
import fil.heartbeat.alert.AlertVerticle;
import fil.heartbeat.alert.VirtualAlerts;
import fil.heartbeat.alert.model.Actor;
import fil.heartbeat.alert.model.Selector;
import fil.heartbeat.api.ApiSettings;
import fil.heartbeat.api.ApiVerticle;
import fil.heartbeat.api.access.AggregatorReads;
import fil.heartbeat.api.feed.VirtualFeed;
import fil.heartbeat.chain.Cid;
import fil.heartbeat.chain.Network;
import fil.heartbeat.config.AlertsConfig;
import fil.heartbeat.config.Config;
import fil.heartbeat.config.FileChanges;
import fil.heartbeat.config.FileWatch;
import fil.heartbeat.config.SmallFile;
import fil.heartbeat.fleet.Expected;
import fil.heartbeat.history.HistoryException;
import fil.heartbeat.history.SqliteHistory;
import fil.heartbeat.libp2p.PeerId;
import fil.heartbeat.testing.FakeHost;
import fil.heartbeat.wire.Heartbeat;
import fil.heartbeat.wire.HeartbeatEncoder;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A fleet, its aggregator with all that belongs to it, and receivers of alerts, in virtual time:
 * real verticles on a real Vert.x with a real store, on a network and clocks of the test.
 */
final class World implements AutoCloseable {
  static final int NODES = 11;

  /** The start of an epoch. */
  static final Instant START =
      Network.SIMULATED.clock().startOf(Network.SIMULATED.genesisTime().getEpochSecond() / 1_000);

  private static final long EPOCH = Network.SIMULATED.clock().epochAt(START);
  private static final String PROTOCOL = "fil/heartbeat/1.0.0";
  private static final long STEP_NANOS = 100_000_000;

  /** When the answers that are old were so. */
  private static final int OLD = 80;

  private static final String CONFIG =
      """
      {"aggregator": {"listen": "/ip4/127.0.0.1/tcp/0", "network": "simulated"},
       "alerts": {
         "rules": {"NodeStopped": {"for": "60s"}, "NodeNoHead": {"enabled": true}},
         "sinks": [
           {"name": "ops", "type": "webhook", "url": "http://127.0.0.1:1/"},
           {"name": "flaky", "type": "webhook", "url": "http://127.0.0.1:2/"}]}}
      """;

  private static final class Sender {
    private final int number;
    private final PeerId peer;
    private final int late;
    private @Nullable Trouble trouble;
    private long since;
    private FakeHost.@Nullable Inbound stream;
    private long back;

    private Sender(int number, int late) {
      this.number = number;
      this.late = late;
      peer = VirtualAggregator.peer(77, number);
    }
  }

  /** Of one process of the aggregator. */
  private record Life(
      Vertx vertx,
      FakeHost host,
      SqliteHistory file,
      Delayed history,
      Killable store,
      AggregatorVerticle aggregator,
      AlertVerticle alerts,
      FileWatch files,
      VirtualFeed feed) {}

  private final Path folder;
  private final Map<String, Told> sinks;
  private final Lie lie;
  private final Random random;
  private final List<Sender> senders = new ArrayList<>();
  private final Map<String, Integer> numbers = new HashMap<>();
  private final AtomicLong nanos = new AtomicLong();
  private volatile Duration wrong = Duration.ZERO;
  private @Nullable Life process;
  private @Nullable Snapshot old;
  private final VirtualFeed.Page page = new VirtualFeed.Page();
  private int cut = -1;
  private int runs;
  private int changes;
  private int dials;
  private String good = CONFIG;
  private boolean cloned;
  private FakeHost.@Nullable Inbound clone;

  /**
   * @param sinks of the names {@code ops} and {@code flaky}
   */
  World(Path folder, long seed, Map<String, Told> sinks, Lie lie) throws IOException {
    this.folder = folder;
    this.sinks = sinks;
    this.lie = lie;
    random = new Random(seed);
    for (int i = 0; i < NODES; i++) {
      Sender sender = new Sender(i, 8 + random.nextInt(5));
      senders.add(sender);
      numbers.put(sender.peer.toString(), i);
    }
    start();
  }

  /** Seconds since the start. */
  long now() {
    return nanos.get() / 1_000_000_000;
  }

  private Instant wall() {
    return START.plusNanos(nanos.get()).plus(wrong);
  }

  /** The HTTP server of the process, as long as it is asked. */
  ApiVerticle http() {
    Life running = process();
    ApiVerticle api =
        new ApiVerticle(
            new ApiSettings("127.0.0.1", 0, "0"),
            Optional.of(new AggregatorReads(view(running), running.history, List::of)),
            Optional.of(running.alerts),
            List::of);
    String unused = get(running.vertx.deployVerticle(api));
    return api;
  }

  private AggregatorView view(Life running) {
    return lie != Lie.OLD_ANSWERS
        ? running.aggregator
        : (AggregatorView)
            Proxy.newProxyInstance(
                World.class.getClassLoader(),
                new Class<?>[] {AggregatorView.class},
                (proxy, method, arguments) ->
                    method.getName().equals("snapshot")
                        ? Future.succeededFuture(old)
                        : method.invoke(running.aggregator, arguments));
  }

  int number(String peerId) {
    return numbers.get(peerId);
  }

  /** A page that is open all the time. */
  VirtualFeed.Page page() {
    return page;
  }

  AggregatorVerticle aggregator() {
    return process().aggregator;
  }

  AlertVerticle alerts() {
    return process().alerts;
  }

  private Life process() {
    Life running = process;
    if (running == null) {
      throw new IllegalStateException("no aggregator");
    }
    return running;
  }

  static <T> T get(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
  }

  private Path config() {
    return folder.resolve("config.json");
  }

  /** As it is after a byte order mark, if it has one. */
  private AlertsConfig config(String text) {
    String json = text.startsWith("\uFEFF") ? text.substring(1) : text;
    return Config.parse(new JsonObject(json), folder, Map.of()).alerts().orElseThrow();
  }

  private boolean isGood() {
    try {
      return !config(Files.readString(config())).delivery().sinks().isEmpty();
    } catch (IOException | RuntimeException e) {
      return false;
    }
  }

  private void change(Op.Change to) throws IOException {
    Path file = config();
    switch (to) {
      case RULE_OFF, RULE_ON -> {
        good = CONFIG.replace("true", Boolean.toString(to == Op.Change.RULE_ON));
        write(good);
      }
      case HALF -> write(good.substring(0, good.length() / 2));
      case GONE -> {
        boolean unused = Files.deleteIfExists(file);
      }
      case SAME -> write("\uFEFF" + good + "\r\n  \r\n");
      case LINK -> {
        changes++;
        Path next = folder.resolve("config-" + changes + ".json");
        Path unused = Files.writeString(next, good);
        unused = Files.setLastModifiedTime(next, FileTime.fromMillis(0));
        Path link = folder.resolve("link-" + changes);
        unused = Files.createSymbolicLink(link, next.getFileName());
        unused = Files.move(link, file, StandardCopyOption.ATOMIC_MOVE);
      }
    }
  }

  /** Where it stands, be it a link or not. */
  private void write(String text) throws IOException {
    boolean unused = Files.deleteIfExists(config());
    Path ignored = Files.writeString(config(), text);
    ignored = Files.setLastModifiedTime(config(), FileTime.fromMillis(0));
  }

  private final class Taker implements FileChanges.Taker {
    private final AlertVerticle alerts;

    private Taker(AlertVerticle alerts) {
      this.alerts = alerts;
    }

    @Override
    public Future<?> take(List<byte[]> contents) {
      return alerts.apply(config(new String(contents.get(0), UTF_8)), "config");
    }

    @Override
    public void fault(String cause) {}

    @Override
    public void asBefore() {}
  }

  private void start() throws IOException {
    if (!isGood()) {
      // It would not start: somebody mends the file first.
      write(good);
    }
    Vertx vertx = Vertx.vertx();
    FakeHost host = new FakeHost(VirtualAggregator.peer(77, -1));
    SqliteHistory file = SqliteHistory.open(folder, this::wall);
    Delayed history = new Delayed(file, lie == Lie.NODES_FORGOTTEN);
    Killable store = new Killable(file, lie == Lie.ALERTS_FORGOTTEN);
    Map<PeerId, Expected> expected = new HashMap<>();
    senders.forEach(each -> expected.put(each.peer, new Expected("n" + each.number, Map.of())));
    AggregatorVerticle aggregator =
        VirtualAggregator.of(
            host,
            AggregatorSettings.DEFAULT.withNetwork(Optional.of(Network.SIMULATED)),
            new Membership(Set.of(), Set.of(), expected),
            history,
            this::wall,
            nanos::get);
    AlertVerticle alerts =
        VirtualAlerts.of(
            config(Files.readString(config())),
            aggregator,
            store,
            sink -> told(sink.name()).sink(sink),
            lie == Lie.STEPS_UNSAID ? Optional.of(this::wall) : Optional.empty());
    String unused = get(vertx.deployVerticle(aggregator));
    unused = get(vertx.deployVerticle(alerts));
    FileWatch files = new FileWatch(vertx, path -> SmallFile.bytes(path, SmallFile.MAX_BYTES));
    var unusedChanges =
        files
            .part()
            .watch(List.of(config()), List.of(Files.readAllBytes(config())), new Taker(alerts));
    runs++;
    VirtualFeed feed = new VirtualFeed("run" + runs + "_1", aggregator.clock());
    process = new Life(vertx, host, file, history, store, aggregator, alerts, files, feed);
    page.disconnect();
    history.at(now());
    clone = null;
    for (Sender each : senders) {
      each.stream = null;
      each.back = now() + 1 + random.nextInt(10);
    }
  }

  private Told told(String sink) {
    Told told = sinks.get(sink);
    if (told == null) {
      throw new IllegalArgumentException(sink);
    }
    return told;
  }

  private void stop(boolean kill) {
    Life running = process();
    process = null;
    if (kill) {
      running.history.kill();
      running.store.kill();
    } else {
      for (String id : running.vertx.deploymentIDs()) {
        Void unused = get(running.vertx.undeploy(id));
      }
    }
    Void unused = get(running.vertx.close());
    unused = get(running.history.close());
    senders.forEach(each -> each.stream = null);
  }

  void happens(Op op) throws IOException {
    if (op instanceof Op.Falls falls) {
      fall(senders.get(falls.node()), falls.into());
    } else if (op instanceof Op.Recovers recovers) {
      Sender sender = senders.get(recovers.node());
      sender.trouble = null;
    } else if (op instanceof Op.Restart restart) {
      stop(restart.killed());
      var unused = nanos.addAndGet(restart.away() * 1_000_000_000L);
      start();
    } else if (op instanceof Op.Step step) {
      wrong = wrong.plus(step.by());
    } else if (op instanceof Op.Silences silences) {
      Instant begins = process().aggregator.clock().instant();
      var unused =
          get(
              process()
                  .alerts
                  .addSilence(
                      new Selector(
                          Map.of("peer_id", List.of(senders.get(silences.node()).peer.toString()))),
                      begins,
                      begins.plusSeconds(silences.seconds()),
                      new Actor("ops", ""),
                      ""));
    } else if (op instanceof Op.Clone copy) {
      cloned = copy.begins();
      if (!cloned && clone != null) {
        clone.lose();
      }
    } else if (op instanceof Op.Intruder) {
      assertThatThrownBy(() -> SqliteHistory.open(folder, this::wall))
          .isInstanceOf(HistoryException.class)
          .hasMessageContaining("in use");
    } else if (op instanceof Op.ConfigFile file) {
      change(file.to());
    } else if (op instanceof Op.Cuts cuts) {
      cut = cuts.after();
    } else if (op instanceof Op.Sink sink) {
      told("flaky").fails = sink.fails();
    }
  }

  private void fall(Sender sender, Trouble trouble) {
    sender.trouble = trouble;
    sender.since = now();
    FakeHost.Inbound stream = sender.stream;
    if (stream == null && trouble == Trouble.STOP) {
      stream = dial(sender, "192.0.2." + (1 + sender.number));
    }
    if (stream == null) {
      return;
    }
    if (trouble == Trouble.LOSS) {
      stream.lose();
      sender.stream = null;
    } else if (trouble == Trouble.STOP) {
      stream.send(text(beat(sender).asLast()));
      stream.leave();
      sender.stream = null;
    }
  }

  /** A second passes for everyone. */
  void second() {
    for (Sender each : senders) {
      live(each);
    }
    liveTwice(senders.get(NODES - 1));
    Life running = process();
    boolean unused = get(VirtualAggregator.second(running.aggregator, this::step));
    if (old == null && now() > OLD) {
      old = get(running.aggregator.snapshot());
    }
    running.history.at(now());
    if (now() % 2 == 0) {
      Void unusedLook = get(running.files.check());
    }
    Void unusedRound = get(VirtualAlerts.second(running.alerts));
    running.feed.second(
        get(running.aggregator.changesSince(running.feed.version())),
        get(running.alerts.alerts()),
        page,
        cut);
    cut = -1;
  }

  private void step() {
    var unused = nanos.addAndGet(STEP_NANOS);
  }

  private void live(Sender sender) {
    if (sender.trouble == Trouble.LOSS || sender.trouble == Trouble.STOP || now() < sender.back) {
      return;
    }
    FakeHost.Inbound stream = sender.stream;
    if (stream == null || stream.hasEnded()) {
      stream = dial(sender, "192.0.2." + (1 + sender.number));
      sender.stream = stream;
    } else if ((now() + sender.number) % 3 != 0) {
      return;
    }
    if (sender.trouble != Trouble.SILENCE) {
      stream.send(text(beat(sender)));
    }
  }

  /** A machine that was copied beats as well. */
  private void liveTwice(Sender sender) {
    if (!cloned || now() < sender.back || now() % 3 != 0) {
      return;
    }
    FakeHost.Inbound stream = clone;
    if (stream == null || stream.hasEnded()) {
      stream = dial(sender, "198.51.100.7");
      clone = stream;
    }
    stream.send(text(beat(sender)));
  }

  /** Each dial has a port of its own. */
  private FakeHost.Inbound dial(Sender sender, String from) {
    dials++;
    return process()
        .host
        .inbound(sender.peer, PROTOCOL, "/ip4/" + from + "/tcp/" + (10_000 + dials % 50_000));
  }

  private static String text(Heartbeat beat) {
    return new String(HeartbeatEncoder.encode(beat), UTF_8) + "\n";
  }

  private Heartbeat beat(Sender sender) {
    Trouble trouble = sender.trouble;
    long at = trouble == Trouble.STALL ? sender.since : now();
    long height = EPOCH + Math.floorDiv(at - sender.late, 30L);
    if (trouble == Trouble.LAG) {
      height -= 7;
    }
    long parted = EPOCH + Math.floorDiv(sender.since - sender.late, 30L);
    boolean theirs = trouble == Trouble.FORK && height > parted;
    Cid block = Cid.ofBlock(((theirs ? sender.since + "theirs" : "ours") + height).getBytes(UTF_8));
    boolean headless = trouble == Trouble.NO_HEAD;
    return new Heartbeat(
        headless ? "{ }" : "{ " + block + " }",
        headless ? 0 : height,
        "n" + sender.number,
        "",
        Network.SIMULATED.genesisCid().toString(),
        null);
  }

  @Override
  public void close() {
    if (process != null) {
      stop(false);
    }
  }
}
