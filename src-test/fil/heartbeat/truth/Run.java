package fil.heartbeat.truth;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.aggregator.Node;
import fil.heartbeat.alert.model.Alert;
import fil.heartbeat.alert.model.AlertRule;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One script in the world and beside it in the reference, which are compared each second. */
public final class Run implements AutoCloseable {

  /**
   * What is so at the end.
   *
   * @param states name to state
   * @param alerts the rule of each that fires, and the name of the node if it is about one
   */
  public record End(Map<String, String> states, Set<String> alerts) {}

  private final long seed;
  private final List<Op> ops;
  private final Reference reference = new Reference(World.NODES);
  private final Told first;
  private final Told flaky = new Told((alert, before) -> {}, false);
  private final List<String> trace = new ArrayList<>();
  private final World world;
  private @Nullable AssertionError wrong;
  private int port;

  /** Of a seed, as it should be. */
  public static Run of(Path folder, long seed) throws Exception {
    return new Run(folder, seed, Script.of(seed), Lie.NONE);
  }

  Run(Path folder, long seed, List<Op> ops, Lie lie) throws Exception {
    this.seed = seed;
    this.ops = ops;
    first = new Told(this::heard, lie == Lie.NEWS_LOST);
    world = new World(folder, seed, Map.of("ops", first, "flaky", flaky), lie);
  }

  private String when() {
    return "seed " + seed + " at " + world.now() + " s after " + trace;
  }

  /** The streams of a page that was open all the time, in order: each the text that came of it. */
  public List<String> heard() {
    return world.page().heard();
  }

  /** Where the HTTP server listens, at the end. */
  public int port() {
    return port;
  }

  /**
   * All of it.
   *
   * @throws AssertionError when somebody says what is not so, or does not say what is
   */
  public End all() throws Exception {
    for (Op op : ops) {
      reference.at(world.now());
      if (op instanceof Op.Waits waits) {
        seconds(waits.seconds());
      } else {
        trace.add(world.now() + " s " + op);
        reference.happens(op);
        world.happens(op);
      }
    }
    seconds(Reference.restAfter());
    return end();
  }

  private void seconds(int count) throws Exception {
    for (int i = 0; i < count; i++) {
      world.second();
      reference.at(world.now());
      compare();
      if (wrong != null) {
        throw wrong;
      }
    }
  }

  /** A receiver that takes all heard something new. */
  private void heard(Alert alert, @Nullable Alert before) {
    try {
      boolean fires = alert.status().isFiring();
      String about = when() + ": " + alert.summary() + ", " + alert.detail();
      if (alert.peerId() == null) {
        assertThat(alert.rule()).as(about).isEqualTo(AlertRule.AGGREGATOR_DEGRADED);
        if (fires) {
          assertThat(reference.mayBeDegraded()).as(about).isTrue();
        }
        return;
      }
      int node = world.number(alert.peerId());
      if (fires) {
        assertThat(reference.mayFire(node, alert.rule())).as(about).isTrue();
        if (before == null) {
          assertThat(reference.isSilenced(node)).as("silenced, %s", about).isFalse();
        }
      } else {
        assertThat(reference.isWellKnown(node, alert.rule()))
            .as("resolved while it lasts, %s", about)
            .isFalse();
      }
      reference.heard(node, alert.rule(), fires);
    } catch (AssertionError e) {
      wrong = wrong == null ? e : wrong;
    }
  }

  private void compare() throws Exception {
    for (int node = 0; node < World.NODES; node++) {
      for (AlertRule rule : AlertRule.values()) {
        if (rule.subject() == AlertRule.Subject.NODE) {
          compare(node, rule);
        }
      }
    }
    if (world.now() % 7 == 0) {
      for (Node node : World.get(world.aggregator().snapshot()).nodes()) {
        int number = world.number(node.peerId());
        assertThat(reference.states(number))
            .as(() -> when() + ": node " + number)
            .contains(node.state());
      }
    }
  }

  private void compare(int node, AlertRule rule) {
    boolean fires = fires(first, node, rule);
    // Each second, and most of the time nothing is wrong: words are made last.
    Supplier<String> about = () -> when() + ": node " + node + ", " + rule + " fires";
    if (reference.mustFire(node, rule)) {
      assertThat(fires).as(about).isTrue();
    }
    if (!reference.mayFire(node, rule)) {
      assertThat(fires).as(about).isFalse();
    }
  }

  private boolean fires(Told told, int node, AlertRule rule) {
    return told.firing.values().stream()
        .anyMatch(
            each ->
                each.rule() == rule
                    && each.peerId() != null
                    && world.number(each.peerId()) == node);
  }

