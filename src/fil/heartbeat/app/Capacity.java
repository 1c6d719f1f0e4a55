package fil.heartbeat.app;

import fil.heartbeat.libp2p.host.OpenFiles;
import java.util.Comparator;
import java.util.List;

/**
 * The number of nodes that this process can handle, and what limits it: the lowest limit of
 * configuration, open files, heap and cores. Heap and cores are estimates.
 *
 * @param limits the tightest first; never empty
 * @param connections the most connections of the aggregator
 */
public record Capacity(List<Limit> limits, int connections) {

  /** With fewer connections an aggregator is useless. */
  static final int LEAST_CONNECTIONS = 64;

  /** For reconnects, and for the canary. */
  private static final int SPARE_CONNECTIONS = 64;

  /** A connection and the state of its node; half of the heap is for these. */
  private static final long BYTES_PER_NODE = 20 * 1024;

  /** Beats of 3 s that keep a core half busy. */
  private static final long NODES_PER_CORE = 18_000;

  /** The registry has one thread. */
  private static final long NODES_PER_REGISTRY = 125_000;

  private static final long MEBI = 1024 * 1024;

  /** This machine or JVM is too small for an aggregator; a restart does not help. */
  public static final class TooSmallException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private TooSmallException(String message) {
      super(message);
    }
  }

  /** One limit; its name contains the key or flag to raise. */
  record Limit(String name, long nodes) {}

  /** The resources of this machine and JVM. */
  public record Machine(long openFiles, long heapBytes, int cores) {
    public static Machine ofThisProcess() {
      Runtime runtime = Runtime.getRuntime();
      return new Machine(OpenFiles.limit(), runtime.maxMemory(), runtime.availableProcessors());
    }
  }

  /**
   * Computes the capacity of an aggregator.
   *
   * @throws TooSmallException when it could not have {@link #LEAST_CONNECTIONS} connections, or
   *     fewer if configured
   */
  public static Capacity of(int maxNodes, int maxConnections, Machine machine) {
    long files = Math.max(0, machine.openFiles() - OpenFiles.RESERVED);
    long heap = machine.heapBytes() / 2 / BYTES_PER_NODE;
    require(files, heap, maxConnections, machine);
    List<Limit> limits =
        List.of(
            new Limit("aggregator.maxNodes " + maxNodes, maxNodes),
            new Limit("libp2p.maxConnections " + maxConnections, nodes(maxConnections)),
            new Limit("the open-file limit " + machine.openFiles() + " (ulimit -n)", nodes(files)),
            new Limit("-Xmx (" + machine.heapBytes() / MEBI + " MiB)", heap),
            new Limit(machine.cores() + " cores", NODES_PER_CORE * machine.cores()),
            new Limit("one registry", NODES_PER_REGISTRY));
    return new Capacity(
        limits.stream().sorted(Comparator.comparingLong(Limit::nodes)).toList(),
        (int) Math.min(maxConnections, Math.min(files, heap + SPARE_CONNECTIONS)));
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
        + round(limits.get(0).nodes())
        + " nodes with beats of 3s, limited by "
        + limits.get(0).name()
        + "; next: "
        + limits.get(1).name();
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
