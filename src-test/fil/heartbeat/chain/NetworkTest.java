package fil.heartbeat.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetworkTest {

  @ParameterizedTest
  @CsvSource({
    "mainnet,mainnet,1598306400",
    "testnetnet,mainnet,1598306400",
    "calibnet,calibnet,1667326380",
    "calibration,calibnet,1667326380",
    "calibrationnet,calibnet,1667326380",
    "simulated,simulated,1767225600"
  })
  void networksAreFoundByNameAliasAndGenesis(String alias, String name, long genesisSeconds) {
    Network network = Network.named(alias).orElseThrow();
    assertThat(network.name()).isEqualTo(name);
    assertThat(network.clock().genesisTime().getEpochSecond()).isEqualTo(genesisSeconds);
    assertThat(network.clock().epochSeconds()).isEqualTo(30);
    assertThat(Network.nameOf(network.genesisCid().toString(), Optional.empty())).contains(name);
  }

  @Test
  void otherNetworksAreUnknown() {
    assertThat(Network.named("Mainnet")).isEmpty();
    Cid genesis = Cid.ofBlock(new byte[0]);
    assertThat(Network.nameOf(genesis.toString(), Optional.empty())).isEmpty();
    Network own = new Network("own", genesis, Instant.EPOCH, 5);
    assertThat(Network.nameOf(genesis.toString(), Optional.of(own))).contains("own");
  }

  @ParameterizedTest
  @CsvSource({
    "2020-08-24T22:00:00Z,0",
    "2020-08-24T22:00:29.999999999Z,0",
    "2020-08-24T22:00:30Z,1",
    "2020-08-24T21:59:59.999Z,-1",
    "2020-08-24T21:59:30Z,-1",
    "2026-11-23T00:00:00Z,6569520"
  })
  void theEpochIsCountedFromGenesis(Instant now, long epoch) {
    EpochClock clock = Network.MAINNET.clock();
    assertThat(clock.epochAt(now)).isEqualTo(epoch);
    assertThat(clock.startOf(epoch)).isBeforeOrEqualTo(now);
    assertThat(clock.startOf(epoch + 1)).isAfter(now);
  }

  @Test
  void anEpochLastsASecondOrMore() {
    assertThatThrownBy(() -> new EpochClock(Instant.EPOCH, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0 seconds");
    assertThatThrownBy(() -> new Network("own", Cid.ofBlock(new byte[0]), Instant.EPOCH, 3601))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("3601");
    assertThat(new EpochClock(Instant.EPOCH, 1).epochAt(Instant.ofEpochSecond(77))).isEqualTo(77);
  }
}
