package fil.heartbeat.app;

import fil.heartbeat.config.AggregatorConfig;
import fil.heartbeat.config.AlertsConfig;
import fil.heartbeat.config.Config;
import fil.heartbeat.config.NodeConfig;
import fil.heartbeat.config.Secret;
import fil.heartbeat.config.SinkConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The tokens and secrets of a config that are read each time they are used. */
public final class NamedSecrets {
  private final List<Named> all = new ArrayList<>();

  private NamedSecrets() {}

  /**
   * One of them.
   *
   * @param setting its path in the config, with the name of its node, sink, peer or reference
   */
  public record Named(String setting, Secret secret) {}

  /**
   * The secrets of all roles that are on, except the HTTP server, which has a file of many tokens.
   */
  public static List<Named> of(Config config) {
    NamedSecrets found = new NamedSecrets();
    for (NodeConfig node : config.senders().sending()) {
      String of = config.senders().multiNode() ? "nodes[" + node.nickname() + "]." : "";
      found.token(of + "chain", node.chain().tokenFile());
      node.miner().endpoints().forEach(each -> found.token(of + "miner", each.tokenFile()));
    }
    config.aggregator().ifPresent(found::aggregator);
    config.alerts().ifPresent(found::alerts);
    return List.copyOf(found.all);
  }

  private void aggregator(AggregatorConfig role) {
    role.references()
        .forEach(
            each -> token("aggregator.references[" + each.name() + "]", each.chain().tokenFile()));
  }

  private void alerts(AlertsConfig role) {
    for (SinkConfig sink : role.delivery().sinks()) {
      String name = "alerts.sinks[" + sink.name() + "].";
      secret(name + "url", sink.url());
      secret(name + "secret", sink.secret());
    }
    role.watching()
        .peers()
        .forEach(peer -> token("alerts.peers[" + peer.name() + "]", peer.tokenFile()));
    role.watching()
        .deadman()
        .ifPresent(deadman -> secret("alerts.deadman.url", Optional.of(deadman.url())));
  }

  private void token(String section, Optional<Path> file) {
    secret(section + ".tokenFile", file.map(Secret.Token::new));
  }

  private void secret(String setting, Optional<? extends Secret> secret) {
    secret.ifPresent(one -> all.add(new Named(setting, one)));
  }
}
