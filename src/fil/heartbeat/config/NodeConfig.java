package fil.heartbeat.config;

import java.nio.file.Path;
import java.util.List;

/**
 * One node that this process sends beats for.
 *
 * @param tell all off without extras
 */
public record NodeConfig(
    String nickname,
    Path keyFile,
    boolean extras,
    Tell tell,
    ChainConfig chain,
    MinerConfig miner,
    List<TargetConfig> targets) {
  public NodeConfig {
    targets = List.copyOf(targets);
  }
}
