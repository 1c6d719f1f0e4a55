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
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * What the alert rules cost: a fleet of which each node changes once in an epoch of 30 s and one in
 * a hundred is down, judged each second. CPU time of the thread in seconds of the fleet's time.
 * Arguments: nodes, minutes, miners of which each node reports proofs (none without it).
 */
public final class AlertBench {
  private static final Instant START = Instant.parse("2026-01-02T00:00:00Z");
  private static final int EPOCH = 30;

  /** Epochs of a proving deadline. */
  private static final int DEADLINE = 60;

  /** How often a sender asks about proofs. */
  private static final int ASKED = 300;

  private AlertBench() {}

  public static void main(String[] args) {
    int nodes = Integer.parseInt(args[0]);
    int minutes = Integer.parseInt(args[1]);
    int miners = args.length > 2 ? Integer.parseInt(args[2]) : 0;
    run(nodes, minutes, 0, miners);
    run(nodes, minutes, 100, miners);
    run(nodes, minutes, 2, miners);
  }

  /**
   * @param downOneIn one in so many is down; 0 for none
   * @param miners of each node
   */
  private static void run(int nodes, int minutes, int downOneIn, int miners) {
    Rehearsal rehearsal = new Rehearsal(Rehearsal.oneSink(), START);
    SplittableRandom random = new SplittableRandom(1);
    int[] phase = random.ints(nodes, 0, EPOCH).toArray();
    long spent = 0;
    long worst = 0;
    int seconds = minutes * 60;
    for (int second = 0; second < 2 * seconds; second++) {
      Instant now = START.plusSeconds(second);
      List<Node> changed = new ArrayList<>();
      for (int i = 0; i < nodes; i++) {
        boolean down = downOneIn > 0 && i % downOneIn == 0 && second > 60;
        if (second == 0 || (down ? second == 61 + i % EPOCH : second % EPOCH == phase[i])) {
          changed.add(node(i, second, now, down, miners));
        }
      }
      List<NetworkReport> networks = List.of(report(nodes, second));
      long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
      rehearsal.observe(ClockSteps.NONE, now, false, second == 0, changed, List.of(), networks);
      long cost = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before;
      // The first half warms the compiler.
      if (second >= seconds) {
        spent += cost;
        worst = Math.max(worst, cost);
      }
    }
    System.out.printf(
        "nodes=%d down=%s share of a core=%.3f %% worst second=%.1f ms alerts=%d told=%d writes=%d%n",
        nodes,
        downOneIn == 0 ? "none" : "1 in " + downOneIn,
        100.0 * spent / (seconds * 1e9),
        worst / 1e6,
        rehearsal.alerts().size(),
        rehearsal.told().size(),
        rehearsal.entries());
  }

  private static Node node(int number, int second, Instant now, boolean down, int miners) {
    int age = (second + number) % ASKED;
    return new Node(
        "12D3KooWbench" + number,
        null,
        Standing.VOTER,
        "mainnet",
        new Claims("node-" + number, "f0" + number, null, List.of("bafy" + second), 1L, null),
        List.of(),
        new Verdict(
            down ? Liveness.SILENT : Liveness.BEATING,
            ChainState.OK,
            Agreement.SAME,
            0L,
            true,
            null,
            down ? now : START),
        down ? State.SILENT : State.OK,
        new Contact(
            new Contact.Connection(true, "/ip4/192.0.2.1/tcp/1", START, null),
            new Contact.Uptime(null, ""),
            START,
            now,
            now,
            1),
        null,
        new Extras.Builder()
            .proving(
                IntStream.range(0, miners)
                    .mapToObj(each -> proving(number * 8 + each, Math.max(0, second - age), age))
                    .toList())
            .build(),
        Findings.NONE);
  }

  private static Extras.Proving proving(int miner, int answered, int age) {
    long open = (long) answered / EPOCH / DEADLINE * DEADLINE;
    int index = (int) (open / DEADLINE % 48);
    return new Extras.Proving("f0" + miner, index, open, open + DEADLINE, 3, 0, 0L, 0, age);
  }

  private static NetworkReport report(int nodes, int second) {
    return new NetworkReport(
        "bafy",
        "mainnet",
        new NetworkReport.Heights(
            (long) second / EPOCH, (long) second / EPOCH, (long) second / EPOCH, 0L),
        new NetworkReport.Votes(nodes, nodes, 0, new NetworkReport.Basis("open", false)),
        List.of(),
        false,
        new NetworkReport.Clock(
            null,
            START.plusSeconds((long) second / EPOCH * EPOCH),
            START.plusSeconds((second / EPOCH + 1L) * EPOCH)));
  }
}
