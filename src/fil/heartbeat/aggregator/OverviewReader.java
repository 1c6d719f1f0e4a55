package fil.heartbeat.aggregator;

import fil.heartbeat.aggregator.Overview.Accounts;
import fil.heartbeat.history.History;
import fil.heartbeat.libp2p.Host;
import fil.heartbeat.libp2p.HostStats;

/** Reads the overview of registry, host and history. Lives on the registry's context. */
final class OverviewReader {
  private final Host host;
  private final History history;
  private CapacityUse use;

  OverviewReader(AggregatorSettings settings, Host host, History history) {
    this.host = host;
    this.history = history;
    this.use =
        new CapacityUse(settings.capacity(), settings.limits().maxNodes(), false, false, false);
  }

  /**
   * Updates how much of the limits is in use. Must be called each second.
   *
   * @param open whether all peers have equal rights, so that none gives way to another
   */
  void update(Registry registry, boolean open) {
    HostStats now = host.stats();
    use =
        use.with(
            registry.peers().lasting(),
            Math.max(0, now.connections() - (open ? 0 : now.yielding())),
            registry.peers().percentTaken());
  }

  Overview read(Registry registry, Moment now) {
    return new Overview(
        now.at(),
        registry.version(),
        registry.warming(),
        registry.networks(),
        new Accounts(registry.counts(), registry.forgotten(), host.stats(), history.stats()),
        registry.steps(now),
        use);
  }
}
