package fil.heartbeat.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fil.heartbeat.alert.model.AlertRule;
import fil.heartbeat.alert.model.Selector;
import fil.heartbeat.alert.model.Severity;
import fil.heartbeat.config.AlertsConfig.Deadman;
import fil.heartbeat.config.AlertsConfig.Flapping;
import fil.heartbeat.config.AlertsConfig.Group;
import fil.heartbeat.config.AlertsConfig.Maintenance;
import fil.heartbeat.config.AlertsConfig.Peer;
import fil.heartbeat.config.AlertsConfig.Route;
import fil.heartbeat.config.AlertsConfig.Rule;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class AlertsConfigTest {
  static final Path FOLDER = Path.of("/etc/heartbeat");
  static final String OPS = "{\"name\":\"ops\",\"type\":\"slack\",\"url\":\"http://a/x\"}";
  static final SinkConfig OPS_READ =
      new SinkConfig(
          "ops",
          SinkConfig.Type.SLACK,
          Optional.of(new Secret.Plain("http://a/x")),
          Optional.empty(),
          false,
          30,
          Duration.ofSeconds(10),
          Optional.empty(),
          Optional.empty());

  static AlertsConfig parse(String alerts) {
    String json = "{\"aggregator\":{},\"alerts\":" + alerts + "}";
    return Config.parse(new JsonObject(json), FOLDER, Map.of()).alerts().orElseThrow();
  }

  static List<String> faults(String alerts) {
    try {
      AlertsConfig read = parse(alerts);
      throw new AssertionError("no fault in " + read);
    } catch (ConfigException e) {
      return e.faults().stream().map(ConfigException.Fault::toString).toList();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"sinks\":[]}", "{\"deadman\":{},\"flapping\":{},\"rules\":{}}"})
  void anEmptySectionIsTheRoleWithItsDefaults(String alerts) {
    assertThat(parse(alerts)).isEqualTo(AlertsConfig.DEFAULT);
  }

  @ParameterizedTest
  @EnumSource(AlertRule.class)
  void everyRuleHasItsBuiltInDefaults(AlertRule rule) {
    assertThat(parse("{}").rule(rule)).isEqualTo(Rule.of(rule));
  }

  @Test
  void withoutItsSectionOrTheAggregatorTheRoleIsOff() {
    for (String json :
        List.of("{\"aggregator\":{}}", "{\"alerts\":{}}", "{\"alerts\":{\"sinks\":[]}}")) {
      assertThat(Config.parse(new JsonObject(json), FOLDER, Map.of()).alerts()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"sinks\":[" + OPS + "]",
        "\"groupWait\":\"1s\"",
        "\"rules\":{\"NodeSlow\":{\"enabled\":true}}"
      })
  void alertSettingsNeedTheAggregator(String members) {
    JsonObject json = new JsonObject("{\"http\":{},\"alerts\":{" + members + "}}");
    assertThatThrownBy(() -> Config.parse(json, FOLDER, Map.of()))
        .hasMessage("aggregator: (missing) (expected: a section, since alerts are raised by it)");
  }

  @Test
  void everyKeyOfARuleIsRead() {
    AlertsConfig alerts =
        parse(
            """
            {"rules":{"NodeSlow":{"enabled":true,"for":"2m","severity":"info","criticalAfter":"1h",
              "labels":{"team":"storage"},"select":{"nickname":["lotus-*","b"]}},
              "NodeBehind":{"criticalAfter":""}}}
            """);
    assertThat(alerts.rule(AlertRule.NODE_SLOW))
        .isEqualTo(
            new Rule(
                true,
                Optional.of(Duration.ofMinutes(2)),
                Severity.INFO,
                Optional.of(Duration.ofHours(1)),
                Map.of("team", "storage"),
                new Selector(Map.of("nickname", List.of("lotus-*", "b")))));
    assertThat(alerts.rule(AlertRule.NODE_BEHIND).criticalAfter()).isEmpty();
    assertThat(alerts.hold(AlertRule.NODE_BEHIND)).isEqualTo(Duration.ofMinutes(3));
    assertThat(alerts.rule(AlertRule.NODE_SILENT)).isEqualTo(Rule.of(AlertRule.NODE_SILENT));
  }

  @Test
  void aConfiguredValueDiffersFromADefaultEvenIfEqual() {
    AlertsConfig written = parse("{\"rules\":{\"ConsensusLost\":{\"for\":\"90s\"}}}");
    assertThat(written.rule(AlertRule.CONSENSUS_LOST).hold())
        .contains(AlertRule.CONSENSUS_LOST.hold());
    assertThat(parse("{}").rule(AlertRule.CONSENSUS_LOST).hold()).isEmpty();
  }

  @Test
  void aGroupChangesOnlyConfiguredMembers() {
    AlertsConfig alerts =
        parse(
            """
            {"rules":{"NodeBehind":{"for":"4m","labels":{"a":"b"}}},
             "groups":[{"name":"lab","select":{"labels":{"site":"lab-*"}},"severity":"info","labels":{"env":"lab"},
               "rules":{"NodeBehind":{"severity":"info"}}},{"name":"rest"}]}
            """);
    assertThat(alerts.rules().groups())
        .containsExactly(
            new Group(
                "lab",
                new Selector(Map.of("site", List.of("lab-*"))),
                Optional.of(Severity.INFO),
                Map.of("env", "lab"),
                Map.of(
                    AlertRule.NODE_BEHIND,
                    new Rule(
                        true,
                        Optional.of(Duration.ofMinutes(4)),
                        Severity.INFO,
                        Optional.of(Duration.ofMinutes(10)),
                        Map.of("a", "b"),
                        Selector.ALL))),
            new Group("rest", Selector.ALL, Optional.empty(), Map.of(), Map.of()));
  }

  @Test
  void routesMaintenanceAndTimesAreRead() {
    AlertsConfig alerts =
        parse(
            """
            {"sinks":[$OPS],"routes":[{"select":{"severity":"critical"},"sinks":["ops","ops"]}],
             "maintenance":[{"name":"nightly","select":{"network":"calibnet"},"days":["fri","sat"],"from":"22:00","to":"02:30","timeZone":"Europe/Berlin"},
               {"name":"noon","from":"12:00","to":"12:00"}],
             "groupWait":"0s","keepFiringFor":"1h","flapping":{"changes":2,"window":"1h","calm":"2h"},
             "monitorAfter":"30s","isolationLimit":"20m",
             "peers":[{"name":"other","url":"https://b.example.com/heartbeat/","tokenFile":"t"},{"name":"third","url":"http://10.0.0.3:8080"}],
             "limits":{"peers":0,"workerFil":9,"ownerFil":1,"burnDays":7},
             "deadman":{"url":"https://ping.example/SECRET","period":"10s"}}
            """
                .replace("$OPS", OPS));
    assertThat(alerts)
        .isEqualTo(
            new AlertsConfig(
                new AlertsConfig.Rules(
                    Map.of(),
                    List.of(),
                    new Flapping(2, Duration.ofHours(1), Duration.ofHours(2)),
                    Duration.ofHours(1),
                    Duration.ofSeconds(30),
                    Duration.ofMinutes(20),
                    new AlertsConfig.Limits(
                        0,
                        7,
                        Map.of("worker", 9, "control", 5, "owner", 1, "miner", 0, "other", 0))),
                new AlertsConfig.Delivery(
                    List.of(OPS_READ),
                    List.of(
                        new Route(
                            new Selector(Map.of("severity", List.of("critical"))), List.of("ops"))),
                    Duration.ZERO),
                List.of(
                    new Maintenance(
                        "nightly",
                        new Selector(Map.of("network", List.of("calibnet"))),
                        Set.of(DayOfWeek.FRIDAY, DayOfWeek.SATURDAY),
                        LocalTime.of(22, 0),
                        LocalTime.of(2, 30),
                        ZoneId.of("Europe/Berlin")),
                    new Maintenance(
                        "noon",
                        Selector.ALL,
                        Set.of(),
                        LocalTime.NOON,
                        LocalTime.NOON,
                        ZoneId.of("UTC"))),
                new AlertsConfig.Watching(
                    List.of(
                        new Peer(
                            "other",
                            "https://b.example.com/heartbeat",
                            Optional.of(FOLDER.resolve("t"))),
                        new Peer("third", "http://10.0.0.3:8080", Optional.empty())),
                    Optional.of(
                        new Deadman(
                            new Secret.Plain("https://ping.example/SECRET"),
                            Duration.ofSeconds(10))))));
    assertThat(alerts.toString()).doesNotContain("SECRET");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          "monitorAfter":"25h"|alerts.monitorAfter: 25h (expected: a Go duration of 0s to 24h0m0s)
          "isolationLimit":"59s"|alerts.isolationLimit: 59s (expected: a Go duration of 1m0s to 24h0m0s)
          "snks":[]|alerts.snks: unknown key (expected: did you mean sinks?)
          "sinks":[{"type":"slack","url":"http://a"}]|alerts.sinks[0].name: (missing) (expected: 1 to 64 of a-z, A-Z, 0-9, _ and -)
          "sinks":[{"name":"(canary)","type":"slack","url":"http://a"}]|alerts.sinks[0].name: (canary) (expected: 1 to 64 of a-z, A-Z, 0-9, _ and -)
          "sinks":[$S,$S]|alerts.sinks[1].name: ops (expected: a name that no other sink has)
          "rules":{"NodeSilnt":{}}|alerts.rules.NodeSilnt: unknown rule (expected: did you mean NodeSilent?)
          "rules":{"NodeSilent":{"fro":"1s"}}|alerts.rules.NodeSilent.fro: unknown key (expected: did you mean for?)
          "rules":{"NodeSilent":true}|alerts.rules.NodeSilent: true (expected: an object)
          "rules":{"NodeSilent":{"enabled":"no"}}|alerts.rules.NodeSilent.enabled: "no" (expected: true or false)
          "rules":{"NodeSilent":{"for":"169h"}}|alerts.rules.NodeSilent.for: 169h (expected: a Go duration of 0s to 168h0m0s)
          "rules":{"NodeSilent":{"severity":"fatal"}}|alerts.rules.NodeSilent.severity: fatal (expected: one of info, warning, critical)
          "rules":{"NodeSilent":{"criticalAfter":"14s"}}|alerts.rules.NodeSilent.criticalAfter: 14s (expected: a Go duration of 15s to 168h0m0s)
          "rules":{"NodeSilent":{"criticalAfter":"x"}}|alerts.rules.NodeSilent.criticalAfter: x (expected: a Go duration of 15s to 168h0m0s)
          "rules":{"NodeBehind":{"for":"11m"}}|alerts.rules.NodeBehind.criticalAfter: 10m0s (expected: at least for, 11m0s, or empty for never)
          "rules":{"NodeSilent":{"labels":{"severity":"x"}}}|alerts.rules.NodeSilent.labels.severity: severity (expected: a label of its own; not one of alertname, severity, network, peer_id, nickname, miner)
          "rules":{"NodeSilent":{"labels":{"1a":"x"}}}|alerts.rules.NodeSilent.labels.1a: 1a (expected: 1 to 64 of a-z, A-Z, 0-9 and _, not a digit first)
          "rules":{"NodeSilent":{"labels":{"a":1}}}|alerts.rules.NodeSilent.labels.a: 1 (expected: text of 1 to 256 characters)
          "rules":{"NodeSilent":{"labels":[]}}|alerts.rules.NodeSilent.labels: [] (expected: an object of at most 16 labels)
          "rules":{"NodeSilent":{"select":"a"}}|alerts.rules.NodeSilent.select: a (expected: an object of nickname, miner, peerId, network, labels)
          "rules":{"NodeSilent":{"select":{"nick":"a"}}}|alerts.rules.NodeSilent.select.nick: unknown key (expected: one of nickname, miner, peerId, network, labels)
          "groups":[{"select":{"rule":"*"},"name":"a"}]|alerts.groups[0].select.rule: selects alerts (expected: absent; nodes have nickname, miner, peerId, network, labels)
          "groups":[{}]|alerts.groups[0].name: (missing) (expected: 1 to 64 characters without control characters)
          "groups":[{"name":"a"},{"name":"a"}]|alerts.groups[1].name: a (expected: a name that no other has)
          "groups":[{"name":"a","rules":{"Canary":{}}}]|alerts.groups[0].rules.Canary: unknown rule (expected: one of $R)
          "groups":[{"name":"a","rules":{"NodeSilent":{"for":1}}}]|alerts.groups[0].rules.NodeSilent.for: 1 (expected: a Go duration of 0s to 168h0m0s)
          "sinks":[$S],"routes":[{"sinks":["opps"]}]|alerts.routes[0].sinks: opps (expected: did you mean ops?)
          "routes":[{"sinks":["ops"]}]|alerts.routes[0].sinks: ops (expected: a name of alerts.sinks; there are none)
          "routes":[{"sinks":[]}]|alerts.routes[0].sinks: (missing) (expected: names of alerts.sinks)
          "maintenance":[{"name":"a","from":"24:00","to":"01:00"}]|alerts.maintenance[0].from: 24:00 (expected: a time of day, such as 22:00)
          "maintenance":[{"name":"a","from":"23:00"}]|alerts.maintenance[0].to: (missing) (expected: a time of day, such as 22:00)
          "maintenance":[{"name":"a","from":"23:00","to":"01:00","days":["monday"]}]|alerts.maintenance[0].days: monday (expected: mon, tue, wed, thu, fri, sat or sun)
          "maintenance":[{"name":"a","from":"23:00","to":"01:00","timeZone":"Mars/Base"}]|alerts.maintenance[0].timeZone: Mars/Base (expected: a time zone, such as UTC or Europe/Berlin)
          "groupWait":"601s"|alerts.groupWait: 601s (expected: a Go duration of 0s to 10m0s)
          "keepFiringFor":"61m"|alerts.keepFiringFor: 61m (expected: a Go duration of 0s to 1h0m0s)
          "flapping":{"changes":1}|alerts.flapping.changes: 1 (expected: a whole number of 2 to 100)
          "flapping":{"window":"1s"}|alerts.flapping.window: 1s (expected: a Go duration of 1m0s to 24h0m0s)
          "flapping":{"calm":"1s"}|alerts.flapping.calm: 1s (expected: a Go duration of 1m0s to 24h0m0s)
          "peers":[{"name":"b"}]|alerts.peers[0].url: (missing) (expected: where its HTTP server is, such as http://10.0.0.2:8080, without user and password)
          "peers":[{"name":"b","url":"http://b/?x=SECRET"}]|alerts.peers[0].url: http://b/?… (expected: where its HTTP server is, such as http://10.0.0.2:8080, without user and password)
          "peers":[{"url":"http://b"}]|alerts.peers[0].name: (missing) (expected: 1 to 64 characters without control characters)
          "deadman":{"period":"2m"}|alerts.deadman.url: (missing) (expected: one of url, urlFile, urlEnv)
          "deadman":{"url":"http://a","urlEnv":"B"}|alerts.deadman.urlEnv: beside url (expected: one of url, urlFile, urlEnv)
          "deadman":{"url":"http://a","period":"9s"}|alerts.deadman.period: 9s (expected: a Go duration of 10s to 1h0m0s)
          """)
  void aFaultNamesPathValueAndRule(String members, String fault) {
    String rules =
        String.join(", ", AlertRule.configurable().stream().map(AlertRule::label).toList());
    assertThat(faults("{" + members.replace("$S", OPS) + "}"))
        .containsExactly(fault.replace("$R", rules));
  }

  @Test
  void everyFaultIsReported() {
    assertThat(
            faults(
                """
                {"sinks":[{"name":"a b","type":"x"},{"type":"email"}],"rules":{"X":{}},"routes":[{}],
                 "maintenance":[{}],"peers":[{}],"groupWait":"x","deadman":{"period":"1s"}}
                """))
        .extracting(fault -> fault.substring(0, fault.indexOf(':')))
        .contains(
            "alerts.sinks[0].name",
            "alerts.sinks[0].type",
            "alerts.sinks[1].name",
            "alerts.sinks[1].host",
            "alerts.sinks[1].from",
            "alerts.sinks[1].to",
            "alerts.rules.X",
            "alerts.routes[0].sinks",
            "alerts.maintenance[0].name",
            "alerts.maintenance[0].from",
            "alerts.maintenance[0].to",
            "alerts.peers[0].url",
            "alerts.groupWait",
            "alerts.deadman.period");
  }

  @ParameterizedTest
  @CsvSource({"sinks, 32", "routes, 64", "groups, 64", "maintenance, 64", "peers, 8"})
  void everyListIsLimited(String list, int most) {
    assertThat(faults(many(list, most + 1)))
        .containsExactly(
            "alerts." + list + ": " + (most + 1) + " of them (expected: at most " + most + ")");
    assertThat(parse(many(list, most))).isNotNull();
  }

  private static String many(String list, int count) {
    JsonArray sinks = new JsonArray();
    JsonArray members = list.equals("sinks") ? sinks : new JsonArray();
    if (list.equals("routes")) {
      sinks.add(new JsonObject(OPS));
    }
    IntStream.range(0, count)
        .mapToObj(
            i ->
                switch (list) {
                  case "sinks" -> new JsonObject(OPS).put("name", "s" + i);
                  case "routes" -> new JsonObject().put("sinks", new JsonArray().add("ops"));
                  case "maintenance" ->
                      new JsonObject().put("name", "m" + i).put("from", "01:00").put("to", "02:00");
                  case "peers" -> new JsonObject().put("name", "p" + i).put("url", "http://h" + i);
                  default -> new JsonObject().put("name", "g" + i);
                })
        .forEach(members::add);
    return new JsonObject().put("sinks", sinks).put(list, members).encode();
  }

  @Test
  void atMostSixteenLabelsAreAdded() {
    JsonObject labels = new JsonObject();
    IntStream.range(0, 17).forEach(i -> labels.put("l" + i, "x"));
    String group = "{\"groups\":[{\"name\":\"a\",\"labels\":%s}]}";
    assertThat(faults(group.formatted(labels.encode())))
        .containsExactly(
            "alerts.groups[0].labels: 17 labels (expected: an object of at most 16 labels)");
    labels.remove("l0");
    assertThat(parse(group.formatted(labels.encode())).rules().groups().get(0).labels())
        .hasSize(16);
  }

  @Test
  void environmentAndPropertiesOverrideTheFile() {
    Config config =
        Config.parse(
            new JsonObject("{\"aggregator\":{},\"alerts\":{\"groupWait\":\"1s\"}}"),
            FOLDER,
            Map.of(
                "FIL_HEARTBEAT__ALERTS__SINKS", "[" + OPS + "]",
                "FIL_HEARTBEAT__ALERTS__GROUP_WAIT", "2s",
                "FIL_HEARTBEAT__ALERTS__RULES", "{\"NodeSlow\":{\"enabled\":true}}"),
            Map.of("heartbeat.alerts.flapping.changes", "9"));
    AlertsConfig alerts = config.alerts().orElseThrow();
    assertThat(alerts.delivery().sinks()).containsExactly(OPS_READ);
    assertThat(alerts.delivery().groupWait()).isEqualTo(Duration.ofSeconds(2));
    assertThat(alerts.rule(AlertRule.NODE_SLOW).enabled()).isTrue();
    assertThat(alerts.rules().flapping().changes()).isEqualTo(9);
  }
}
