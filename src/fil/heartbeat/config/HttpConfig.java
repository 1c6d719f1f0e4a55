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
 * @param maxNodeSeries nodes up to which the metrics have series for each
 */
public record HttpConfig(
    Bind bind, Naming naming, Auth auth, Connections connections, int maxNodeSeries) {

  /**
   * Where it listens.
   *
   * @param port 0 picks a free one
   * @param tls certificate and key; plain HTTP without
   * @param hsts whether browsers are told to come by HTTPS only from then on
   */
  public record Bind(String host, int port, Optional<Tls> tls, boolean hsts) {}

  /** PEM files. */
  public record Tls(Path certFile, Path keyFile) {}

  /**
   * How clients call it.
   *
   * @param hosts names by which they may, besides its own address
   * @param basePath what stands before every path; empty, or begins and does not end with a slash
   * @param externalUrl where people reach it, for links in alerts; with a slash at the end
   * @param trustedProxies whose word on where a request comes from is taken
   */
  public record Naming(
      List<String> hosts,
      String basePath,
      Optional<String> externalUrl,
      List<Cidr> trustedProxies) {

    /** By its own address, with no proxy before it. */
    public static final Naming DEFAULT = new Naming(List.of(), "", Optional.empty(), List.of());

    public Naming {
      hosts = List.copyOf(hosts);
      trustedProxies = List.copyOf(trustedProxies);
    }
  }

  /**
   * Who may do what.
   *
   * @param tokensFile the tokens; everyone may read without
   * @param readableByAll whether reading needs no token where there are tokens
   * @param hidden what is shown to nobody
   */
  public record Auth(Optional<Path> tokensFile, boolean readableByAll, Set<Hidden> hidden) {

    /** Everyone may read everything. */
    public static final Auth NONE = new Auth(Optional.empty(), false, Set.of());

    public Auth {
      hidden = Set.copyOf(hidden);
    }
  }

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

    String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Series for a thousand nodes: some ten thousand, which a small Prometheus takes in its stride.
   */
  public static final int MAX_NODE_SERIES = 1000;

  private static final Pattern BASE_PATH = Pattern.compile("(/[A-Za-z0-9._~-]+)*");

  /** Plain HTTP for everyone who reaches it. */
  public HttpConfig(String host, int port, int maxNodeSeries) {
    this(
        new Bind(host, port, Optional.empty(), false),
        Naming.DEFAULT,
        Auth.NONE,
        Connections.DEFAULT,
        maxNodeSeries);
  }

  /** The same with other rights. */
  public HttpConfig withAuth(Auth other) {
    return new HttpConfig(bind, naming, other, connections, maxNodeSeries);
  }

  /** The same with fewer connections, of which one address has at most half. */
  public HttpConfig withConnections(int inAll) {
    return new HttpConfig(
        bind,
        naming,
        auth,
        new Connections(inAll, Math.min(connections.perAddress(), Math.max(1, inAll / 2))),
        maxNodeSeries);
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
        new Bind(
            host,
            section.whole("port"),
            cert.flatMap(first -> key.map(second -> new Tls(first, second))),
            section.flag("hsts")),
        new Naming(
            section.texts("hosts"), basePath(section), externalUrl(section), proxies(section)),
        new Auth(
            file(section.section("auth"), "tokensFile", folder),
            section.flag("public"),
            hidden(section)),
        new Connections(section.whole("maxConnections"), section.whole("maxConnectionsPerAddress")),
        section.whole("maxNodeSeries"));
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
      Optional<Hidden> named =
          Arrays.stream(Hidden.values()).filter(each -> each.label().equals(text)).findFirst();
      named.ifPresentOrElse(hidden::add, () -> section.fault("hide", text, "addresses or miners"));
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
