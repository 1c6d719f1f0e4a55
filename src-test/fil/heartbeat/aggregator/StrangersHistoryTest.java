package fil.heartbeat.aggregator;

import static fil.heartbeat.aggregator.BesideStrangers.fillers;
import static fil.heartbeat.aggregator.BesideStrangers.strangers;
import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.aggregator.BesideStrangers.Naming;
import fil.heartbeat.history.SlotRow;
import fil.heartbeat.libp2p.PeerId;
import fil.heartbeat.wire.Heartbeat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** History of strangers is limited, and that of the fleet stays complete beside it. */
class StrangersHistoryTest {
  private static final int NODES = 12;

  @Test
  void historyStoresLittleAboutStrangers() {
    List<PeerId> peers = strangers(1200);
    BesideStrangers beside = new BesideStrangers(Naming.EXPECTED, NODES, false, Set.of());
    beside.live(3, fillers(peers));
    Set<String> fleet = beside.fleet.stream().map(PeerId::toString).collect(Collectors.toSet());
    Map<Long, Long> rows =
        beside.history.rows.stream()
            .filter(row -> !fleet.contains(row.peerId()))
            .collect(Collectors.groupingBy(SlotRow::slot, Collectors.counting()));
    assertThat(rows.values()).isNotEmpty().containsOnly((long) SlotRows.MAX_OF_STRANGERS);
    assertThat(beside.history.rows)
        .filteredOn(row -> !fleet.contains(row.peerId()))
        .allMatch(row -> row.head().isEmpty());
    assertThat(beside.history.nodes.values())
        .filteredOn(node -> !fleet.contains(node.peerId()))
        .isNotEmpty()
        .allMatch(node -> node.head().isEmpty());
    assertThat(beside.history.rows)
        .filteredOn(row -> fleet.contains(row.peerId()) && row.height() != null)
        .isNotEmpty()
        .noneMatch(row -> row.head().isEmpty());
    assertThat(beside.history.left).containsEntry(SlotRows.STRANGER_ROWS, 200L * rows.size());
  }

  /** Events wait in one queue, which drops the oldest when there are too many. */
  @Test
  void strangersThatComeAndGoPushOutNoEvents() {
    List<PeerId> peers = strangers(1500);
    BesideStrangers beside = new BesideStrangers(Naming.EXPECTED, NODES, false, Set.of());
    beside.live(
        2,
        (registry, second, now) -> {
          for (PeerId peer : peers) {
            registry.onOpen(peer, "/ip4/192.0.2.2/tcp/1", now);
            if (second == 0) {
              registry.onBeat(peer, new Heartbeat("{ }", 0, "", "", null, null), now);
            }
            registry.onClose(peer, null, now);
          }
        });
    assertThat(beside.history.connections).hasSizeLessThan(2 * SlotRows.MAX_OF_STRANGERS + 100);
    assertThat(beside.history.nodes).hasSizeLessThan(2 * SlotRows.MAX_OF_STRANGERS + 100);
    assertThat(beside.history.left.get(SlotRows.STRANGER_EVENTS)).isGreaterThan(100_000);
  }

  @Test
  void inAnOpenFleetEveryPeerIsStored() {
    List<PeerId> peers = strangers(1200);
    BesideStrangers beside = new BesideStrangers(Naming.OPEN, NODES, false, Set.of());
    beside.live(2, fillers(peers));
    assertThat(beside.history.rows).hasSizeGreaterThan(1200);
    assertThat(beside.history.rows)
        .filteredOn(row -> row.height() != null)
        .noneMatch(row -> row.head().isEmpty());
    assertThat(beside.history.left).isEmpty();
  }
}
