package fil.heartbeat.aggregator;

import fil.heartbeat.chain.Cid;
import fil.heartbeat.chain.TipsetKey;
import fil.heartbeat.fleet.Judgement;
import fil.heartbeat.fleet.Standing;
import fil.heartbeat.fleet.State;
import fil.heartbeat.history.BeatCount;
import fil.heartbeat.history.ConnectionEvent;
import fil.heartbeat.history.History;
import fil.heartbeat.history.KnownNode;
import fil.heartbeat.history.Reported;
import fil.heartbeat.history.SlotBeats;
import fil.heartbeat.history.SlotRow;
import fil.heartbeat.history.StateChange;
import fil.heartbeat.libp2p.Libp2pException;
import fil.heartbeat.libp2p.PeerId;
import fil.heartbeat.wire.Extras;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes to history: a row for each node and 30 s slot, a line for each node, state changes and
 * connections. For strangers the amount in each slot is limited, and their heads are left out.
 */
final class SlotRows {

  /** Limit for strangers in 30 s, for rows, lines and events each. */
  static final int MAX_OF_STRANGERS = 1000;

  static final String STRANGER_ROWS = "stranger-rows";
  static final String STRANGER_EVENTS = "stranger-events";

  private static final Set<String> PAYING = Set.of("worker", "control");
  private static final BigInteger ATTO_A_NANO = BigInteger.valueOf(1_000_000_000);
  private static final BigInteger MOST_NANO = BigInteger.valueOf(Long.MAX_VALUE);
  private static final int SLOTS_AN_HOUR = 3600 / SlotRow.SLOT_SECONDS;

  private final History history;
  private long current = -1;
  private int strangerEvents;
  private int strangerLines;
  private final Set<PeerEntry> unsaved = new LinkedHashSet<>();

  SlotRows(History history) {
    this.history = history;
  }

  /** The node's first stream opened. */
  void connected(PeerEntry entry, @Nullable String address, Instant at) {
    connection(entry, new ConnectionEvent(entry.peerId, at, true, address, null));
  }

  void connection(PeerEntry entry, ConnectionEvent event) {
    if (hasRoom(entry)) {
      history.connection(event);
    }
  }

  void changed(PeerEntry entry, StateChange change) {
    if (hasRoom(entry)) {
      history.stateChanged(change);
    }
  }

  private boolean hasRoom(PeerEntry entry) {
    if (entry.standing != Standing.STRANGER) {
      return true;
    }
    strangerEvents++;
    if (strangerEvents > MAX_OF_STRANGERS) {
      history.left(STRANGER_EVENTS, 1);
      return false;
    }
    return true;
  }

  /** Writes the slot that ended since the last call, if any, and the nodes that changed. */
  void evaluated(Collection<PeerEntry> entries, Instant now) {
    long slot = Math.floorDiv(now.getEpochSecond(), (long) SlotRow.SLOT_SECONDS);
    if (current < 0 || slot < current - 1) {
      // The first slot, or the clock was set back: start in the middle of this one.
      current = slot;
    }
    if (slot > current) {
      long ended = current;
      current = slot;
      finished(entries, ended, now);
      strangerEvents = 0;
      strangerLines = 0;
    }
    // A stranger beyond the limit stays among them and is tried again.
    unsaved.removeIf(each -> !each.unsaved || save(each));
  }

  /** A node must be written if its mark says so. */
  void unsaved(PeerEntry entry) {
    if (entry.unsaved) {
      unsaved.add(entry);
    }
  }

  /** Writes the upgrades that nodes named, when they are to be written again. */
  void named(Networks networks, Moment now) {
    List<String> named = networks.takeNamed(now);
    if (named != null) {
      history.upgrades(named);
    }
  }

  /** Writes them in any case. */
  void saveNamed(Networks networks, Moment now) {
    networks.saveNamed();
    named(networks, now);
  }

  /** A node is not known any more. */
  void forgotten(PeerEntry entry) {
    unsaved.remove(entry);
  }

  private void finished(Collection<PeerEntry> entries, long ended, Instant now) {
    List<SlotRow> rows = new ArrayList<>(entries.size());
    List<BeatCount> counts = new ArrayList<>(entries.size());
    // Most nodes share one head: it is held once while its rows wait.
    Map<List<String>, List<String>> heads = new HashMap<>();
    int strangers = 0;
    for (PeerEntry each : entries) {
      boolean stranger = each.standing == Standing.STRANGER;
      if (each.seen() && (!stranger || strangers < MAX_OF_STRANGERS)) {
        rows.add(row(each, heads.computeIfAbsent(headOf(each), same -> same), ended, now));
        count(each, counts);
      }
      strangers += stranger && each.seen() ? 1 : 0;
      if (each.seen() || each.expected != null) {
        boolean beat = each.judgement.verdict().state().isBeating() && each.seen();
        each.uptime.add(ended / SLOTS_AN_HOUR, beat);
      }
      each.slotBeats = 0;
      each.longestGapMillis = 0;
    }
    if (strangers > MAX_OF_STRANGERS) {
      history.left(STRANGER_ROWS, strangers - MAX_OF_STRANGERS);
    }
    if (!rows.isEmpty()) {
      history.epoch(rows);
      history.counted(counts);
    }
  }

