package fil.heartbeat.alert.rule;

import fil.heartbeat.wire.Extras;
import java.util.List;
import java.util.Set;

/**
 * The memories of the miners that one node reports, so that they are not looked for with each beat.
 *
 * @param generation of {@link MinerClaims} in which they were found
 * @param miners that the node reported, in its order
 * @param memories of each of them
 */
record FoundMemories(long generation, List<String> miners, List<MinerMemory> memories) {

  /** Whether they are of what the node reports now. */
  boolean isOf(List<Extras.Proving> proving, long present) {
    if (generation != present || miners.size() != proving.size()) {
      return false;
    }
    for (int i = 0; i < miners.size(); i++) {
      if (!miners.get(i).equals(proving.get(i).miner())) {
        return false;
      }
    }
    return true;
  }

  /** Whether a report is about each of these miners once, and about no other. */
  static boolean isOf(Set<String> miners, List<Extras.Proving> proving) {
    if (miners.size() != proving.size()) {
      return false;
    }
    for (int i = 0; i < proving.size(); i++) {
      String miner = proving.get(i).miner();
      if (!miners.contains(miner)) {
        return false;
      }
      for (int j = 0; j < i; j++) {
        if (proving.get(j).miner().equals(miner)) {
          return false;
        }
      }
    }
    return true;
  }
}
