package fil.heartbeat.cli;

import fil.heartbeat.app.ProcessLocks;
import java.util.List;

/** The program, waiting for another process no longer than for one retry. */
final class HastyMain {
  private HastyMain() {}

  public static void main(String[] args) {
    new Main(
            System.getenv(),
            System.getProperties(),
            System.out,
            System.err,
            new ProcessLocks(() -> {}))
        .run(List.of(args))
        .ifPresent(System::exit);
  }
}
