package fil.heartbeat.alert;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.alert.model.AlertRule;
import fil.heartbeat.alert.model.AlertStatus;
import fil.heartbeat.fleet.ChainState;
import fil.heartbeat.fleet.Findings;
import fil.heartbeat.history.AlertStore.Entry;
import fil.heartbeat.wire.Extras;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Only nodes are judged that changed, that have an alert, and of which a time has come, and of a
 * node only what changed is taken. The other engine takes and judges everything of all of them each
 * second, since its configuration is applied each second.
 */
class DueNodesTest {
  private static final List<String> NAMES = List.of("alice", "bob", "mallory", "erin");
  private static final BigInteger FIL = BigInteger.TEN.pow(18);
  private static final List<String> ROLES = List.of("owner", "worker", "control", "miner", "other");

  private final AlertScript some = script();
  private final AlertScript all = script();
  private final Set<AlertRule> fired = EnumSet.noneOf(AlertRule.class);

  private static AlertScript script() {
    return AlertScript.openFleet("alice", "bob", "mallory", "erin", "frank", "grace");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void theResultIsAsIfAllWereJudged(long seed) {
    Random random = new Random(seed);
    for (int event = 0; event < 80; event++) {
      String what = event(random);
      int most = random.nextInt(6) == 0 ? 2_000 : 90;
      run(1 + random.nextInt(most), "seed " + seed + ", " + what);
    }
    assertThat(fired).as("seed %s", seed).hasSizeGreaterThan(8);
  }

  /** A node that has few peers is isolated from ten minutes after its start on. */
  @Test
  void aNodeThatSaysNothingNewIsJudgedWhenItsTimeComes() {
    both(script -> Problem.tell(script, "bob", extras -> extras.peers(0).startTime(script.now)));
    run(700, "started");
    assertThat(
            some.engine.alerts().stream()
                .filter(each -> each.rule() == AlertRule.NODE_ISOLATED)
                .map(each -> each.activeAt()))
        .containsExactly(some.now.minusSeconds(100));
  }

  /** What is too old is forgotten after a restart, so that it is to be known that it is not. */
  @Test
  void balancesThatStayTheSameAreStoredEachHour() {
    List<Extras.Balance> balances =
        List.of(new Extras.Balance("f3a", "worker", FIL.multiply(BigInteger.valueOf(1_000)), 0));
    tell("bob", extras -> extras.balances(balances));
    run(10, "told");
    List<String> before = stored(some, "burns");
    run(3_700, "an hour later");
    assertThat(before).hasSize(1);
    assertThat(stored(some, "burns")).hasSize(1).isNotEqualTo(before);
  }

  /** The memory of a miner goes with the last node that reported it, and another one is made. */
  @Test
  void aMinerIsKnownAgainAfterItWasForgotten() {
    both(AlertScript::close);
    List<Extras.Proving> none = List.of();
    proves("alice", List.of(new ProvingNodes(some).proving("f01000", 1, 0L)));
    proves("bob", List.of(new ProvingNodes(some).proving("f01000", 1, 0L)));
    run(5, "both report it");
    proves("bob", none);
    run(5, "one reports it");
    both(script -> script.forget("alice"));
    run(5, "none reports it");
    assertThat(stored(some, "proofs")).isEmpty();
    proves("bob", List.of(new ProvingNodes(some).proving("f01000", 1, 0L)));
    run(5, "one reports it again");
    assertThat(stored(some, "proofs")).hasSize(1);
  }

  private void proves(String name, List<Extras.Proving> proving) {
    tell(name, extras -> extras.peers(50).proving(proving));
  }

  private void run(int seconds, String what) {
    for (int second = 0; second < seconds; second++) {
      all.config(all.config());
      both(script -> script.run(1));
      some.engine.alerts().forEach(each -> fired.add(each.rule()));
      assertThat(alerts(some))
          .as("%s, %s s later, at %s", what, second, some.now)
          .isEqualTo(alerts(all));
    }
    assertThat(ended(some)).as(what).isEqualTo(ended(all));
    for (String kind : List.of("burns", "proofs", "miner", "flaps")) {
      assertThat(stored(some, kind)).as("%s of %s", kind, what).isEqualTo(stored(all, kind));
    }
  }

  private void both(Consumer<AlertScript> event) {
    event.accept(some);
    event.accept(all);
  }

  private static List<String> alerts(AlertScript script) {
    return script.engine.alerts().stream()
        .filter(each -> each.status() != AlertStatus.RESOLVED)
        .map(
            each ->
                String.join(
                    " ",
                    "" + each.rule(),
                    "" + each.status(),
                    "" + each.labels(),
                    "" + each.activeAt(),
                    "" + each.startsAt(),
                    each.summary()))
        .sorted()
        .toList();
  }

  private static List<String> ended(AlertScript script) {
    return script.ended.stream()
        .map(each -> each.rule() + each.id() + each.startsAt() + each.endsAt() + each.summary())
        .sorted()
        .toList();
  }

  private static List<String> stored(AlertScript script, String kind) {
    List<String> stored = new ArrayList<>();
    for (Entry each : script.store.values()) {
      if (each.kind().equals(kind)) {
        stored.add(
            each.id() + " " + new TreeSet<>(List.of(String.valueOf(each.body()).split("\","))));
      }
    }
    return stored.stream().sorted().toList();
  }

  /** Does one thing to both, and returns what. */
  private String event(Random random) {
    String name = NAMES.get(random.nextInt(NAMES.size()));
    int what = random.nextInt(24);
    switch (what) {
      case 0 -> both(script -> script.disconnect(name));
      case 1 -> both(script -> script.stop(name));
      case 2 -> both(script -> script.silent(name));
      case 3, 4, 5 -> both(script -> script.beat(name));
      case 6 -> {
        List<ChainState> states = List.of(ChainState.values());
        ChainState chain = states.get(random.nextInt(states.size()));
        both(script -> script.chain(name, chain));
      }
      case 7, 8 -> both(script -> script.chain(name, ChainState.OK));
      case 9 -> {
        String miner = random.nextInt(3) == 0 ? null : "f0" + random.nextInt(3);
        change(name, node -> node.miner = miner);
      }
      case 10 -> {
        List<String> conflicts = random.nextBoolean() ? List.of() : List.of("claims f01 too");
        change(name, node -> node.conflicts = conflicts);
      }
      case 11 -> {
        if (random.nextInt(3) == 0) {
          both(AlertScript::restart);
        }
      }
      case 12 -> {
        Duration by = Duration.ofSeconds(random.nextInt(4_000) - 2_000);
        both(script -> script.step(by));
      }
      case 13 -> {
        boolean answers = random.nextBoolean();
        both(script -> script.node(name).answers = answers);
      }
      case 14 -> {
        Findings findings = findings(random, some.now);
        change(name, node -> node.findings = findings);
      }
      case 15 -> tell(name, extras -> peers(extras, random));
      case 16, 17 -> tell(name, extras -> extras.balances(balances(name, random)));
      case 18, 19 -> tell(name, extras -> extras.pendingMessages(pending(name, random)));
      case 20, 21, 22 -> {
        List<Extras.Balance> spent = spent(some.node(name).extras.balances(), random);
        tell(name, extras -> extras.balances(spent));
      }
      default -> {
        Extras.Builder few = new Extras.Builder().balances(balances(name, random));
        Extras.Builder next =
            random.nextInt(4) > 0 ? peers(few.pendingMessages(pending(name, random)), random) : few;
        tell(name, extras -> next);
      }
    }
    return what + " of " + name;
  }

  private void change(String name, Consumer<ScriptNode> what) {
    both(
        script -> {
          what.accept(script.node(name));
          found(script.node(name));
          script.node(name).changed = true;
        });
  }

  /** What it reports is made once, as the two scripts have the same time. */
  private void tell(String name, UnaryOperator<Extras.Builder> how) {
    Extras next = how.apply(some.node(name).extras.toBuilder()).build();
    both(
        script -> {
          script.node(name).tell(next, script.now);
          found(script.node(name));
        });
  }

  /** Nothing is found about a node that reports nothing. */
  private static void found(ScriptNode node) {
    node.findings = node.extras.isNone() ? Findings.NONE : node.findings;
  }

  private Extras.Builder peers(Extras.Builder extras, Random random) {
    Instant start = random.nextInt(4) == 0 ? null : some.now.minusSeconds(random.nextInt(900));
    return extras.peers(random.nextInt(6)).startTime(start);
  }

  private static List<Extras.Balance> balances(String name, Random random) {
    List<Extras.Balance> balances = new ArrayList<>();
    int age = random.nextInt(5) == 0 ? 1_100 : random.nextInt(300);
    for (String role : ROLES) {
      if (random.nextInt(3) > 0) {
        BigInteger fil = FIL.multiply(BigInteger.valueOf(random.nextInt(60)));
        balances.add(new Extras.Balance("f3" + role + name, role, fil, age));
      }
    }
    return balances;
  }

  /** The same addresses with less, or filled again. */
  private static List<Extras.Balance> spent(List<Extras.Balance> balances, Random random) {
    List<Extras.Balance> spent = new ArrayList<>();
    int most = random.nextBoolean() ? 60 : 3;
    for (Extras.Balance each : balances) {
      BigInteger by = FIL.multiply(BigInteger.valueOf(random.nextInt(most)));
      BigInteger left = each.attoFil().subtract(by);
      spent.add(
          new Extras.Balance(
              each.address(),
              each.role(),
              left.signum() < 0 ? FIL.multiply(BigInteger.valueOf(100)) : left,
              each.age()));
    }
    return spent;
  }

  private static List<Extras.Pending> pending(String name, Random random) {
    return Arrays.asList("f3worker" + name, "f3control" + name).stream()
        .filter(each -> random.nextInt(3) > 0)
        .map(
            each ->
                new Extras.Pending(
                    each, random.nextInt(3), 7 + random.nextInt(2), random.nextInt(400)))
        .toList();
  }

  private static Findings findings(Random random, Instant now) {
    List<Findings.Compared> states = List.of(Findings.Compared.values());
    Findings.Missing missing =
        random.nextBoolean()
            ? null
            : new Findings.Missing(
                "Golden", 200, now.plusSeconds(86_400 + random.nextInt(600)), 5, false);
    return new Findings(
        3L,
        random.nextInt(3) == 0 ? null : Long.valueOf(random.nextInt(50)),
        missing,
        states.get(random.nextInt(states.size())));
  }
}
