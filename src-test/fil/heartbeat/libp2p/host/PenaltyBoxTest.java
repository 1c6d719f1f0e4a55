package fil.heartbeat.libp2p.host;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.libp2p.HostConfig;
import fil.heartbeat.libp2p.Identity;
import fil.heartbeat.libp2p.KeyType;
import fil.heartbeat.libp2p.PeerId;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class PenaltyBoxTest {
  private static final long MINUTE = 60_000_000_000L;

  private final PeerId peer = Identity.generate(KeyType.ED25519).peerId();
  private final PenaltyBox box = new PenaltyBox(HostConfig.DEFAULT.penalty());

  @Test
  void theThirdResetWithinTheWindowRefusesThePeer() {
    assertThat(box.reset(peer, 0)).isFalse();
    assertThat(box.reset(peer, 4 * MINUTE)).isFalse();
    assertThat(box.isRefused(peer, 4 * MINUTE)).isFalse();
    assertThat(box.reset(peer, 9 * MINUTE)).isTrue();
    assertThat(box.isRefused(peer, 19 * MINUTE - 1)).isTrue();
    assertThat(box.isRefused(peer, 19 * MINUTE)).isFalse();
  }

  @Test
  void resetsOlderThanTheWindowDoNotCount() {
    assertThat(box.reset(peer, 0)).isFalse();
    assertThat(box.reset(peer, MINUTE)).isFalse();
    assertThat(box.reset(peer, 10 * MINUTE)).isFalse();
    assertThat(box.isRefused(peer, 10 * MINUTE)).isFalse();
  }

  @Test
  void theNumberOfStoredPeersIsLimited() {
    for (int i = 0; i < PenaltyBox.MAX_PEERS + 100; i++) {
      byte[] multihash = new byte[34];
      multihash[0] = 0x12;
      multihash[1] = 32;
      ByteBuffer.wrap(multihash).putInt(2, i);
      assertThat(box.reset(PeerId.fromBytes(multihash), 0)).isFalse();
    }
    assertThat(box.size()).isEqualTo(PenaltyBox.MAX_PEERS);
  }
}
