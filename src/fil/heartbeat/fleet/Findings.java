package fil.heartbeat.fleet;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The result of comparing a node's optional members with those of its network.
 *
 * @param finalityLag epochs from its head down to its finalized tipset; null when it does not
 *     report one
 * @param finalityBehind epochs that its finalized tipset is below the best finalized one of the
 *     network, 0 or more; null when either is not known or the network's own finality lags
 * @param missing the next upgrade that other nodes know and this one does not; null when there is
 *     none or its upgrades were not compared
 * @param compared whether its upgrades were compared; unless they were, none missing says nothing
 */
public record Findings(
    @Nullable Long finalityLag,
    @Nullable Long finalityBehind,
    @Nullable Missing missing,
    Compared compared) {

  /** Nothing to compare. */
  public static final Findings NONE = new Findings(null, null, null, Compared.NO);

  /** Whether the upgrades of a node were compared with those of others. */
  public enum Compared {
    /** Not now: its own are not known, or not who followed one that has passed. */
    NO,
    /** Too few report any, and at least one of them says what this node does not. */
    TOO_FEW,
    /** Too few report any to prove much, but this node knows what each of them does. */
    TOO_FEW_AGREE,
    /** With enough others. */
    YES
  }

  /**
   * An upgrade for which the node is not ready.
   *
   * @param height epoch of the upgrade
   * @param at when it starts; null without a known clock
   * @param known how many other nodes know it, those among them that are silent now
   * @param passed whether it has passed
   */
  public record Missing(String name, long height, @Nullable Instant at, int known, boolean passed) {
    private Missing withoutCount() {
      return new Missing(name, height, at, 0, passed);
    }
  }

  /** Whether enough others reported upgrades to compare its own with. */
  public boolean upgradesCompared() {
    return compared == Compared.YES;
  }

  /** Whether the node knows every upgrade that others do; null when they were not compared. */
  public @Nullable Boolean upgradeReady() {
    return upgradesCompared() ? Boolean.valueOf(missing == null) : null;
  }

  /** Whether two differ at most in how many nodes know an upgrade: each that comes changes that. */
  public boolean sameButCount(Findings other) {
    return equals(other) || withoutCount().equals(other.withoutCount());
  }

  private Findings withoutCount() {
    return missing == null
        ? this
        : new Findings(finalityLag, finalityBehind, missing.withoutCount(), compared);
  }
}
