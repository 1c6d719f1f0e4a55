package fil.heartbeat.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Whether others leave the machine alone: a figure that was taken beside them says so. Others are
 * all processes but this one and those named.
 */
final class Quiet {
  /** Of one core. */
  private static final double OTHERS = 0.05;

  private static final int WATCHED_SECONDS = 5;
  private static final int PATIENCE_SECONDS = 120;
  private static final double TICKS_PER_SECOND = 100;

  private Quiet() {}

  /**
   * Waits until others use less than a twentieth of a core for five seconds.
   *
   * @param ours processes that belong to the run
   * @return what to write beside the figure: nothing, or what others used when patience ended
   */
  static String await(List<Child> ours) throws InterruptedException {
    double used = 0;
    for (int waited = 0; waited < PATIENCE_SECONDS; waited += WATCHED_SECONDS) {
      double before = others(ours);
      TimeUnit.SECONDS.sleep(WATCHED_SECONDS);
      used = (others(ours) - before) / WATCHED_SECONDS;
      if (used < OTHERS) {
        return "";
      }
    }
    return String.format(" BUSY: others use %.0f %% of a core", 100 * used);
  }

  /** CPU seconds of all processes that do not belong to the run. */
  private static double others(List<Child> ours) {
    try {
      String[] fields =
          Files.readString(Path.of("/proc/stat")).lines().findFirst().orElse("").split(" +");
      double all = 0;
      // User, nice, system, interrupts; then what the machine below takes for others.
      for (int field : new int[] {1, 2, 3, 6, 7, 8}) {
        all += Long.parseLong(fields[field]) / TICKS_PER_SECOND;
      }
      double own = Child.cpuSeconds(ProcessHandle.current().pid());
      for (Child each : ours) {
        own += each.cpuSeconds();
      }
      return all - own;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
