package fil.heartbeat.aggregator;

import fil.heartbeat.chain.Cid;
import fil.heartbeat.chain.TipsetKey;
import fil.heartbeat.fleet.Judgement;
import fil.heartbeat.fleet.State;
import fil.heartbeat.history.BeatCount;
import fil.heartbeat.history.EpochRow;
import fil.heartbeat.history.History;
import fil.heartbeat.history.KnownNode;
import fil.heartbeat.libp2p.Libp2pException;
import fil.heartbeat.libp2p.PeerId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns slots into what history keeps: a row for each node and 30 seconds, a line for each node.
 */
final class SlotRows {
  private static final int SLOTS_AN_HOUR = 3600 / EpochRow.SLOT_SECONDS;

  private long current = -1;

  /** The slot that ended since the last call, as rows; empty when none did. */
  List<EpochRow> finished(Collection<Slot> slots, Instant now) {
    long slot = Math.floorDiv(now.getEpochSecond(), (long) EpochRow.SLOT_SECONDS);
    if (current < 0 || slot < current - 1) {
      // The first one, or a clock that was set back: begin with what is left of it.
      current = slot;
    }
    if (slot <= current) {
      return List.of();
    }
    long ended = current;
    current = slot;
    List<EpochRow> rows = new ArrayList<>(slots.size());
    for (Slot each : slots) {
      if (each.seen()) {
        rows.add(row(each, ended, now));
      }
      if (each.seen() || each.expected != null) {
        boolean beat = each.judgement.verdict().state().isBeating() && each.seen();
        each.uptime.add(ended / SLOTS_AN_HOUR, beat);
      }
      each.slotBeats = 0;
      each.longestGapMillis = 0;
    }
    return rows;
  }

  private static EpochRow row(Slot slot, long ended, Instant now) {
    return new EpochRow(
        slot.peerId,
        ended,
        slot.claims.head(),
        slot.head.isEmpty() ? null : slot.claims.height(),
        slot.judgement.verdict().lagEpochs(),
        slot.judgement.verdict().state(),
        slot.slotBeats,
        (int) Math.min(Integer.MAX_VALUE, slot.gapMillis(now)));
  }

  /** How much each node has beaten. */
  static List<BeatCount> counts(Collection<Slot> slots) {
    List<BeatCount> counts = new ArrayList<>(slots.size());
    for (Slot slot : slots) {
      Instant last = slot.lastBeat;
      Instant head = slot.headSince;
      if (last != null && head != null) {
        counts.add(new BeatCount(slot.peerId, last, head, slot.beats));
      }
    }
    return counts;
  }

  /** Hands history the nodes that changed since they were handed over, or all. */
  static void save(Collection<Slot> slots, boolean all, History history) {
    for (Slot slot : slots) {
      if (slot.unsaved || all) {
        slot.unsaved = false;
        KnownNode known = known(slot);
        if (known != null) {
          history.remember(known);
        }
      }
    }
  }

  /** The last known value of a node; null before its first beat. */
  private static @Nullable KnownNode known(Slot slot) {
    Instant first = slot.firstSeen;
    Instant last = slot.lastBeat;
    Instant head = slot.headSince;
    return first == null || last == null || head == null
        ? null
        : new KnownNode(
            slot.peerId,
            slot.claims.nickname(),
            slot.claims.minerAddress(),
            slot.claims.genesisCid(),
            slot.claims.head(),
            slot.claims.height(),
            slot.claims.syncing(),
            slot.address,
            first,
            last,
            head,
            slot.beats,
            slot.judgement.lastState(),
            slot.judgement.lastSince());
  }

  /** A node as it was before a restart; null when the line is not one that was written here. */
  static @Nullable Slot restored(KnownNode known, int burst, Moment now) {
    PeerId peer;
    TipsetKey key;
    try {
      peer = PeerId.parse(known.peerId());
      key = TipsetKey.of(known.head().stream().map(Cid::parse).toList());
    } catch (IllegalArgumentException | Libp2pException e) {
      return null;
    }
    Slot slot = new Slot(peer, new BeatBudget(burst, now.nanos()), now);
    slot.restore(
        new Claims(
            known.nickname(),
            known.minerAddress(),
            known.genesisCid(),
            known.head(),
            known.height(),
            known.syncing()),
        key);
    slot.judgement = Judgement.restored(known.state(), known.stateSince(), now.at());
    slot.address = known.address();
    slot.firstSeen = known.firstSeen();
    slot.lastBeat = known.lastBeat();
    slot.headSince = known.headSince();
    slot.beats = known.beats();
    // What was down before the restart is down until it beats; what was not gets the time.
    slot.disconnectedSince = known.state() == State.DISCONNECTED ? known.lastBeat() : now.at();
    if (known.state() == State.SILENT) {
      slot.detector.wasSilent();
    }
    return slot;
  }
}
