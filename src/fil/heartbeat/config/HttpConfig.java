package fil.heartbeat.config;

import fil.heartbeat.alert.model.AlertRule;
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
 * @param maxNodeSeries with more nodes than this, no node has metrics of its own
 */
public record HttpConfig(
    Bind bind,
    Naming naming,
    Auth auth,
    Connections connections,
    Health health,
    int maxNodeSeries) {

  /**
   * Where it listens.
   *
   * @param port 0 picks a free one
   * @param tls certificate and key; plain HTTP without
   * @param hsts whether browsers must use only HTTPS afterwards
   */
  public record Bind(String host, int port, Optional<Tls> tls, boolean hsts) {}

  /** PEM files. */
  public record Tls(Path certFile, Path keyFile) {}

  /**
   * The names by which clients reach it.
   *
   * @param hosts accepted host names, besides its own address
   * @param basePath prefix of every path; empty, or begins and does not end with a slash
   * @param externalUrl the URL for people, used for links in alerts; with a slash at the end
   * @param trustedProxies proxies whose forwarded client addresses are trusted
   */
  public record Naming(
      List<String> hosts,
      String basePath,
      Optional<String> externalUrl,
      List<Cidr> trustedProxies) {

    /** Reached by its own address, without a proxy. */
    public static final Naming DEFAULT = new Naming(List.of(), "", Optional.empty(), List.of());

    public Naming {
      hosts = List.copyOf(hosts);
      trustedProxies = List.copyOf(trustedProxies);
    }
  }

  /**
   * Access rights.
   *
   * @param tokensFile the tokens; without it every client may read
   * @param readableByAll whether reading needs no token even if there are tokens
   * @param hidden data that is never shown
   */
  public record Auth(Optional<Path> tokensFile, boolean readableByAll, Set<Hidden> hidden) {

    /** Every client may read everything. */
    public static final Auth NONE = new Auth(Optional.empty(), false, Set.of());

    public Auth {
      hidden = Set.copyOf(hidden);
    }
  }

  /**
   * Limits of connections.
   *
   * @param inAll 16 to 100000; the open-file limit may leave fewer
   * @param perAddress of one client (IPv6: a /56), 1 to 100000; trusted proxies have no limit
   */
  public record Connections(int inAll, int perAddress) {
    /** A thousand open dashboards, and occasional requests. */
    public static final Connections DEFAULT = new Connections(1_200, 256);
  }

  /**
   * How load balancers learn whether a node is well.
   *
   * @param agentPort where HAProxy's agent checks are answered, on the address of {@link Bind};
   *     empty for nowhere
   * @param readableByAll whether the health of a node needs no token even if there are tokens
   */
  public record Health(Optional<Integer> agentPort, boolean readableByAll) {

    /** No agent port, and health as readable as the rest. */
    public static final Health DEFAULT = new Health(Optional.empty(), false);
  }

  /** Data about a node that may be hidden from clients. */
  public enum Hidden {
    /** Addresses that it connects from. */
    ADDRESSES,
    /** The miner address that it claims. */
    MINERS,
    /** Balances and pending messages of its wallets. */
    BALANCES(AlertRule.BALANCE_LOW, AlertRule.MESSAGES_STUCK),
    /** When and how much its miners must prove. */
    PROVING(AlertRule.POST_AT_RISK, AlertRule.SECTOR_FAULTS),
    /** Its program, version and upgrades. */
    VERSIONS(AlertRule.VERSION_SPREAD, AlertRule.UPGRADE_NOT_READY);

    private final List<AlertRule> rules;

    /**
     * @param rules whose texts are about nothing else
     */
    Hidden(AlertRule... rules) {
      this.rules = List.of(rules);
    }

    /** Whether the texts of a rule's alerts, as a whole, say what is hidden. */
    public boolean hides(AlertRule rule) {
      return rules.contains(rule);
    }

    String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Metrics of a thousand nodes: some ten thousand series, which a small Prometheus handles easily.
   */
  public static final int MAX_NODE_SERIES = 1000;

  private static final Pattern BASE_PATH = Pattern.compile("(/[A-Za-z0-9._~-]+)*");

  /** Plain HTTP for every client that reaches it. */
  public HttpConfig(String host, int port, int maxNodeSeries) {
    this(
        new Bind(host, port, Optional.empty(), false),
        Naming.DEFAULT,
        Auth.NONE,
        Connections.DEFAULT,
        Health.DEFAULT,
        maxNodeSeries);
  }

  /** A copy with other access rights. */
  public HttpConfig withAuth(Auth other) {
    return new HttpConfig(bind, naming, other, connections, health, maxNodeSeries);
  }

  /** A copy with fewer connections, of which one address gets at most half. */
  public HttpConfig withConnections(int inAll) {
    return new HttpConfig(
        bind,
        naming,
        auth,
        new Connections(inAll, Math.min(connections.perAddress(), Math.max(1, inAll / 2))),
        health,
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
        new Health(agentPort(section), section.flag("publicHealth")),
        section.whole("maxNodeSeries"));
  }

  private static Optional<Integer> agentPort(Section section) {
    int port = section.whole("agentPort");
    if (port != 0 && port == section.whole("port")) {
      section.fault("agentPort", String.valueOf(port), "another port than http.port");
    }
    return port == 0 ? Optional.empty() : Optional.of(port);
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
      named.ifPresentOrElse(
          hidden::add,
          () -> section.fault("hide", text, "addresses, miners, balances, proving or versions"));
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
