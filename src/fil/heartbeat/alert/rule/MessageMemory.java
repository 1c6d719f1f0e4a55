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

/**
 * Since when messages of each address wait at one node while its nonce on the chain does not move.
 * Mutable; at most {@link Extras#MAX_ADDRESSES} entries.
 */
final class MessageMemory {

  /** The state of one address that has pending messages. */
  private record Waiting(long nonce, Instant since) {}

  private final Map<String, Waiting> waiting = new HashMap<>();

  /** Addresses whose messages moved since this memory began. */
  private final Set<String> moved = new HashSet<>();

  /** Takes what the node reports now. */
  void take(List<Extras.Pending> pending, Instant now) {
    Set<String> told = new HashSet<>();
    for (Extras.Pending each : pending) {
      told.add(each.address());
      Waiting before = waiting.get(each.address());
      if (each.count() == 0) {
        waiting.remove(each.address());
        moved.add(each.address());
      } else if (before == null || before.nonce() != each.nonce()) {
        waiting.put(each.address(), new Waiting(each.nonce(), now));
        if (before != null) {
          moved.add(each.address());
        }
      }
    }
    if (!told.isEmpty()) {
      waiting.keySet().retainAll(told);
      moved.retainAll(told);
    }
  }

  /**
   * The oldest address whose messages have waited for {@code hold}. What waited before this memory
   * began is not known, so an alert from then on lasts until a nonce moves.
   */
  Outcome outcome(Node node, boolean fires, Duration hold, Instant now) {
    if (node.extras().pendingMessages().isEmpty()) {
      return Outcome.UNKNOWN;
    }
    Extras.Pending worst = null;
    Waiting oldest = null;
    boolean older = false;
    for (Extras.Pending each : node.extras().pendingMessages()) {
      Waiting own = waiting.get(each.address());
      if (own != null && (oldest == null || own.since().isBefore(oldest.since()))) {
        worst = each;
        oldest = own;
      }
      older |= own != null && !moved.contains(each.address());
    }
    if (worst == null || oldest == null) {
      return Outcome.FALSE;
    }
    if (oldest.since().plus(hold).isAfter(now)) {
      return fires && older ? Outcome.UNKNOWN : Outcome.FALSE;
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
    waiting.replaceAll((address, own) -> new Waiting(own.nonce(), Moved.moved(own.since(), by)));
  }
}
