package fil.heartbeat.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The HTTP role.
 *
 * @param port 0 picks a free one
 * @param maxNodeSeries nodes up to which the metrics have series for each
 * @param hosts names by which clients may call it, besides its own address
 * @param tls certificate and key; plain HTTP without
 * @param tokensFile who may do what; everyone may read without
 * @param readableByAll whether reading needs no token where there are tokens
 * @param basePath what stands before every path; empty, or begins and does not end with a slash
 * @param hidden what is told to nobody
 * @param trustedProxies whose word on where a request comes from is taken
 * @param externalUrl where people reach it, for links in what alerts tell; with a slash at the end
 * @param connections how many there may be
 * @param hsts whether browsers are told to come by HTTPS only from then on
 */
public record HttpConfig(
    String host,
    int port,
    int maxNodeSeries,
    List<String> hosts,
    Optional<Tls> tls,
    Optional<Path> tokensFile,
    boolean readableByAll,
    String basePath,
    Set<Hidden> hidden,
    List<Cidr> trustedProxies,
    Optional<String> externalUrl,
    Connections connections,
    boolean hsts) {

  /**
   * How many connections there may be.
   *
   * @param inAll 16 to 100000; the open-file limit may leave fewer
   * @param perAddress of one client (IPv6: a /56), 1 to 100000; trusted proxies have no limit
   */
  public record Connections(int inAll, int perAddress) {
    /** A thousand viewers, and those that look now and then. */
    public static final Connections DEFAULT = new Connections(1_200, 256);
  }

  /** What of a node may be kept from those who look. */
  public enum Hidden {
    /** Where it connects from. */
    ADDRESSES,
    /** The miner that it speaks for. */
    MINERS;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Series for a thousand nodes: some ten thousand, which a small Prometheus takes in its stride.
   */
  public static final int MAX_NODE_SERIES = 1000;

  private static final Pattern BASE_PATH = Pattern.compile("(/[A-Za-z0-9._~-]+)*");

  /** PEM files. */
  public record Tls(Path certFile, Path keyFile) {}

  public HttpConfig {
    hosts = List.copyOf(hosts);
    hidden = Set.copyOf(hidden);
    trustedProxies = List.copyOf(trustedProxies);
  }

  /** Plain HTTP for everyone who reaches it. */
  public HttpConfig(String host, int port, int maxNodeSeries) {
    this(
        host,
        port,
        maxNodeSeries,
        List.of(),
        Optional.empty(),
        Optional.empty(),
        false,
        "",
        Set.of(),
        List.of(),
        Optional.empty());
  }

  /** With as many connections as usual. */
  public HttpConfig(
      String host,
      int port,
      int maxNodeSeries,
      List<String> hosts,
      Optional<Tls> tls,
      Optional<Path> tokensFile,
      boolean readableByAll,
      String basePath,
      Set<Hidden> hidden,
      List<Cidr> trustedProxies,
      Optional<String> externalUrl) {
    this(
        host,
        port,
        maxNodeSeries,
        hosts,
        tls,
        tokensFile,
        readableByAll,
        basePath,
        hidden,
        trustedProxies,
        externalUrl,
        Connections.DEFAULT,
        false);
  }

  /** The same with fewer connections, of which one address has at most half. */
  public HttpConfig withConnections(int inAll) {
    return new HttpConfig(
        host,
        port,
        maxNodeSeries,
        hosts,
        tls,
        tokensFile,
        readableByAll,
        basePath,
        hidden,
        trustedProxies,
        externalUrl,
        new Connections(inAll, Math.min(connections.perAddress(), Math.max(1, inAll / 2))),
        hsts);
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
        section.whole("port"),
        section.whole("maxNodeSeries"),
        section.texts("hosts"),
        cert.flatMap(first -> key.map(second -> new Tls(first, second))),
        file(section.section("auth"), "tokensFile", folder),
        section.flag("public"),
        basePath(section),
        hidden(section),
        proxies(section),
        externalUrl(section),
        new Connections(section.whole("maxConnections"), section.whole("maxConnectionsPerAddress")),
        section.flag("hsts"));
  }

  private static Optional<String> externalUrl(Section section) {
    Optional<String> url = section.optionalText("externalUrl");
    url.filter(text -> !RpcUrl.isUsable(text) || text.contains("?") || text.contains("#"))
        .ifPresent(
            text ->
                section.fault(
                    "externalUrl",
                    RpcUrl.shown(text),
                    "http://<host>:<port>/… or https://…, without user, password and query"));
    return url.map(text -> text.endsWith("/") ? text : text + "/");
  }

  private static String basePath(Section section) {
    String path = section.text("basePath");
    if (!BASE_PATH.matcher(path).matches()) {
      section.fault(
          "basePath", path, "empty, or a path such as /heartbeat without a slash at its end");
    }
    return path;
  }

  private static Set<Hidden> hidden(Section section) {
    Set<Hidden> hidden = EnumSet.noneOf(Hidden.class);
    for (String text : section.texts("hide")) {
      Optional<Hidden> word =
          Arrays.stream(Hidden.values()).filter(each -> each.word().equals(text)).findFirst();
      word.ifPresentOrElse(hidden::add, () -> section.fault("hide", text, "addresses or miners"));
    }
    return hidden;
  }

  private static List<Cidr> proxies(Section section) {
    List<Cidr> proxies = new ArrayList<>();
    for (String text : section.texts("trustedProxies")) {
      Optional<Cidr> proxy = Cidr.parse(text);
      proxy.ifPresentOrElse(
          proxies::add,
          () ->
              section.fault(
                  "trustedProxies",
                  text,
                  "an address or a block, such as 127.0.0.1 or 10.0.0.0/8"));
    }
    return proxies;
  }

  private static Optional<Path> file(Section section, String name, Path folder) {
    return section.optionalText(name).map(text -> Checks.path(section, name, text, folder));
  }
}
