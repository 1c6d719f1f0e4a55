package fil.heartbeat.app;

import fil.heartbeat.aggregator.AggregatorSettings;
import fil.heartbeat.aggregator.AggregatorVerticle;
import fil.heartbeat.aggregator.Membership;
import fil.heartbeat.chain.source.ReferenceVerticle;
import fil.heartbeat.config.AggregatorConfig;
import fil.heartbeat.config.Config;
import fil.heartbeat.config.MembersConfig;
import fil.heartbeat.config.ReferenceConfig;
import fil.heartbeat.fleet.Expected;
import fil.heartbeat.fleet.FleetSettings;
import fil.heartbeat.libp2p.Host;
import fil.heartbeat.libp2p.KeyFile;
import fil.heartbeat.libp2p.KeyType;
import fil.heartbeat.libp2p.Libp2pException;
import fil.heartbeat.libp2p.Libp2pException.Code;
import fil.heartbeat.libp2p.Multiaddr;
import fil.heartbeat.libp2p.PeerId;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The aggregator's section of a config in the aggregator's own terms, and what belongs to it. */
final class AggregatorRole {
  private static final Logger log = LoggerFactory.getLogger(AggregatorRole.class);

  private AggregatorRole() {}

  static AggregatorSettings settings(AggregatorConfig role) {
    return new AggregatorSettings(
        role.network(), role.limits(), FleetSettings.DEFAULT.withForkAfter(role.forkAfter()));
  }

  static Membership membership(MembersConfig members) {
    Map<PeerId, Expected> expected = new LinkedHashMap<>();
    members
        .expected()
        .forEach((peer, named) -> expected.put(peer, new Expected(named.name(), named.labels())));
    return new Membership(members.allow(), members.deny(), expected);
  }

  /** Takes the key, which is made when it is absent, and makes the host that has it. */
  static Future<Host> host(
      Vertx vertx, Config config, AggregatorConfig role, int connections, ProcessLocks locks) {
    Path keyFile = role.bind().keyFile();
    return vertx.executeBlocking(
        () -> {
          locks.takeKey(keyFile);
          KeyFile.Loaded key = KeyFile.loadOrCreate(keyFile, KeyType.ED25519);
          key.report(log);
          Host host =
              config
                  .libp2p()
                  .provider()
                  .create(
                      vertx,
                      key.identity(),
                      config.libp2p().host().withSockets(s -> s.withMaxConnections(connections)));
          host.announce(role.bind().announce());
          return host;
        });
  }

  /** A port that cannot be had is one of the configuration. */
  static Throwable bindFailure(Throwable failure, AggregatorConfig role) {
    if (!(failure instanceof Libp2pException known) || known.code() != Code.BIND_FAILED) {
      return failure;
    }
    Throwable cause = known.getCause() == null ? known : known.getCause();
    return new IOException(
        "aggregator.listen: "
            + role.bind().listen()
            + " cannot be bound: "
            + String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT)
            + " (expected: a free port; 0 picks one)",
        failure);
  }

  /** A wildcard is where one listens, not where one dials. */
  static Multiaddr dialable(AggregatorVerticle verticle) {
    return Multiaddr.parse(
        verticle
            .address()
            .toString()
            .replace("/ip4/0.0.0.0/", "/ip4/127.0.0.1/")
            .replace("/ip6/::/", "/ip6/::1/"));
  }

  /**
   * Where it listens, and behind it what operators may dial, each with the peer id; nothing before
   * it does.
   */
  static List<String> addresses(
      Optional<AggregatorConfig> role, @Nullable AggregatorVerticle verticle) {
    if (verticle == null) {
      return List.of();
    }
    Multiaddr bound = verticle.address();
    List<String> addresses = new ArrayList<>(List.of(bound.toString()));
    for (Multiaddr announced : role.map(config -> config.bind().announce()).orElse(List.of())) {
      bound.peerId().ifPresent(self -> addresses.add(announced.withPeerId(self).toString()));
    }
    return addresses;
  }

  /** Starts to ask the independent nodes. */
  static Future<?> references(Vertx vertx, AggregatorConfig role, AggregatorVerticle verticle) {
    List<Future<String>> deployed = new ArrayList<>();
    for (ReferenceConfig reference : role.references()) {
      deployed.add(
          vertx.deployVerticle(
              new ReferenceVerticle(
                  reference.name(),
                  reference.chain(),
                  read ->
                      verticle.reference(
                          reference.name(),
                          read.genesis(),
                          read.key(),
                          read.height(),
                          read.finalizedKey(),
                          read.finalizedHeight()))));
    }
    return Future.all(deployed);
  }
}
