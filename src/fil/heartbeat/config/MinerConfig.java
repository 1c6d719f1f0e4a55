package fil.heartbeat.config;

import java.util.Optional;

/**
 * The source of a node's miner address: the config, or a storage miner's own API.
 *
 * @param address Filecoin address text, empty for none
 * @param url JSON-RPC endpoint of a storage miner, for {@code Filecoin.ActorAddress}
 * @param token bearer token for it
 */
public record MinerConfig(String address, Optional<String> url, Optional<String> token) {

  /** Without secrets. */
  @Override
  public String toString() {
    return "MinerConfig[address="
        + address
        + ", url="
        + url.map(RpcUrl::shown)
        + ", token="
        + (token.isPresent() ? "(set)" : "(none)")
        + "]";
  }
}
