package fil.heartbeat.cli;

import fil.heartbeat.app.ProcessLocks;
import java.util.List;

/** The program that waits for another process no longer than it takes to ask again. */
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
