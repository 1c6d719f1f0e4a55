package fil.heartbeat.swarm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.aggregator.AggregatorSettings;
import fil.heartbeat.aggregator.AggregatorVerticle;
import fil.heartbeat.aggregator.Membership;
import fil.heartbeat.aggregator.VirtualAggregator;
import fil.heartbeat.alert.AlertVerticle;
import fil.heartbeat.alert.VirtualAlerts;
import fil.heartbeat.alert.model.Alert;
import fil.heartbeat.alert.model.AlertRule;
import fil.heartbeat.alert.model.DeliveryException;
import fil.heartbeat.alert.model.Notification;
import fil.heartbeat.alert.model.Severity;
import fil.heartbeat.alert.model.Sink;
import fil.heartbeat.chain.Network;
import fil.heartbeat.config.Config;
import fil.heartbeat.config.SinkConfig;
import fil.heartbeat.history.SqliteHistory;
import fil.heartbeat.testing.FakeHost;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The rehearsal of README in virtual time: beats of a swarm, a real aggregator with its alerts, and
 * what reaches a receiver.
 */
class RehearsalTest {
  private static final String PROTOCOL = "fil/heartbeat/1.0.0";
  private static final long STEP_NANOS = 100_000_000;
  private static final int PERIOD = 3;
  private static final int FULL = 30;

  /** The start of an epoch. */
  private static final Instant START =
      Network.SIMULATED.clock().startOf(Network.SIMULATED.genesisTime().getEpochSecond() / 1_000);

  /** Those of README, and the one rule that takes a day. */
  private static final String CONFIG =
      """
      {"aggregator": {"listen": "/ip4/127.0.0.1/tcp/0", "network": "simulated"},
       "alerts": {
         "monitorAfter": "10s",
         "rules": {"VersionSpread": {"for": "10m"}},
         "sinks": [{"name": "ops", "type": "webhook", "url": "http://127.0.0.1:1/"}]}}
      """;

  private final AtomicLong nanos = new AtomicLong();
  private final Map<String, Alert> firing = new HashMap<>();
  private final List<Alert> begun = new ArrayList<>();
  private final List<Alert> ended = new ArrayList<>();
  private final List<FakeHost.Inbound> streams = new ArrayList<>();
  @TempDir private Path folder;
  private Vertx vertx;
  private FakeHost host;
  private SqliteHistory history;
  private AggregatorVerticle aggregator;
  private AlertVerticle alerts;

  @BeforeEach
  void start() {
    vertx = Vertx.vertx();
    host = new FakeHost(VirtualAggregator.peer(1, -1));
    history = SqliteHistory.open(folder, this::wall);
    aggregator =
        VirtualAggregator.of(
            host,
            AggregatorSettings.DEFAULT.withNetwork(Optional.of(Network.SIMULATED)),
            new Membership(Set.of(), Set.of(), Map.of()),
            history,
            this::wall,
            nanos::get);
    alerts =
        VirtualAlerts.of(
            Config.parse(new JsonObject(CONFIG), folder, Map.of()).alerts().orElseThrow(),
            aggregator,
            history,
            this::sink,
            Optional.empty());
    String unused = get(vertx.deployVerticle(aggregator));
    unused = get(vertx.deployVerticle(alerts));
  }

  @AfterEach
  void end() {
    Void unused = get(vertx.close());
    unused = get(history.close());
  }

  private Instant wall() {
    return START.plusNanos(nanos.get());
  }

  private static <T> T get(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
  }

  private Sink sink(SinkConfig config) {
    return new Sink() {
      @Override
      public Future<Void> deliver(Notification notification) {
        for (Alert each : notification.alerts()) {
          if (each.summary().isEmpty() || each.detail() == null || each.detail().isEmpty()) {
            return Future.failedFuture(
                new DeliveryException(DeliveryException.Kind.REFUSED, "no words", null));
          }
          if (!each.status().isFiring()) {
            ended.add(each);
            firing.remove(each.id());
          } else if (firing.put(each.id(), each) == null) {
            begun.add(each);
          }
        }
        return Future.succeededFuture();
      }

      @Override
      public Future<Void> close() {
        return Future.succeededFuture();
      }
    };
  }

  /** Virtual minutes of a swarm as its options say. */
  private void minutes(SwarmConfig config, int from, int to) {
    SwarmPlan plan = SwarmPlan.of(config);
    Heads heads = new Heads(START, config.recoverAfter().map(START::plus).orElse(Instant.MAX));
    if (streams.isEmpty()) {
      for (VirtualNode node : plan.nodes()) {
        streams.add(
            host.inbound(
                plan.identity(node).peerId(),
                PROTOCOL,
                "/ip4/192.0.2.1/tcp/" + (10_000 + node.number())));
      }
    }
    for (int second = from * 60; second < to * 60; second++) {
      for (VirtualNode node : plan.nodes()) {
        if ((second + node.number()) % PERIOD == 0) {
          boolean full = second < PERIOD || (second + node.number()) % FULL == 0;
          streams
              .get(node.number() - 1)
              .send(new String(heads.frame(node, wall(), full), UTF_8) + "\n");
        }
      }
      boolean unusedTick =
          get(VirtualAggregator.second(aggregator, () -> nanos.addAndGet(STEP_NANOS)));
      Void unusedRound = get(VirtualAlerts.second(alerts));
    }
  }

