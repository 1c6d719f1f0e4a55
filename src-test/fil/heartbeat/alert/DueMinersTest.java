package fil.heartbeat.alert;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.alert.model.AlertRule;
import fil.heartbeat.alert.model.AlertStatus;
import fil.heartbeat.fleet.ChainState;
import fil.heartbeat.history.AlertStore.Entry;
import fil.heartbeat.wire.Extras;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Only claims are judged about which something changed, and those of which a time has come. The
 * other engine judges all of them each second, since its configuration is applied each second.
 */
class DueMinersTest {
  private static final List<String> NAMES = List.of("alice", "bob", "mallory");
  private static final List<String> MINERS = List.of("f01000", "f02000", "f03000");

  private final AlertScript some = script();
  private final AlertScript all = script();

  private static AlertScript script() {
    return AlertScript.openFleet("alice", "bob", "mallory", "erin", "frank", "grace");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void theResultIsAsIfAllWereJudged(long seed) {
    Random random = new Random(seed);
    boolean fired = false;
    for (int event = 0; event < 100; event++) {
      String what = event(random);
      int seconds = random.nextInt(8) == 0 ? random.nextInt(1_500) : random.nextInt(60);
      for (int second = 0; second < seconds; second++) {
        all.config(all.config());
        both(script -> script.run(1));
        List<String> expected = alerts(all);
        fired |= !expected.isEmpty();
        assertThat(alerts(some))
            .as("%s, %s s later, at %s", what, second, some.now)
            .isEqualTo(expected);
      }
      assertThat(ended(some)).as(what).isEqualTo(ended(all));
      assertThat(proofs(some)).as(what).isEqualTo(proofs(all));
    }
    assertThat(fired).isTrue();
  }

  private void both(Consumer<AlertScript> event) {
    event.accept(some);
    event.accept(all);
  }

  private static List<String> alerts(AlertScript script) {
    return script.engine.alerts().stream()
        .filter(each -> each.rule().subject() == AlertRule.Subject.MINER)
        .filter(each -> each.status() != AlertStatus.RESOLVED)
        .map(
            each ->
                each.rule()
                    + " "
                    + each.status()
                    + " "
                    + each.labels()
                    + " "
                    + each.activeAt()
                    + " "
                    + each.startsAt()
                    + " "
                    + each.summary())
        .sorted()
        .toList();
  }

  private static List<String> ended(AlertScript script) {
    return script.ended.stream()
        .map(each -> each.rule() + each.id() + each.startsAt() + each.endsAt() + each.summary())
        .sorted()
        .toList();
  }

  private static List<String> proofs(AlertScript script) {
    List<String> stored = new ArrayList<>();
    for (Entry each : script.store.values()) {
      if (each.kind().equals("proofs")) {
        stored.add(
            each.id() + " " + new TreeSet<>(List.of(String.valueOf(each.body()).split(","))));
      }
    }
    return stored.stream().sorted().toList();
  }

  /** Does one thing to both, and returns what. */
  private String event(Random random) {
    String name = NAMES.get(random.nextInt(NAMES.size()));
    switch (random.nextInt(16)) {
      case 0 -> both(script -> script.disconnect(name));
      case 1 -> both(script -> script.stop(name));
      case 2 -> both(script -> script.silent(name));
      case 3, 4 -> both(script -> script.beat(name));
      case 5 -> {
        List<ChainState> all = List.of(ChainState.values());
        ChainState chain = all.get(random.nextInt(all.size()));
        both(script -> script.chain(name, chain));
      }
      case 6, 7 -> both(script -> script.chain(name, ChainState.OK));
      case 8 -> {
        boolean open = random.nextBoolean();
        both(open ? AlertScript::open : AlertScript::close);
        return open ? "open" : "named";
      }
      case 9 -> {
        String miner = MINERS.get(random.nextInt(MINERS.size()));
        both(
            script -> {
              script.node(name).miner = miner;
              script.node(name).changed = true;
            });
      }
      case 10 -> {
        if (random.nextInt(3) == 0) {
          both(AlertScript::restart);
          return "restart";
        }
      }
      case 11 -> {
        Duration by = Duration.ofSeconds(random.nextInt(400) - 200);
        both(script -> script.step(by));
        return "step by " + by;
      }
      case 12 -> {
        boolean answers = random.nextBoolean();
        both(script -> script.node(name).answers = answers);
      }
      default -> tell(name, random);
    }
    return name;
  }

  private void tell(String name, Random random) {
    List<Extras.Proving> proving = new ArrayList<>();
    long height = some.height();
    long open = height / ProvingNodes.LENGTH * ProvingNodes.LENGTH;
    for (String miner : MINERS) {
      if (random.nextInt(3) > 0) {
        long moved = open + (long) ProvingNodes.LENGTH * (random.nextInt(3) - 1);
        int partitions = random.nextInt(3);
        proving.add(
            new Extras.Proving(
                miner,
                (int) Math.floorMod(moved / ProvingNodes.LENGTH, 48L),
                moved,
                moved + ProvingNodes.LENGTH,
                partitions,
                random.nextInt(partitions + 1),
                random.nextInt(3) == 0 ? null : random.nextInt(3) * 10L,
                0,
                random.nextInt(3) * 300));
      }
    }
    both(script -> Problem.tell(script, name, extras -> extras.proving(proving)));
  }
}
