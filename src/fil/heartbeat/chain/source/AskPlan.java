package fil.heartbeat.chain.source;

import fil.heartbeat.chain.EpochClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * When a node is asked for more than its head: who it is, and whether it is syncing. Both answers
 * change rarely, and the second has up to 160 KB. Pure; one owner.
 */
final class AskPlan {

  /** Least time between two questions of a kind. */
  static final Duration PAUSE = Duration.ofSeconds(30);

  /** A node that is this many epochs late by the clock may be syncing. */
  private static final int LATE_EPOCHS = 2;

  // Jumps of the height that no chain makes between two polls: another node answers, or another
  // chain was imported.
  private static final long JUMP_UP = 20;
  private static final long JUMP_DOWN = 900;

  /** One failure to say who it is is no news of a node that was known; this many are. */
  private static final int FAILURES_FOR_DOUBT = 2;

  private boolean identityKnown;
  private boolean identityDue = true;
  private boolean inDoubt;

  /** Whether a reason to doubt came after the last question. */
  private boolean newDoubt;

  private int failures;
  private int connection;
  private int knownConnection;
  private long lastHeight = -1;
  private @Nullable Long identityAsked;
  private @Nullable Long syncAsked;
  private boolean saidSyncing;

  /**
   * Records a head; returns whether to ask who the node is: at first, after a reconnect, and after
   * a jump of the height; never twice in 30 s, but at once on a new connection that may be to
   * another chain.
   *
   * @param onConnection count of connections made
   * @param nowNanos monotonic
   */
  boolean asksIdentity(long height, int onConnection, long nowNanos) {
    boolean up = lastHeight >= 0 && height > lastHeight + JUMP_UP;
    boolean fell = lastHeight >= 0 && height < lastHeight - JUMP_UP;
    boolean down = lastHeight >= 0 && height < lastHeight - JUMP_DOWN;
    lastHeight = height;
    // On one connection a jump up is a node that catches up, and a small fall one that changes its
    // fork; on another it may be a development network that was reset.
    newDoubt |= down || ((up || fell) && onConnection != knownConnection);
    inDoubt |= newDoubt;
    identityDue |= up || down || newDoubt || !identityKnown || onConnection != connection;
    boolean atOnce = newDoubt && onConnection != connection;
    if (!identityDue || !(atOnce || isOver(identityAsked, nowNanos))) {
      return false;
    }
    identityAsked = nowNanos;
    connection = onConnection;
    identityDue = false;
    newDoubt = false;
    return true;
  }

  /** Records the answer to the question who the node is. */
  void identified(boolean known) {
    identityKnown = known;
    if (known) {
      knownConnection = connection;
      failures = 0;
      inDoubt = newDoubt;
    } else {
      failures++;
      inDoubt |= failures >= FAILURES_FOR_DOUBT;
    }
  }

  /**
   * Whether another chain may answer than the one that was last known: the height is not that of
   * the same chain, or the node does not say who it is.
   */
  boolean isInDoubt() {
    return inDoubt;
  }

  /** Another chain answers. */
  void onAnotherChain() {
    syncAsked = null;
    saidSyncing = false;
  }

  /**
   * Whether to ask if the node is syncing: at first, and then each 30 s while it is late by its
   * network's clock, says so, or the clock is not known.
   *
   * @param clock of the node's network; empty when it is not known
   */
  boolean asksSyncing(long height, Instant now, Optional<EpochClock> clock, long nowNanos) {
    boolean due =
        syncAsked == null || saidSyncing || clock.isEmpty() || isLate(height, now, clock.get());
    if (!due || !isOver(syncAsked, nowNanos)) {
      return false;
    }
    syncAsked = nowNanos;
    return true;
  }

  void syncing(@Nullable Boolean told) {
    saidSyncing = Boolean.TRUE.equals(told);
  }

  /** Whether a node with that head is on time, which no syncing node is. */
  boolean isOnTime(long height, Instant now, Optional<EpochClock> clock) {
    return clock.isPresent() && !saidSyncing && !isLate(height, now, clock.get());
  }

  private static boolean isLate(long height, Instant now, EpochClock clock) {
    return clock.epochAt(now) - height >= LATE_EPOCHS;
  }

  private static boolean isOver(@Nullable Long asked, long nowNanos) {
    return asked == null || nowNanos - asked >= PAUSE.toNanos();
  }
}
