package fil.heartbeat.api;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where the API listens and who may use it.
 *
 * @param host address to bind
 * @param port 0 picks a free one
 * @param version of this program, as it is told
 * @param maxNodeSeries nodes up to which each has series of its own in the metrics
 * @param names by which clients may call the server; addresses and localhost always may
 * @param tls plain HTTP without
 * @param tokensFile without it everyone reads, and this machine changes
 * @param readableByAll whether reading needs no token where there are tokens
 */
public record ApiSettings(
    String host,
    int port,
    String version,
    int maxNodeSeries,
    List<String> names,
    Optional<Tls> tls,
    Optional<Path> tokensFile,
    boolean readableByAll) {

  /**
   * Series for a thousand nodes: some ten thousand, which a small Prometheus takes in its stride.
   */
  public static final int MAX_NODE_SERIES = 1000;

  /** PEM files. */
  public record Tls(Path certFile, Path keyFile) {}

  public ApiSettings {
    names = List.copyOf(names);
  }

  /** Plain HTTP, open to everyone who reaches it. */
  public ApiSettings(String host, int port, String version) {
    this(
        host, port, version, MAX_NODE_SERIES, List.of(), Optional.empty(), Optional.empty(), false);
  }
}
