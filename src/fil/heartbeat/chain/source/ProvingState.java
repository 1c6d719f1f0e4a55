package fil.heartbeat.chain.source;

import fil.heartbeat.chain.source.NodeAnswers.Deadline;
import fil.heartbeat.chain.source.NodeAnswers.Partition;
import fil.heartbeat.chain.source.NodeAnswers.ProvingDeadline;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The present deadline of a miner. Pure.
 *
 * @param periodStart epoch at which its first deadline opens
 * @param deadline 0 to 47
 * @param open epoch
 * @param close epoch
 * @param partitions to prove
 * @param unproven of these, not yet
 * @param faults faulty sectors of these partitions
 * @param recovering recovering sectors of these partitions
 */
record ProvingState(
    long periodStart,
    int deadline,
    long open,
    long close,
    int partitions,
    int unproven,
    long faults,
    long recovering) {

  static final int DEADLINES = 48;
  static final int DEADLINE_EPOCHS = 60;

  /**
   * Returns the index of the deadline, checked.
   *
   * @throws IllegalArgumentException when the members are not those of a deadline
   */
  static int index(ProvingDeadline deadline) {
    Long index = deadline.index();
    if (index == null
        || index < 0
        || index >= DEADLINES
        || deadline.periodStart() == null
        || isNoEpoch(deadline.open())
        || isNoEpoch(deadline.close())) {
      throw new IllegalArgumentException(deadline + " (expected: Index 0 to 47, Open, Close)");
    }
    return index.intValue();
  }

  private static boolean isNoEpoch(@Nullable Long epoch) {
    return epoch == null || epoch < 0;
  }

  /**
   * Reads three answers about one miner.
   *
   * @param deadlines all 48
   * @param partitions of the present deadline
   * @throws IllegalArgumentException when they do not fit together
   */
  static ProvingState of(
      ProvingDeadline present,
      List<@Nullable Deadline> deadlines,
      List<@Nullable Partition> partitions) {
    int index = index(present);
    Deadline submissions = index < deadlines.size() ? deadlines.get(index) : null;
    if (submissions == null) {
      throw new IllegalArgumentException(deadlines.size() + " deadlines (expected: 48)");
    }
    int toProve = 0;
    int unproven = 0;
    long faults = 0;
    long recovering = 0;
    for (int at = 0; at < partitions.size(); at++) {
      Partition partition = partitions.get(at);
      if (partition == null) {
        throw new IllegalArgumentException("partition " + at + ": null");
      }
      long recovers = BitField.count(partition.recovering());
      faults += BitField.count(partition.faulty());
      recovering += recovers;
      if (recovers > 0 || BitField.count(partition.active()) > 0) {
        toProve++;
        unproven += BitField.contains(submissions.proven(), at) ? 0 : 1;
      }
    }
    return new ProvingState(
        present.periodStart() == null ? 0 : present.periodStart(),
        index,
        present.open() == null ? 0 : present.open(),
        present.close() == null ? 0 : present.close(),
        toProve,
        unproven,
        faults,
        recovering);
  }

  /**
   * Returns the deadline at a height: this one, or by arithmetic a later one, of which nothing is
   * proven yet. Its partitions are taken to be as many until the node is asked.
   */
  ProvingState at(long height) {
    if (height < close) {
      return this;
    }
    long nth = Math.floorDiv(height - periodStart, DEADLINE_EPOCHS);
    long opens = periodStart + nth * DEADLINE_EPOCHS;
    return new ProvingState(
        periodStart,
        Math.floorMod(nth, DEADLINES),
        opens,
        opens + DEADLINE_EPOCHS,
        partitions,
        partitions,
        faults,
        recovering);
  }
}
