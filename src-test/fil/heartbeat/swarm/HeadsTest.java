package fil.heartbeat.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.chain.Cid;
import fil.heartbeat.chain.Network;
import fil.heartbeat.chain.TipsetKey;
import fil.heartbeat.chain.source.SimulatedChain;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HeadsTest {
  private static final Instant START = Network.SIMULATED.genesisTime().plus(Duration.ofDays(300));

  private final Heads heads = new Heads(START, Instant.MAX);
  private final SimulatedChain chain = new SimulatedChain(1, "");

  private JsonObject beat(Behaviour role, Instant now) {
    byte[] frame = heads.frame(new VirtualNode(42, role, 0), now, false);
    return new JsonObject(new String(frame, StandardCharsets.UTF_8));
  }

  private static Instant slot(Instant now) {
    return Instant.ofEpochMilli(now.toEpochMilli() / 100 * 100);
  }

  @Test
  void aBeatNamesItsNode() {
    JsonObject beat = beat(Behaviour.HEALTHY, START);
    assertThat(beat.getString("Nickname")).isEqualTo("swarm-00042");
    assertThat(beat.getString("MinerAddress")).isEqualTo("f01042");
    assertThat(beat.getJsonObject("GenesisCID").getString("/"))
        .isEqualTo(Network.SIMULATED.genesisCid().toString());
    assertThat(beat.getBoolean("Syncing")).isFalse();
  }

  @Test
  void healthyChurningAndSilentNodesAreOnTheCommonChain() {
    for (int i = 0; i < 200; i++) {
      Instant now = START.plusMillis(i * 3_701L);
      SimulatedChain.Head head = chain.headAt(slot(now));
      for (Behaviour role :
          new Behaviour[] {Behaviour.HEALTHY, Behaviour.CHURNING, Behaviour.SILENT}) {
        JsonObject beat = beat(role, now);
        assertThat(beat.getString("Head")).isEqualTo(head.key().toString());
        assertThat(beat.getLong("Height")).isEqualTo(head.height());
      }
    }
  }

  @Test
  void allAreOnTheCommonChainOnceTheyRecover() {
    Instant recovers = START.plusSeconds(600);
    Heads recovering = new Heads(START, recovers);
    for (Behaviour role : Behaviour.values()) {
      VirtualNode node = new VirtualNode(42, role, 0, Set.of(Trait.values()));
      byte[] frame = recovering.frame(node, recovers, true);
      JsonObject beat = new JsonObject(new String(frame, StandardCharsets.UTF_8));
      SimulatedChain.Head head = chain.headAt(slot(recovers));
      assertThat(beat.getString("Head")).isEqualTo(head.key().toString());
      assertThat(beat.getInteger("Peers")).isGreaterThan(3);
      assertThat(beat.getString("Version")).isEqualTo("1.36.0+simulated");
      assertThat(beat.getJsonObject("Finalized").getString("Key"))
          .isEqualTo(chain.finalizedAt(slot(recovers)).key().toString());
      assertThat(beat.getString("StartTime")).isLessThanOrEqualTo(recovers.toString());
    }
  }

  @Test
  void laggingNodesAreEightEpochsLateAndMove() {
    Set<Long> heights = new HashSet<>();
    for (int i = 0; i < 200; i++) {
      Instant now = START.plusMillis(i * 3_701L);
      SimulatedChain.Head late = chain.headAt(slot(now).minusSeconds(8 * 30));
      JsonObject beat = beat(Behaviour.LAGGING, now);
      assertThat(beat.getString("Head")).isEqualTo(late.key().toString());
      assertThat(beat.getLong("Height")).isEqualTo(late.height());
      heights.add(late.height());
    }
    assertThat(heights).hasSizeGreaterThan(15);
  }

  @Test
  void forkedNodesShareABranchWithoutMainChainBlocks() {
    Set<Cid> main = new HashSet<>();
    Set<Cid> branch = new HashSet<>();
    for (int i = 0; i < 1000; i++) {
      Instant now = START.plusMillis(i * 3_701L);
      main.addAll(TipsetKey.parse(beat(Behaviour.HEALTHY, now).getString("Head")).cids());
      branch.addAll(TipsetKey.parse(beat(Behaviour.FORKED, now).getString("Head")).cids());
    }
    assertThat(main).hasSizeGreaterThan(300).doesNotContainAnyElementsOf(branch);
    assertThat(branch).hasSizeGreaterThan(300);
  }
}
