package fil.heartbeat.bench;

import fil.heartbeat.fleet.Detector;
import fil.heartbeat.fleet.DetectorSettings;
import fil.heartbeat.fleet.HealthSettings;
import fil.heartbeat.fleet.LocalHealth;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * How soon a node that falls silent is found, and how often one is called silent that lives, in
 * virtual time: the product's detector beside two fixed timeouts. Beats of 3 s over {@link
 * LossyPath}, written up to 50 ms late. Arguments: nodes, hours, silences injected.
 *
 * <p>"Silent" is the state, "alarm" a silence that lasts for 15 s. Judged once a second, as the
 * aggregator does.
 */
public final class DetectionBench {
  private static final double PERIOD = 3;
  private static final double LATE = 0.05;
  private static final double ALARM_AFTER = 15;
  private static final double HICCUP = 2;
  private static final double HICCUPS_A_DAY = 24;
  private static final double NANOS = 1e9;

  /** Says when the next beat is overdue. */
  private interface Watcher {
    void beat(double at);

    double due();
  }

  private record Scenario(String name, double loss, double hiccupsADay) {}

  private DetectionBench() {}

  public static void main(String[] args) {
    int nodes = Integer.parseInt(args[0]);
    double hours = Double.parseDouble(args[1]);
    int injected = Integer.parseInt(args[2]);
    for (Scenario scenario :
        List.of(
            new Scenario("clean", 0, 0),
            new Scenario("node pauses 2 s, 24 a day", 0, HICCUPS_A_DAY),
            new Scenario("5 % of packets lost", 0.05, 0),
            new Scenario("30 % of packets lost", 0.3, 0))) {
      for (String watcher : List.of("phi", "9s", "4s")) {
        report(scenario, watcher, nodes, hours, injected);
      }
    }
    for (double pause : new double[] {5, 20, 60}) {
      for (String watcher : List.of("phi", "9s", "4s")) {
        int silent = paused(watcher, nodes, pause);
        System.out.printf(
            Locale.ROOT,
            "observer paused %.0f s | %s | %d of %d silent%n",
            pause,
            watcher,
            silent,
            nodes);
      }
    }
  }

  private static void report(
      Scenario scenario, String name, int nodes, double hours, int injected) {
    SplittableRandom random = new SplittableRandom(1);
    long states = 0;
    long alarms = 0;
    for (int node = 0; node < nodes; node++) {
      int[] false2 = live(scenario, name, random.split(), hours * 3600);
      states += false2[0];
      alarms += false2[1];
    }
    double[] found = new double[injected];
    int missed = 0;
    for (int i = 0; i < injected; i++) {
      found[i] = die(scenario, name, random.split());
      missed += Double.isInfinite(found[i]) ? 1 : 0;
    }
    Arrays.sort(found);
    double days = nodes * hours / 24;
    System.out.printf(
        Locale.ROOT,
        "%s | %s | found after %.1f s (median), %.1f s (p99), %d of %d missed | of %.0f node-days"
            + " falsely: silent %d (%.4f a node-day), alarms %d (%.4f)%n",
        scenario.name,
        name,
        found[injected / 2],
        found[(int) (injected * 0.99)],
        missed,
        injected,
        days,
        states,
        states / days,
        alarms,
        alarms / days);
  }

  /** How often a living node is called silent, and for so long that it is an alarm. */
  private static int[] live(
      Scenario scenario, String name, SplittableRandom random, double seconds) {
    Node node = new Node(scenario, random);
    Watcher watcher = watcher(name);
    double phase = random.nextDouble();
    int states = 0;
    int alarms = 0;
    for (double at = node.next(); at < seconds; at = node.next()) {
      double judged = Math.ceil(watcher.due() - phase) + phase;
      if (judged < at) {
        states++;
        alarms += judged + ALARM_AFTER <= at ? 1 : 0;
      }
      watcher.beat(at);
    }
    return new int[] {states, alarms};
  }

