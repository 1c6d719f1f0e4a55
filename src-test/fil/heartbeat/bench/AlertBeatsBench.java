package fil.heartbeat.bench;

import fil.heartbeat.aggregator.Claims;
import fil.heartbeat.aggregator.ClockSteps;
import fil.heartbeat.aggregator.Contact;
import fil.heartbeat.aggregator.Node;
import fil.heartbeat.alert.Rehearsal;
import fil.heartbeat.fleet.Agreement;
import fil.heartbeat.fleet.ChainState;
import fil.heartbeat.fleet.Findings;
import fil.heartbeat.fleet.Liveness;
import fil.heartbeat.fleet.NetworkReport;
import fil.heartbeat.fleet.Standing;
import fil.heartbeat.fleet.State;
import fil.heartbeat.fleet.Verdict;
import fil.heartbeat.wire.Extras;
import java.lang.management.ManagementFactory;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What the alert rules cost for each beat of a fleet that is well: each node beats each 3 s, has
 * another head each epoch, and each eighth beat has all optional members. CPU time of the thread,
 * once with only those nodes shown that changed, as the aggregator does, and once with a third of
 * the fleet each second. Arguments: nodes (10000), seconds (240), as many again to warm up.
 */
public final class AlertBeatsBench {
  private static final Instant START = Instant.parse("2026-01-02T00:00:00Z");
  private static final BigInteger FIL = BigInteger.TEN.pow(18);
  private static final int PERIOD = 3;
  private static final int FULL = 8 * PERIOD;
  private static final int EPOCH = 30;
  private static final int DEADLINE = 60;
  private static final int ASKED = 300;

  private final Rehearsal rehearsal = new Rehearsal(Rehearsal.oneSink(), START);
  private final Extras[] extras;
  private final int[] toldAt;

  private AlertBeatsBench(int nodes) {
    extras = new Extras[nodes];
    toldAt = new int[nodes];
  }

  public static void main(String[] args) {
    int nodes = args.length > 0 ? Integer.parseInt(args[0]) : 10_000;
    int seconds = args.length > 1 ? Integer.parseInt(args[1]) : 240;
    for (boolean all : new boolean[] {false, true, false, true}) {
      new AlertBeatsBench(nodes).run(seconds, all);
    }
  }

  /**
   * @param all whether each node is shown with each beat
   */
  private void run(int seconds, boolean all) {
    int nodes = extras.length;
    long spent = 0;
    long worst = 0;
    long shown = 0;
    for (int second = 0; second < 2 * seconds; second++) {
      Instant now = START.plusSeconds(second);
      List<Node> changed = new ArrayList<>();
      for (int i = 0; i < nodes; i++) {
        boolean beats = second == 0 || second % PERIOD == i % PERIOD;
        boolean full = second == 0 || second % FULL == i % FULL;
        if (full) {
          extras[i] = members(i, second);
          toldAt[i] = second;
        }
        if (beats && (all || full || second % EPOCH < PERIOD)) {
          changed.add(node(i, second, now));
        }
      }
      List<NetworkReport> networks = List.of(report(nodes, second));
      long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
      rehearsal.observe(ClockSteps.NONE, now, false, second == 0, changed, List.of(), networks);
      long cost = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before;
      if (second >= seconds) {
        spent += cost;
        worst = Math.max(worst, cost);
        shown += changed.size();
      }
    }
    double beats = (double) seconds * nodes / PERIOD;
    System.out.printf(
        "nodes=%d shown=%s us/beat=%.2f us/shown=%.2f worst second=%.1f ms alerts=%d writes=%d%n",
        nodes,
        all ? "all" : "changed",
        spent / 1e3 / beats,
        spent / 1e3 / shown,
        worst / 1e6,
        rehearsal.alerts().size(),
        rehearsal.entries());
  }

  private Node node(int number, int second, Instant now) {
    return new Node(
        "12D3KooWbench" + number,
        null,
        Standing.VOTER,
        "mainnet",
        new Claims(
            "node-" + number, "f0" + number, null, List.of("bafy" + second / EPOCH), 1L, null),
        List.of(),
        new Verdict(Liveness.BEATING, ChainState.OK, Agreement.SAME, 0L, true, null, START),
        State.OK,
        new Contact(
            new Contact.Connection(true, "/ip4/192.0.2.1/tcp/1", START, null),
            new Contact.Uptime(null, ""),
            START.minusSeconds(86_400),
            now,
            START.plusSeconds((long) second / EPOCH * EPOCH),
            1),
        null,
        aged(extras[number], second - toldAt[number]),
        new Findings(3L, 0L, null, Findings.Compared.YES));
  }

  /** As the registry makes them, with ages that go on. */
  private static Extras aged(Extras told, int seconds) {
    return told.toBuilder()
        .balances(told.balances().stream().map(each -> each.withAge(each.age() + seconds)).toList())
        .proving(told.proving().stream().map(each -> each.withAge(each.age() + seconds)).toList())
        .pendingMessages(
            told.pendingMessages().stream()
                .map(each -> each.withAge(each.age() + seconds))
                .toList())
        .build();
  }

  private static Extras members(int number, int second) {
    int age = (second + 7 * number) % ASKED;
    long height = second / EPOCH;
    long offset = number * 37L % DEADLINE;
    long nth = Math.floorDiv(height + DEADLINE - offset, DEADLINE);
    long open = offset + (nth - 1) * DEADLINE;
    return new Extras.Builder()
        .client("lotus")
        .version("1.36.0")
        .startTime(START.minusSeconds(86_400))
        .networkVersion(25)
        .upgrades(List.of(new Extras.Upgrade("Tuktuk", 1), new Extras.Upgrade("Golden", 2)))
        .finalized(new Extras.Finalized(height, "bafy" + height))
        .peers(40 + number % 50)
        .baseFee(BigInteger.valueOf(100 + height))
        .rpcMillis(2 + (number + second) % 9)
        .balances(
            List.of(
                balance("f3owner" + number, "owner", 12, age),
                balance("f3worker" + number, "worker", 48, age),
                balance("f3control" + number, "control", 36, age),
                balance("f0" + number, "miner", 250, age)))
        .proving(
            List.of(
                new Extras.Proving(
                    "f0" + number,
                    (int) Math.floorMod(nth, 48L),
                    Math.max(0, open),
                    Math.max(1, open + DEADLINE),
                    3,
                    0,
                    0L,
                    0,
                    age)))
        .pendingMessages(List.of(new Extras.Pending("f3worker" + number, 0, height, age)))
        .build();
  }

  private static Extras.Balance balance(String address, String role, long fil, int age) {
    return new Extras.Balance(address, role, FIL.multiply(BigInteger.valueOf(fil)), age);
  }

  private static NetworkReport report(int nodes, int second) {
    long height = second / EPOCH;
    return new NetworkReport(
        "bafy",
        "mainnet",
        new NetworkReport.Heights(height, height, height, 0L),
        new NetworkReport.Votes(nodes, nodes, 0, new NetworkReport.Basis("open", false)),
        List.of(),
        false,
        new NetworkReport.Clock(
            null, START.plusSeconds(height * EPOCH), START.plusSeconds((height + 1L) * EPOCH)));
  }
}
