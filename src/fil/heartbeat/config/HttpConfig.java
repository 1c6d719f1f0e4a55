package fil.heartbeat.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The HTTP role.
 *
 * @param port 0 picks a free one
 * @param maxNodeSeries nodes up to which the metrics have series for each
 * @param hosts names by which clients may call it, besides its own address
 * @param tls certificate and key; plain HTTP without
 * @param tokensFile who may do what; everyone may read without
 * @param readableByAll whether reading needs no token where there are tokens
 */
public record HttpConfig(
    String host,
    int port,
    int maxNodeSeries,
    List<String> hosts,
    Optional<Tls> tls,
    Optional<Path> tokensFile,
    boolean readableByAll) {

  /** PEM files. */
  public record Tls(Path certFile, Path keyFile) {}

  public HttpConfig {
    hosts = List.copyOf(hosts);
  }

  /** Plain HTTP for everyone who reaches it. */
  public HttpConfig(String host, int port, int maxNodeSeries) {
    this(host, port, maxNodeSeries, List.of(), Optional.empty(), Optional.empty(), false);
  }

  static HttpConfig read(Section section, Path folder) {
    String host = section.text("host");
    if (host.isBlank()) {
      section.fault("host", "(empty)", "an address, such as 127.0.0.1");
    }
    Section tls = section.section("tls");
    Optional<Path> cert = file(tls, "certFile", folder);
    Optional<Path> key = file(tls, "keyFile", folder);
    if (cert.isPresent() != key.isPresent()) {
      tls.fault(cert.isPresent() ? "keyFile" : "certFile", "(missing)", "both files or none");
    }
    return new HttpConfig(
        host,
        (int) section.whole("port", 0, 65_535),
        (int) section.whole("maxNodeSeries", 0, 50_000),
        section.texts("hosts"),
        cert.flatMap(first -> key.map(second -> new Tls(first, second))),
        file(section.section("auth"), "tokensFile", folder),
        section.flag("public"));
  }

  private static Optional<Path> file(Section section, String name, Path folder) {
    return section.optionalText(name).map(text -> Checks.path(section, name, text, folder));
  }
}
