package fil.heartbeat.app;

import fil.heartbeat.aggregator.NodeCapacity;
import fil.heartbeat.aggregator.NodeCapacity.Limit;
import fil.heartbeat.alert.state.AlertBounds;
import fil.heartbeat.config.AggregatorConfig;
import fil.heartbeat.config.Config;
import fil.heartbeat.history.QueueBounds;
import fil.heartbeat.libp2p.host.OpenFiles;
import java.util.List;

/**
 * The number of nodes that this process can handle, and what limits it: the lowest limit of
 * configuration, open files, heap and cores. Heap and cores are estimates.
 *
 * @param nodes by limit; two limits at least
 * @param heapBytes the maximum of this JVM
 */
public record Capacity(NodeCapacity nodes, long heapBytes) {

  /** With fewer connections an aggregator is useless. */
  static final int LEAST_CONNECTIONS = 64;

  /** For reconnects, and for the canary. */
  private static final int SPARE_CONNECTIONS = 64;

  /** A connection and the state of its node; half of the heap is for these. */
  private static final long BYTES_PER_NODE = 20 * 1024;

  /** Beats of 3 s that keep a core half busy. */
  private static final long NODES_PER_CORE = 18_000;

  /** The registry has one thread, which judged all nodes each second when this was measured. */
  private static final long NODES_PER_REGISTRY = 125_000;

  private static final long MEBI = 1024 * 1024;

  /** This machine or JVM is too small for an aggregator; a restart does not help. */
  public static final class TooSmallException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private TooSmallException(String message) {
      super(message);
    }
  }

  /** The resources of this machine and JVM. */
  public record Machine(long openFiles, long heapBytes, int cores) {
    public static Machine ofThisProcess() {
      Runtime runtime = Runtime.getRuntime();
      return new Machine(OpenFiles.limit(), runtime.maxMemory(), runtime.availableProcessors());
    }
  }

  /**
   * Computes the capacity of the aggregator of a config.
   *
   * @throws TooSmallException when this machine is too small for it
   */
  public static Capacity of(AggregatorConfig role, Config config, Machine machine) {
    return of(role.limits().maxNodes(), config.libp2p().host().sockets().maxConnections(), machine);
  }

  /**
   * Computes the capacity of an aggregator.
   *
   * @throws TooSmallException when it could not have {@link #LEAST_CONNECTIONS} connections, or
   *     fewer if configured
   */
  static Capacity of(int maxNodes, int maxConnections, Machine machine) {
    long files = Math.max(0, machine.openFiles() - OpenFiles.RESERVED);
    long heap = machine.heapBytes() / 2 / BYTES_PER_NODE;
    require(files, heap, maxConnections, machine);
    List<Limit> limits =
        List.of(
            new Limit("aggregator.maxNodes", "aggregator.maxNodes " + maxNodes, maxNodes),
            new Limit(
                "libp2p.maxConnections",
                "libp2p.maxConnections " + maxConnections,
                nodes(maxConnections)),
            new Limit(
                "ulimit -n",
                "the open-file limit " + machine.openFiles() + " (ulimit -n)",
                nodes(files)),
            new Limit("-Xmx", "-Xmx (" + machine.heapBytes() / MEBI + " MiB)", heap),
            new Limit("cores", machine.cores() + " cores", NODES_PER_CORE * machine.cores()),
            new Limit("registry", "one registry", NODES_PER_REGISTRY));
    long ofHeap = heap + SPARE_CONNECTIONS;
    long connections = Math.min(maxConnections, Math.min(files, ofHeap));
    String raise =
        connections == maxConnections
            ? "libp2p.maxConnections"
            : connections == files ? "ulimit -n or LimitNOFILE=" : "-Xmx";
    return new Capacity(new NodeCapacity(limits, (int) connections, raise), machine.heapBytes());
  }

  /** Returns the most connections of the aggregator. */
  int connections() {
    return nodes.connections();
  }

  /** Returns how much of the history may wait for the disk. */
  QueueBounds ofHistory() {
    return QueueBounds.of(nodes.nodes(), heapBytes);
  }

  /** Returns how many alerts there may be. */
  AlertBounds ofAlerts() {
    return AlertBounds.of(nodes.nodes());
  }

  /**
   * The most HTTP connections: half of the files that libp2p leaves free, and those left beyond its
   * connections.
   *
   * @param wanted the configured number
   * @param libp2p the most connections of the aggregator; 0 without one
   */
  static int http(int wanted, int libp2p, Machine machine) {
    long left = Math.max(0, machine.openFiles() - OpenFiles.RESERVED - libp2p);
    long reserved = Math.min(OpenFiles.RESERVED / 2, machine.openFiles() / 4);
    return (int) Math.min(wanted, reserved + left);
  }

  private static long nodes(long connections) {
    return Math.max(connections / 2, connections - SPARE_CONNECTIONS);
  }

  /** Throws if there can be no aggregator; a smaller configured number is accepted. */
  private static void require(long files, long heap, int maxConnections, Machine machine) {
    if (Math.min(files, heap) >= Math.min(maxConnections, LEAST_CONNECTIONS)) {
      return;
    }
    throw new TooSmallException(
        files < LEAST_CONNECTIONS
            ? "the open-file limit: "
                + machine.openFiles()
                + " (expected: at least "
                + (OpenFiles.RESERVED + LEAST_CONNECTIONS)
                + ", of which an aggregator needs "
                + OpenFiles.RESERVED
                + " for itself; raise it with ulimit -n or LimitNOFILE=)"
            : "the heap: "
                + machine.heapBytes() / MEBI
                + " MiB (expected: at least "
                + 2 * BYTES_PER_NODE * LEAST_CONNECTIONS / MEBI
                + " MiB; raise -Xmx)");
  }

  @Override
  public String toString() {
    return "carries about "
        + round(nodes.nodes())
        + " nodes with beats of 3s, limited by "
        + nodes.limits().get(0).text()
        + "; next: "
        + nodes.limits().get(1).text();
  }

  /** Rounds an estimate to two figures. */
  private static long round(long nodes) {
    long unit = 1;
    while (nodes / unit >= 1_000) {
      unit *= 10;
    }
    return nodes / unit * unit;
  }
}