  private static Set<String> rules(Collection<Alert> of) {
    Set<String> rules = new TreeSet<>();
    of.forEach(each -> rules.add(each.rule().label()));
    return rules;
  }

  private String firstOf(AlertRule rule) {
    return begun.stream()
        .filter(each -> each.rule() == rule)
        .map(each -> each.summary() + " | " + each.detail())
        .findFirst()
        .orElseThrow();
  }

  @Test
  void eachTroubleRaisesItsRuleAloneAndEndsWithIt() {
    SwarmConfig config =
        Configs.of(
            20,
            "--old-version 30",
            "--unready 5",
            "--isolated 5",
            "--finality-stuck 5",
            "--low-balance 5",
            "--unproven 5",
            "--stuck-messages 5",
            "--faulty 5",
            "--restarting 5",
            "--recover-after 45m");
    minutes(config, 0, 45);
    assertThat(rules(begun))
        .containsExactlyInAnyOrder(
            "VersionSpread",
            "UpgradeNotReady",
            "NodeIsolated",
            "NodeFinalityLag",
            "BalanceLow",
            "PostAtRisk",
            "MessagesStuck",
            "SectorFaults",
            "NodeRestarting");
    assertThat(firstOf(AlertRule.VERSION_SPREAD)).contains("1.36.0", "1.35.1", "1.34.2");
    assertThat(firstOf(AlertRule.UPGRADE_NOT_READY))
        .matches(
            "swarm-\\d+ is not ready for the upgrade Simulated\\d+ at epoch \\d+, .* from now.*")
        .contains("19 others know it. Update its program, now 1.36.0+simulated, before 20");
    assertThat(firstOf(AlertRule.NODE_ISOLATED))
        .matches("swarm-\\d+ has only (1 peer|[23] peers) .*Look at its firewall.*");
    assertThat(firstOf(AlertRule.NODE_FINALITY_LAG))
        .matches("swarm-\\d+ finalizes \\d+ epochs below the rest of its network .*restart it.*");
    assertThat(firstOf(AlertRule.BALANCE_LOW))
        .matches("swarm-\\d+: worker f02\\d+ has 1(\\.\\d+)? FIL, enough for .*Send FIL to it.*");
    assertThat(firstOf(AlertRule.POST_AT_RISK))
        .matches("f0\\d+ must prove deadline \\d+ \\(1 of 3 partitions\\) by ..:.. UTC.*Look at.*");
    assertThat(firstOf(AlertRule.MESSAGES_STUCK))
        .matches("swarm-\\d+: 2 messages of f02\\d+ stuck for 30 min.*base fee is \\d+ attoFIL.*");
    assertThat(firstOf(AlertRule.SECTOR_FAULTS))
        .matches("f0\\d+ has 3 faulty sectors, 3 more than .*1 recovering.*Look at the storage.*");
    assertThat(firstOf(AlertRule.NODE_RESTARTING))
        .matches("swarm-\\d+ restarts again and again .*Look at its log.*");
    minutes(config, 45, 60);
    // Its restarts count for six hours.
    assertThat(rules(firing.values())).containsExactly("NodeRestarting");
  }

  @Test
  void finalityOfANetworkThatStandsStillIsOneAlert() {
    SwarmConfig config = Configs.of(10, "--finality-stuck 60", "--recover-after 40m");
    minutes(config, 0, 40);
    assertThat(rules(begun)).containsExactly("FinalityLag");
    assertThat(firstOf(AlertRule.FINALITY_LAG)).contains("simulated");
    minutes(config, 40, 55);
    assertThat(firing).isEmpty();
    assertThat(rules(ended)).containsExactly("FinalityLag");
  }

  @Test
  void twoFinalizedTipsetsAtOneHeightAreCriticalAtOnceAndNameBothSides() {
    SwarmConfig config = Configs.of(10, "--finality-conflict 10", "--recover-after 10m");
    minutes(config, 0, 10);
    assertThat(firing.values())
        .singleElement()
        .satisfies(
            each -> {
              assertThat(each.rule()).isEqualTo(AlertRule.FINALITY_CONFLICT);
              assertThat(each.severity()).isEqualTo(Severity.CRITICAL);
              assertThat(each.summary() + each.detail()).containsPattern("swarm-\\d+.*swarm-\\d+");
            });
    minutes(config, 10, 150);
    assertThat(firing).isEmpty();
  }
}
