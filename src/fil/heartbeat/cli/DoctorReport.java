package fil.heartbeat.cli;

import java.io.PrintStream;
import org.jspecify.annotations.Nullable;

/**
 * Prints the steps of a diagnosis as they end, each with the time since the one before, and counts
 * its sections: the checks of a node, or of one way from a node to a target. Thread-safe.
 */
final class DoctorReport {
  /** The steps, in order. */
  enum Step {
    CONFIG("config"),
    CAPACITY("capacity"),
    KEY("key"),
    RPC("RPC"),
    TOKEN("token"),
    CLOCK("clock"),
    HEAD("head age"),
    NETWORK("network"),
    FINALITY("finality"),
    PEERS("peers"),
    MINER("miner"),
    DNS("DNS"),
    TCP("TCP"),
    NOISE("Noise"),
    MUXER("muxer"),
    PROTOCOL("protocol"),
    BEAT("test beat");

    private final String word;

    Step(String word) {
      this.word = word;
    }

    String word() {
      return word;
    }
  }

  private final PrintStream out;
  private long before = System.nanoTime();
  private int good;
  private int bad;
  private int left;
  private boolean passed;
  private boolean failed;

  DoctorReport(PrintStream out) {
    this.out = out;
  }

  /** Begins a section with its header. */
  synchronized void section(String title) {
    out.println(title);
    before = System.nanoTime();
    passed = false;
    failed = false;
  }

  /** Counts the section that ends: failed with any failure, skipped when nothing was done. */
  synchronized void endOfSection() {
    if (failed) {
      bad++;
    } else if (passed) {
      good++;
    } else {
      left++;
    }
  }

  synchronized void ok(Step step, String text) {
    passed = true;
    line("ok", step, text);
  }

  /**
   * A failure.
   *
   * @param remedy what the operator can do
   */
  synchronized void fail(Step step, @Nullable String what, String remedy) {
    failed = true;
    line("FAIL", step, what + "\n" + " ".repeat(28) + "remedy: " + remedy);
  }

  /** A fault that says itself what is expected. */
  synchronized void fault(Step step, String fault) {
    failed = true;
    line("FAIL", step, fault);
  }

  /** A step that an earlier failure, or the config, leaves nothing to do for. */
  synchronized void skip(Step step, String why) {
    line("skip", step, why);
  }

  /** More about the step before. */
  synchronized void note(String text) {
    out.println(" ".repeat(28) + text);
  }

  /** Whether any section failed. */
  synchronized boolean anyFailed() {
    return bad > 0;
  }

  /** One line with the number of sections by their end. */
  synchronized void summary(int nodes, int targets) {
    out.println(
        nodes
            + (nodes == 1 ? " node, " : " nodes, ")
            + targets
            + (targets == 1 ? " target: " : " targets: ")
            + good
            + " ok, "
            + bad
            + " failed"
            + (left > 0 ? ", " + left + " skipped" : ""));
  }

  private void line(String verdict, Step step, String text) {
    long now = System.nanoTime();
    long millis = Math.max(0, (now - before) / 1_000_000);
    before = now;
    out.printf("%-4s %-11s %6d ms  %s%n", verdict, step.word, millis, text);
    out.flush();
  }
}
