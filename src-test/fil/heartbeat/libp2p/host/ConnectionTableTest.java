package fil.heartbeat.libp2p.host;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.libp2p.Identity;
import fil.heartbeat.libp2p.KeyType;
import fil.heartbeat.libp2p.PeerId;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which connections of a peer stay open. */
class ConnectionTableTest {
  private final PeerId peer = Identity.generate(KeyType.ED25519).peerId();
  private final PeerId other = Identity.generate(KeyType.ED25519).peerId();
  private final Map<String, Long> lastInbound = new HashMap<>();
  private final ConnectionTable<String> table =
      new ConnectionTable<>(connection -> lastInbound.getOrDefault(connection, 0L));

  private ConnectionTable.Added<String> add(String connection, long lastInboundNanos) {
    lastInbound.put(connection, lastInboundNanos);
    return table.add(peer, connection);
  }

  @Test
  void theNewestIsUsedAndOneOlderStaysOpen() {
    assertThat(add("a", 1)).isEqualTo(new ConnectionTable.Added<>(true, null, null));
    assertThat(add("b", 2)).isEqualTo(new ConnectionTable.Added<>(true, "a", null));
    assertThat(table.current(peer)).isEqualTo("b");
    assertThat(table.isOlder(peer, "a")).isTrue();
    assertThat(table.isOlder(peer, "b")).isFalse();
    assertThat(table.of(peer)).containsExactly("b", "a");
    assertThat(table.current(other)).isNull();
  }

  @Test
  void oneMoreEndsTheOneThatWasSilentLongest() {
    assertThat(add("a", Long.MAX_VALUE - 5).accepted()).isTrue();
    assertThat(add("b", Long.MAX_VALUE - 7).accepted()).isTrue();
    // Times wrap round.
    lastInbound.put("a", Long.MIN_VALUE + 5);
    assertThat(add("c", Long.MIN_VALUE + 6)).isEqualTo(new ConnectionTable.Added<>(true, "a", "b"));
    assertThat(table.of(peer)).containsExactly("c", "a");
    assertThat(table.all()).containsExactly("a", "b", "c");
    assertThat(add("d", Long.MIN_VALUE + 7).supplanted()).isEqualTo("a");
    assertThat(table.of(peer)).containsExactly("d", "c");
  }

  @Test
  void whenTheNewerEndsTheOlderIsUsedAgain() {
    assertThat(add("a", 1).accepted()).isTrue();
    assertThat(add("b", 2).accepted()).isTrue();
    table.retire(peer, "b");
    assertThat(table.current(peer)).isEqualTo("a");
    assertThat(table.isOlder(peer, "a")).isFalse();
    table.remove(peer, "b");
    table.remove(peer, "a");
    table.remove(peer, "a");
    assertThat(table.current(peer)).isNull();
    assertThat(table.all()).isEmpty();
    assertThat(table.of(peer)).isEmpty();
  }

  @Test
  void aClosedTableAcceptsNoMore() {
    assertThat(add("a", 1).accepted()).isTrue();
    assertThat(table.close()).containsExactly("a");
    assertThat(add("b", 2).accepted()).isFalse();
    assertThat(table.all()).containsExactly("a");
  }
}
