package fil.heartbeat.alert.rule;

import fil.heartbeat.aggregator.Node;
import fil.heartbeat.alert.model.AlertText;
import fil.heartbeat.fleet.Moved;
import fil.heartbeat.text.Moments;
import fil.heartbeat.wire.Extras;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Since when messages of each address wait at one node while its nonce on the chain does not move.
 * Mutable; at most {@link Extras#MAX_ADDRESSES} entries.
 *
 * <p>A beat repeats the last answer of the node until there is another, so each counts at the time
 * when the node gave it, and one that is too old counts for nothing. That a nonce stands still is
 * known from one answer to the next only.
 */
final class MessageMemory {

  /** Two of the periods at which senders ask. */
  static final Duration FRESH = Duration.ofMinutes(10);

  /**
   * The state of one address that has pending messages.
   *
   * @param since when the node first answered with this nonce
   * @param last when it last did
   */
  private record Waiting(long nonce, Instant since, Instant last) {
    Duration stood() {
      return Duration.between(since, last);
    }
  }

  private final Map<String, Waiting> waiting = new HashMap<>();

  /** Addresses whose messages moved since this memory began. */
  private final Set<String> moved = new HashSet<>();

  /**
   * What was taken last, when no message waited of any address and all of them had moved; null
   * otherwise. To take the same again changes nothing.
   */
  private @Nullable List<Extras.Pending> idle;

  /** Whether the node does not follow its chain now. */
  private boolean paused;

  /** Since when it does again; null when it always did. An earlier answer counts for nothing. */
  private @Nullable Instant followsSince;

  /** Whether the node has answered about an address lately enough. */
  static boolean isFresh(Extras.Pending each) {
    return each.age() <= FRESH.toSeconds();
  }

  /** The node does not follow its chain, so that no nonce can move: what is known ends. */
  void pause() {
    paused = true;
    idle = null;
    waiting.clear();
    moved.clear();
  }

  /** Takes what the node reports now. */
  void take(List<Extras.Pending> pending, Instant now) {
    if (paused) {
      paused = false;
      followsSince = now;
    }
    if (idle != null && isIdle(idle, pending)) {
      idle = pending;
      return;
    }
    for (Extras.Pending each : pending) {
      if (isFresh(each)) {
        take(each, now.minusSeconds(each.age()));
      }
    }
    if (!pending.isEmpty()) {
      keep(waiting.keySet(), pending);
      keep(moved, pending);
    }
    idle = waiting.isEmpty() && moved.size() == pending.size() ? pending : null;
  }

  /** Whether no message waits of the same addresses. */
  private static boolean isIdle(List<Extras.Pending> before, List<Extras.Pending> pending) {
    if (before.size() != pending.size()) {
      return false;
    }
    for (int i = 0; i < pending.size(); i++) {
      Extras.Pending each = pending.get(i);
      if (each.count() != 0 || !each.address().equals(before.get(i).address())) {
        return false;
      }
    }
    return true;
  }

  /** Drops the addresses that are not reported; of at most sixteen, so that no set is made. */
  private static void keep(Set<String> addresses, List<Extras.Pending> reported) {
    if (!addresses.isEmpty()) {
      addresses.removeIf(address -> !isReported(address, reported));
    }
  }

  private static boolean isReported(String address, List<Extras.Pending> reported) {
    for (Extras.Pending each : reported) {
      if (each.address().equals(address)) {
        return true;
      }
    }
    return false;
  }

  /** Whether messages of any address wait. */
  boolean isWaiting() {
    return !waiting.isEmpty();
  }

  private void take(Extras.Pending each, Instant answered) {
    if (followsSince != null && answered.isBefore(followsSince)) {
      return;
    }
    Waiting before = waiting.get(each.address());
    if (each.count() == 0) {
      waiting.remove(each.address());
      moved.add(each.address());
    } else if (before == null || before.nonce() != each.nonce()) {
      waiting.put(each.address(), new Waiting(each.nonce(), answered, answered));
      if (before != null) {
        moved.add(each.address());
      }
    } else if (answered.isAfter(before.last())) {
      waiting.put(each.address(), new Waiting(each.nonce(), before.since(), answered));
    }
  }

  /**
   * The oldest address whose messages have waited for {@code hold}. What waited before this memory
   * began is not known, so an alert from then on lasts until a nonce moves.
   */
  Outcome outcome(Node node, boolean fires, Duration hold, Instant now) {
    Extras.Pending worst = null;
    Waiting oldest = null;
    boolean unknown = node.extras().pendingMessages().isEmpty();
    for (Extras.Pending each : node.extras().pendingMessages()) {
      Waiting own = waiting.get(each.address());
      if (!isFresh(each)) {
        unknown = true;
      } else if (own != null) {
        if (oldest == null || own.since().isBefore(oldest.since())) {
          worst = each;
          oldest = own;
        }
        unknown |= fires && !moved.contains(each.address());
      } else {
        // Not answered yet since the node follows its chain.
        unknown |= each.count() > 0;
      }
    }
    if (worst == null || oldest == null || oldest.stood().compareTo(hold) < 0) {
      return unknown ? Outcome.UNKNOWN : Outcome.FALSE;
    }
    Extras.Pending stuck = worst;
    Instant since = oldest.since();
    return Outcome.holds(() -> text(node, stuck, since, now)).since(since);
  }

  private static AlertText text(Node node, Extras.Pending stuck, Instant since, Instant now) {
    return new AlertText(
        node.shownName()
            + ": "
            + stuck.count()
            + (stuck.count() == 1 ? " message of " : " messages of ")
            + stuck.address()
            + " stuck for "
            + Moments.span(Duration.between(since, now)),
        "Its nonce on the chain stays at "
            + stuck.nonce()
            + " since "
            + Moments.orUnknown(since)
            + baseFee(node)
            + ". Replace the message with that nonce at a higher fee cap and premium, or fill the"
            + " balance of the address");
  }

  private static String baseFee(Node node) {
    return node.extras().baseFee() == null
        ? ""
        : "; the base fee is " + node.extras().baseFee() + " attoFIL";
  }

  /** Adjusts stored times after the clock was set. */
  void moved(Duration by) {
    followsSince = Moved.movedOrNull(followsSince, by);
    waiting.replaceAll(
        (address, own) ->
            new Waiting(own.nonce(), Moved.moved(own.since(), by), Moved.moved(own.last(), by)));
  }
}
