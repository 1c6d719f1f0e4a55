package fil.heartbeat.chain.source;

import fil.heartbeat.chain.Cid;
import fil.heartbeat.chain.Network;
import fil.heartbeat.chain.TipsetKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.crypto.digests.Blake2bDigest;

/**
 * A believable Filecoin chain on the wall clock, pure in seed, branch and epoch: every process gets
 * the same chain at any epoch, without walking it. Rounds of 30 s, a Poisson(5) number of blocks
 * each (so a null round is rare), heads that arrive 6 to 12 s into their epoch, and occasional
 * reorganisations: the blocks of one or two epochs turn out to be on the losing branch and are
 * replaced by others.
 */
public final class SimulatedChain {
  private static final double MEAN_BLOCKS = 5;
  private static final int MAX_BLOCKS = 20;
  private static final long FIRST_ARRIVAL_MILLIS = 6_000;
  private static final long ARRIVAL_SPREAD_MILLIS = 6_000;
  private static final long FIRST_REPLACEMENT_MILLIS = 16_000;

  /**
   * One epoch in this many begins on a branch that is later abandoned: about once in 50 minutes.
   */
  private static final int REORG_ONE_IN = 100;

  private static final int MAX_NULL_ROUNDS = 64;
  private static final int FINALITY_EPOCHS = 10;
  private static final long LEAST_BASE_FEE = 100;
  private static final int BASE_FEE_SPREAD = 900;
  private static final double UNIT = 0x1.0p-53;

  /** A tipset and its epoch. */
  public record Head(TipsetKey key, long height) {}

  private final long seed;
  private final String branch;

  /**
   * @param seed of the chain
   * @param branch empty for the main chain; any other text is a chain that shares no block with it
   */
  public SimulatedChain(long seed, String branch) {
    this.seed = seed;
    this.branch = branch;
  }

  /** Returns the head that a node sees at an instant; empty at height 0 before genesis. */
  public Head headAt(Instant now) {
    Network network = Network.SIMULATED;
    Duration age = Duration.between(network.genesisTime(), now);
    if (age.isNegative()) {
      return new Head(TipsetKey.EMPTY, 0);
    }
    long epochMillis = network.epochSeconds() * 1000L;
    long epoch = age.toMillis() / epochMillis;
    long into = age.toMillis() % epochMillis;
    boolean arrived = into >= arrivalMillis(epoch);
    return arrived ? headOf(epoch, into) : headOf(epoch - 1, into + epochMillis);
  }

  /** Returns the last finalized tipset: 10 epochs below the head, and of no losing branch. */
  public Head finalizedAt(Instant now) {
    return tipsetBelow(headAt(now).height() - FINALITY_EPOCHS);
  }

  /** Returns the base fee of a head at this height, 100 to 999 attoFIL. */
  public long baseFeeAt(long height) {
    return LEAST_BASE_FEE + (long) (uniform("base-fee", height) * BASE_FEE_SPREAD);
  }

  /** Milliseconds into its epoch at which a tipset is seen: 6,000 to 12,000. */
  long arrivalMillis(long epoch) {
    return FIRST_ARRIVAL_MILLIS + (long) (uniform("arrival", epoch) * ARRIVAL_SPREAD_MILLIS);
  }

  /** Blocks of the epoch on the winning branch; 0 is a null round. */
  int blocks(long epoch) {
    // Poisson by inversion.
    double left = uniform("blocks", epoch);
    double probability = Math.exp(-MEAN_BLOCKS);
    int count = 0;
    while (left >= probability && count < MAX_BLOCKS) {
      left -= probability;
      count++;
      probability *= MEAN_BLOCKS / count;
    }
    return count;
  }

  /** How many epochs, from this one on, are on a branch that loses: 0, 1 or 2. */
  int losingEpochs(long epoch) {
    double draw = uniform("reorg", epoch) * REORG_ONE_IN;
    return draw >= 1 ? 0 : draw < 0.5 ? 1 : 2;
  }

  /** The head of an epoch {@code into} milliseconds after its start. */
  private Head headOf(long epoch, long into) {
    if (epoch > 0 && blocks(epoch) > 0) {
      return new Head(tipset(epoch, isLosing(epoch, into) ? "losing" : "block"), epoch);
    }
    return tipsetBelow(epoch);
  }

  /** The winning tipset of this epoch, or of the last one before it that has blocks. */
  private Head tipsetBelow(long epoch) {
    long height = epoch;
    for (int skipped = 0; skipped < MAX_NULL_ROUNDS && height > 0; skipped++) {
      if (blocks(height) > 0) {
        return new Head(tipset(height, "block"), height);
      }
      height--;
    }
    return genesis();
  }

  private boolean isLosing(long epoch, long into) {
    int losing = losingEpochs(epoch);
    boolean last = losing == 1 || losingEpochs(epoch - 1) == 2;
    return losing == 2 || (last && into < replacementMillis(epoch));
  }

  /** Milliseconds into its epoch at which a losing tipset is replaced: 16,000 to 22,000. */
  private long replacementMillis(long epoch) {
    return FIRST_REPLACEMENT_MILLIS
        + (long) (uniform("replacement", epoch) * ARRIVAL_SPREAD_MILLIS);
  }

  private Head genesis() {
    return new Head(TipsetKey.of(List.of(Network.SIMULATED.genesisCid())), 0);
  }

  private TipsetKey tipset(long epoch, String branch) {
    int count = blocks(epoch);
    List<Cid> blocks = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      blocks.add(Cid.ofBlockDigest(digest(branch + i, epoch)));
    }
    return TipsetKey.of(blocks);
  }

  /** A number in [0, 1) that depends on nothing but seed, branch, label and epoch. */
  private double uniform(String label, long epoch) {
    return (ByteBuffer.wrap(digest(label, epoch)).getLong() >>> 11) * UNIT;
  }

  private byte[] digest(String label, long epoch) {
    byte[] text = (branch + '/' + label).getBytes(StandardCharsets.UTF_8);
    byte[] input =
        ByteBuffer.allocate(2 * Long.BYTES + text.length)
            .putLong(seed)
            .putLong(epoch)
            .put(text)
            .array();
    Blake2bDigest blake = new Blake2bDigest(256);
    blake.update(input, 0, input.length);
    byte[] out = new byte[32];
    blake.doFinal(out, 0);
    return out;
  }
}