  /** How long after its last sign of life a node is called silent. */
  private static double die(Scenario scenario, String name, SplittableRandom random) {
    Node node = new Node(scenario, random);
    Watcher watcher = watcher(name);
    double death = 1800 + random.nextDouble() * 600;
    double phase = random.nextDouble();
    for (double at = node.next(); at < death; at = node.next()) {
      watcher.beat(at);
    }
    double judged = Math.ceil(watcher.due() - phase) + phase;
    return Math.max(0, judged - death);
  }

  /** Nodes called silent because the observer stood still. */
  private static int paused(String name, int nodes, double pause) {
    SplittableRandom random = new SplittableRandom(1);
    LocalHealth health = new LocalHealth(HealthSettings.DEFAULT, 0, 0);
    List<Watcher> watchers = new ArrayList<>();
    double[] phases = new double[nodes];
    for (int i = 0; i < nodes; i++) {
      watchers.add(watcher(name, health));
      phases[i] = random.nextDouble() * PERIOD;
    }
    double stop = 600;
    double[] next = phases.clone();
    boolean[] silent = new boolean[nodes];
    int evaluation = 0;
    for (double at = 0; at < 900; at += 0.1) {
      if (at >= stop && at < stop + pause) {
        continue;
      }
      long nanos = (long) (at * NANOS);
      health.tick(nanos, nanos / 1_000_000);
      // Judged before what queued up is read: the worst order.
      if (evaluation++ % 10 == 0 || at - (stop + pause) < 0.1) {
        for (int i = 0; i < nodes; i++) {
          silent[i] |= at > 60 && watchers.get(i).due() <= at;
        }
      }
      for (int i = 0; i < nodes; i++) {
        while (next[i] <= at) {
          watchers.get(i).beat(at);
          next[i] += PERIOD;
        }
      }
    }
    int count = 0;
    for (boolean each : silent) {
      count += each ? 1 : 0;
    }
    return count;
  }

  private static Watcher watcher(String name) {
    return watcher(name, new LocalHealth(HealthSettings.DEFAULT, 0, 0));
  }

  private static Watcher watcher(String name, LocalHealth health) {
    return name.equals("phi")
        ? new Accrual(health)
        : new Fixed(Double.parseDouble(name.substring(0, name.length() - 1)));
  }

  /** The product's. */
  private static final class Accrual implements Watcher {
    private final LocalHealth health;
    private final Detector detector = new Detector(DetectorSettings.DEFAULT, 0);

    Accrual(LocalHealth health) {
      this.health = health;
    }

    @Override
    public void beat(double at) {
      detector.beat((long) (at * NANOS), health);
    }

    @Override
    public double due() {
      long earliest = detector.deadlineNanos();
      return detector.deadlineNanos(earliest, health) / NANOS;
    }
  }

  /** A timeout that is the same for all and for ever. */
  private static final class Fixed implements Watcher {
    private final double timeout;
    private double since;

    Fixed(double timeout) {
      this.timeout = timeout;
    }

    @Override
    public void beat(double at) {
      since = at;
    }

    @Override
    public double due() {
      return since + timeout;
    }
  }

  /** Writes a beat each period, but for its hiccups. */
  private static final class Node {
    private final LossyPath path;
    private final SplittableRandom random;
    private final double hiccupsASecond;
    private double scheduled;
    private double nextHiccup;

    Node(Scenario scenario, SplittableRandom random) {
      this.random = random;
      path = new LossyPath(scenario.loss, random.split());
      hiccupsASecond = scenario.hiccupsADay / 86_400;
      scheduled = random.nextDouble() * PERIOD;
      nextHiccup = hiccup(0);
    }

    double next() {
      double written = scheduled + random.nextDouble() * LATE;
      scheduled += PERIOD;
      while (nextHiccup + HICCUP < written) {
        nextHiccup = hiccup(nextHiccup);
      }
      return path.arrival(written >= nextHiccup ? nextHiccup + HICCUP : written);
    }

    private double hiccup(double after) {
      return hiccupsASecond == 0
          ? Double.POSITIVE_INFINITY
          : after - Math.log(1 - random.nextDouble()) / hiccupsASecond;
    }
  }
}
