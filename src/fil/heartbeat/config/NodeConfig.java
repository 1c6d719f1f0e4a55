package fil.heartbeat.config;

import java.nio.file.Path;
import java.util.List;

/** One node that this process sends beats for. */
public record NodeConfig(
    String nickname,
    Path keyFile,
    boolean extras,
    ChainConfig chain,
    MinerConfig miner,
    List<TargetConfig> targets) {
  public NodeConfig {
    targets = List.copyOf(targets);
  }
}
