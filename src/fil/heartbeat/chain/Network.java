package fil.heartbeat.chain;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A Filecoin network: its name, the CID and time of its genesis block and the length of an epoch.
 *
 * @param epochSeconds 1 to 3600; 30 on the public networks
 */
public record Network(String name, Cid genesisCid, Instant genesisTime, int epochSeconds) {
  /** Epoch length of the public networks, and the default for an unknown one. */
  public static final int USUAL_EPOCH_SECONDS = 30;

  /** The main network, which calls itself {@code testnetnet}. */
  public static final Network MAINNET =
      new Network(
          "mainnet",
          Cid.parse("bafy2bzacecnamqgqmifpluoeldx7zzglxcljo6oja4vrmtj7432rphldpdmm2"),
          Instant.ofEpochSecond(1_598_306_400),
          USUAL_EPOCH_SECONDS);

  /** The calibration network of 2022-11. */
  public static final Network CALIBNET =
      new Network(
          "calibnet",
          Cid.parse("bafy2bzacecyaggy24wol5ruvs6qm73gjibs2l2iyhcqmvi7r7a4ph7zx3yqd4"),
          Instant.ofEpochSecond(1_667_326_380),
          USUAL_EPOCH_SECONDS);

  /** The network of every simulated chain, whatever its seed. */
  public static final Network SIMULATED =
      new Network(
          "simulated",
          Cid.ofBlock("filecoin-heartbeat simulated genesis".getBytes(UTF_8)),
          Instant.parse("2026-01-01T00:00:00Z"),
          USUAL_EPOCH_SECONDS);

  /** The networks with a built-in name. */
  public static final List<Network> KNOWN = List.of(MAINNET, CALIBNET, SIMULATED);

  public Network {
    if (epochSeconds < 1 || epochSeconds > 3600) {
      throw new IllegalArgumentException(
          "epochSeconds: " + epochSeconds + " (expected: 1 to 3600)");
    }
  }

  /** Returns the known network with a name or alias, as nodes and people use them. */
  public static Optional<Network> named(String name) {
    String canonical =
        switch (name) {
          case "testnetnet" -> "mainnet";
          case "calibration", "calibrationnet" -> "calibnet";
          default -> name;
        };
    return KNOWN.stream().filter(network -> network.name().equals(canonical)).findFirst();
  }

  /**
   * Returns the name of the network that a genesis belongs to, among the known ones and one more.
   */
  public static Optional<String> nameOf(String genesisCid, Optional<Network> other) {
    return Stream.concat(other.stream(), KNOWN.stream())
        .filter(network -> network.genesisCid().toString().equals(genesisCid))
        .map(Network::name)
        .findFirst();
  }

  /** Returns its epoch clock. */
  public EpochClock clock() {
    return new EpochClock(genesisTime, epochSeconds);
  }
}
