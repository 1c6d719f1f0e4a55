package fil.heartbeat.config;

import java.util.List;

/**
 * The source of the addresses of a node's miners: the config, or the API of each miner.
 *
 * @param addresses Filecoin addresses as text; the first is the miner of the beat; empty for none
 * @param wallets further addresses whose balances are watched
 * @param endpoints of lotus-miner or Curio; asked when no address is configured
 */
public record MinerConfig(
    List<String> addresses, List<String> wallets, List<RpcEndpoint> endpoints) {

  /** The most addresses, and the most wallets; aggregators drop more. */
  public static final int MAX_ADDRESSES = 16;

  /** A node without a miner. */
  public static final MinerConfig NONE = new MinerConfig(List.of(), List.of(), List.of());

  public MinerConfig {
    addresses = List.copyOf(addresses);
    wallets = List.copyOf(wallets);
    endpoints = List.copyOf(endpoints);
  }

  /** The first address; empty for none. */
  public String address() {
    return addresses.isEmpty() ? "" : addresses.get(0);
  }
}
