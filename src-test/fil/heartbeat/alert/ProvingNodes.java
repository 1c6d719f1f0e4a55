package fil.heartbeat.alert;

import fil.heartbeat.wire.Extras;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the nodes of a script report of a miner's present deadline, which lasts 60 epochs. */
final class ProvingNodes {
  static final int LENGTH = 60;

  private final AlertScript script;

  ProvingNodes(AlertScript script) {
    this.script = script;
  }

  /** Returns the present deadline of a miner with three partitions. */
  Extras.Proving proving(String miner, int unproven, @Nullable Long faults) {
    long open = script.height() / LENGTH * LENGTH;
    int deadline = (int) (open / LENGTH % 48);
    return new Extras.Proving(miner, deadline, open, open + LENGTH, 3, unproven, faults, 0, 0);
  }

  /** A node reports these from now on. */
  void tell(String name, Extras.Proving... all) {
    Problem.tell(script, name, extras -> extras.proving(List.of(all)));
  }

  /** Runs until the present deadline has this many epochs left. */
  void runUntilLeft(long epochs) {
    while (LENGTH - script.height() % LENGTH != epochs) {
      script.run(1);
    }
  }
}