  /** The head to store for a node. */
  private static List<String> headOf(PeerEntry entry) {
    return entry.standing == Standing.STRANGER ? List.of() : entry.claims.head();
  }

  private static SlotRow row(PeerEntry entry, List<String> head, long ended, Instant now) {
    return new SlotRow(
        entry.peerId,
        ended,
        head,
        entry.head.isEmpty() ? null : entry.claims.height(),
        entry.judgement.verdict().lagEpochs(),
        entry.judgement.verdict().state(),
        new SlotBeats(entry.slotBeats, (int) Math.min(Integer.MAX_VALUE, entry.gapMillis(now))),
        reported(entry.extras));
  }

  /** Returns what is recorded of what a node reports now. */
  static Reported reported(ExtrasHeld held) {
    Extras extras = held.extras();
    if (extras.isNone()) {
      return Reported.NONE;
    }
    Integer peers = extras.peers();
    return new Reported(
        held.findings().finalityLag(),
        peers == null ? null : Long.valueOf(peers),
        lowestNanoFil(extras.balances()));
  }

  /** The lowest balance of those that pay for messages, else of all; null without any. */
  private static @Nullable Long lowestNanoFil(List<Extras.Balance> balances) {
    List<Extras.Balance> paying =
        balances.stream().filter(each -> PAYING.contains(each.role())).toList();
    return (paying.isEmpty() ? balances : paying)
        .stream()
            .map(Extras.Balance::attoFil)
            .min(Comparator.naturalOrder())
            .map(SlotRows::nanoFil)
            .orElse(null);
  }

  /** A whole number of 10^-9 FIL; the largest one for all amounts beyond it. */
  private static long nanoFil(BigInteger attoFil) {
    return attoFil.divide(ATTO_A_NANO).min(MOST_NANO).longValueExact();
  }

  /** Adds the node's beat counts. */
  private static void count(PeerEntry entry, List<BeatCount> counts) {
    Instant last = entry.lastBeat;
    Instant head = entry.headSince;
    if (last != null && head != null) {
      counts.add(new BeatCount(entry.peerId, last, head, entry.beats));
    }
  }

  /** Writes every node: counts and times move without counting as a change. */
  void saveAll(Collection<PeerEntry> entries) {
    long left = entries.stream().filter(entry -> !save(entry)).count();
    if (left > 0) {
      history.left(STRANGER_EVENTS, left);
    }
  }

  /** Writes the line of a node; returns whether there was room. */
  private boolean save(PeerEntry entry) {
    if (entry.standing == Standing.STRANGER) {
      if (strangerLines >= MAX_OF_STRANGERS) {
        return false;
      }
      strangerLines++;
    }
    entry.unsaved = false;
    KnownNode known = known(entry);
    if (known != null) {
      history.remember(known);
    }
    return true;
  }

  /** Returns the stored form of a node; null before its first beat. */
  private static @Nullable KnownNode known(PeerEntry entry) {
    Instant first = entry.firstSeen;
    Instant last = entry.lastBeat;
    Instant head = entry.headSince;
    return first == null || last == null || head == null
        ? null
        : new KnownNode(
            entry.peerId,
            entry.claims.nickname(),
            entry.claims.minerAddress(),
            entry.claims.genesisCid(),
            headOf(entry),
            entry.claims.height(),
            entry.claims.syncing(),
            entry.address,
            first,
            last,
            head,
            entry.beats,
            entry.judgement.lastState(),
            entry.judgement.lastSince(),
            entry.judgement.partedAt());
  }

  /** Restores a node from before a restart; null when this program did not write the line. */
  static @Nullable PeerEntry restored(KnownNode known, int burst, Moment now) {
    PeerId peer;
    TipsetKey key;
    try {
      peer = PeerId.parse(known.peerId());
      key = TipsetKey.of(known.head().stream().map(Cid::parse).toList());
    } catch (IllegalArgumentException | Libp2pException e) {
      return null;
    }
    PeerEntry entry = new PeerEntry(peer, new BeatBudget(burst, now.nanos()), now);
    entry.restore(
        new Claims(
            known.nickname(),
            known.minerAddress(),
            known.genesisCid(),
            known.head(),
            known.height(),
            known.syncing()),
        key);
    entry.judgement =
        Judgement.restored(
            known.state(), notAfter(now, known.stateSince()), known.partedAt(), now.at());
    entry.address = known.address();
    entry.firstSeen = notAfter(now, known.firstSeen());
    entry.lastBeat = notAfter(now, known.lastBeat());
    entry.headSince = notAfter(now, known.headSince());
    entry.beats = known.beats();
    // A node that was down before the restart is down until it beats; any other gets time to
    // reconnect.
    boolean gone = known.state() == State.DISCONNECTED || known.state() == State.STOPPED;
    entry.disconnectedSince = gone ? notAfter(now, known.lastBeat()) : now.at();
    if (known.state() == State.STOPPED) {
      entry.farewell.restore(notAfter(now, known.stateSince()));
    }
    if (known.state() == State.SILENT) {
      entry.detector.wasSilent();
    }
    return entry;
  }

  /** A stored time may be from before the clock was set back: limits it to the present. */
  private static Instant notAfter(Moment now, Instant time) {
    return time.isAfter(now.at()) ? now.at() : time;
  }
}