  /** All is at rest: everything says the same. */
  private End end() throws Exception {
    Set<String> expected = new TreeSet<>();
    Set<String> silenced = new TreeSet<>();
    for (int node = 0; node < World.NODES; node++) {
      AlertRule rule = reference.rule(node);
      if (rule != null) {
        expected.add(rule.label() + " n" + node);
        if (reference.isSilenced(node) && !reference.isWellKnown(node, rule)) {
          silenced.add(rule.label() + " n" + node);
        }
      }
    }
    if (reference.isCloned()) {
      String twice = AlertRule.IDENTITY_CONFLICT.label() + " n" + (World.NODES - 1);
      expected.add(twice);
      if (reference.isSilenced(World.NODES - 1) && !firing(first.firing.values()).contains(twice)) {
        silenced.add(twice);
      }
    }
    String degraded = AlertRule.AGGREGATOR_DEGRADED.label();
    boolean mayBe = reference.mayBeDegraded() && !reference.mustBeDegraded();
    if (reference.mustBeDegraded() || (mayBe && firing(first.firing.values()).contains(degraded))) {
      expected.add(degraded);
    }
    Set<String> told = new TreeSet<>(expected);
    told.removeAll(silenced);
    assertThat(firing(first.firing.values())).as("%s: ops", when()).isEqualTo(told);
    Set<String> late = firing(flaky.firing.values());
    // To one that fails, what fires may come when it is silenced.
    assertThat(told).as("%s: flaky", when()).containsAll(late);
    late.addAll(silencedNow());
    assertThat(late).as("%s: flaky", when()).containsAll(told);
    List<Alert> alerts = World.get(world.alerts().alerts());
    assertThat(
            firing(
                alerts.stream()
                    .filter(each -> each.status().isFiring() && each.rule() != AlertRule.WATCHDOG)
                    .toList()))
        .as("%s: alerts", when())
        .isEqualTo(expected);
    Map<String, String> states = new TreeMap<>();
    for (Node node : World.get(world.aggregator().snapshot()).nodes()) {
      states.put("n" + world.number(node.peerId()), node.state().label());
    }
    assertThat(states).as("%s: nodes", when()).isEqualTo(states());
    assertThat(pageNodes(world.page().shown())).as("%s: page, nodes", when()).isEqualTo(states());
    assertThat(pageAlerts(world.page().shown())).as("%s: page, alerts", when()).isEqualTo(expected);
    port = world.http().port();
    Answers answers = new Answers(port);
    assertThat(answers.nodes()).as("%s: /api/v1/nodes", when()).isEqualTo(states());
    assertThat(answers.alerts()).as("%s: /api/v1/alerts", when()).isEqualTo(expected);
    assertThat(answers.nodesOfMetrics())
        .as("%s: /metrics, nodes", when())
        .isEqualTo(counts(states().values()));
    assertThat(answers.alertsOfMetrics())
        .as("%s: /metrics, alerts", when())
        .isEqualTo(counts(expected.stream().map(each -> each.replaceAll(" .*", "")).toList()));
    assertThat(answers.isDegraded())
        .as("%s: /health/ready, %s", when(), answers.ready())
        .isEqualTo(expected.contains(degraded));
    return new End(states(), expected);
  }

  /** Name to state. */
  static Map<String, String> pageNodes(JsonObject shown) {
    Map<String, String> all = new TreeMap<>();
    JsonObject nodes = shown.getJsonObject("nodes");
    for (String id : nodes.fieldNames()) {
      JsonObject node = nodes.getJsonObject(id);
      all.put(node.getString("nickname"), node.getString("state"));
    }
    return all;
  }

  /** Those that fire: the rule, and the name of the node if it is about one. */
  static Set<String> pageAlerts(JsonObject shown) {
    Set<String> all = new TreeSet<>();
    JsonObject alerts = shown.getJsonObject("alerts");
    for (String id : alerts.fieldNames()) {
      JsonObject alert = alerts.getJsonObject(id);
      String rule = alert.getString("rule");
      String name = alert.getJsonObject("labels").getString("nickname");
      boolean fires = !alert.getString("status").equals("pending");
      if (fires && !rule.equals(AlertRule.WATCHDOG.label())) {
        all.add(name == null ? rule : rule + " " + name);
      }
    }
    return all;
  }

  private Set<String> silencedNow() {
    Set<String> all = new TreeSet<>();
    for (int node = 0; node < World.NODES; node++) {
      AlertRule rule = reference.rule(node);
      if (rule != null && reference.isSilenced(node)) {
        all.add(rule.label() + " n" + node);
      }
    }
    if (reference.isCloned() && reference.isSilenced(World.NODES - 1)) {
      all.add(AlertRule.IDENTITY_CONFLICT.label() + " n" + (World.NODES - 1));
    }
    return all;
  }

  private Map<String, String> states() {
    Map<String, String> all = new TreeMap<>();
    for (int node = 0; node < World.NODES; node++) {
      all.put("n" + node, reference.state(node).label());
    }
    return all;
  }

  private static Map<String, Integer> counts(Iterable<String> words) {
    Map<String, Integer> counts = new TreeMap<>();
    words.forEach(each -> counts.merge(each, 1, Integer::sum));
    return counts;
  }

  private Set<String> firing(Iterable<Alert> alerts) {
    Set<String> all = new TreeSet<>();
    for (Alert each : alerts) {
      all.add(
          each.peerId() == null
              ? each.rule().label()
              : each.rule().label() + " n" + world.number(each.peerId()));
    }
    return all;
  }

  @Override
  public void close() {
    world.close();
  }
}
