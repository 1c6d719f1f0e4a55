package fil.heartbeat.config;

import fil.heartbeat.libp2p.Libp2pException;
import fil.heartbeat.libp2p.Multiaddr;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An endpoint as operators, lotus and Forest write it: {@code token:/ip4/127.0.0.1/tcp/1234/http},
 * a URL, or host and port, each with or without a token. No message contains a part of the text
 * that may be secret.
 *
 * @param url {@code http} or {@code https}, with the path of the API
 * @param advice what to write instead of an odd spelling, for {@code check}; empty for none
 */
record EndpointText(String url, Optional<String> token, String advice) {
  /** Stands for a text that a fault must not show. */
  static final String HIDDEN = "(not shown, it may hold a token)";

  private static final String V0 = "/rpc/v0";
  private static final String V1 = "/rpc/v1";
  private static final String V2 = "/rpc/v2";

  private static final Pattern ASSIGNMENT = Pattern.compile("^(export\\s+)?[A-Z][A-Z0-9_]*=");
  private static final Pattern HOST_AND_PORT =
      Pattern.compile("([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+]):[0-9]{1,5}([/?].*)?");
  private static final Pattern MULTIADDR =
      Pattern.compile("((?:/ip4|/ip6|/dns|/dns4|/dns6)/[^/]+/tcp/[0-9]+)((?:/[a-z]+)*)/?");
  private static final Pattern HTTP = Pattern.compile("|/http|/ws|/https|/wss|/tls/ws|/tls/http");

  /** The kinds of API; each has its own path. */
  enum Api {
    NODE("127.0.0.1:1234", V1),
    /** lotus-miner and Curio, which serve no other version. */
    MINER("127.0.0.1:2345", V0);

    private final String example;
    private final String path;

    Api(String example, String path) {
      this.example = example;
      this.path = path;
    }

    String path() {
      return path;
    }

    /** The expected form, for a fault. */
    String expected() {
      return "http://<host>:<port>"
          + path
          + ", https://… or /ip4/<address>/tcp/<port>/http, with or without a token: before it";
    }

    private String exampleUrl() {
      return "http://" + example + path;
    }
  }

  /**
   * Reads a key of the configuration. A path that is not of the API is taken as it is, as providers
   * have their own.
   *
   * @throws IllegalArgumentException whose message is the expected form, without secrets
   */
  static EndpointText ofKey(String text, Api api) {
    return read(cleaned(text), api, false);
  }

  /**
   * Reads the endpoints of an environment variable or of a repo's file, separated by commas. As
   * lotus does, it adds the API's path to any other.
   *
   * @throws IllegalArgumentException whose message is the expected form, without secrets
   */
  static List<EndpointText> ofVariable(String text, Api api) {
    List<EndpointText> found = new ArrayList<>();
    for (String part : cleaned(text).split(",", -1)) {
      String one = cleaned(part);
      if (!one.isEmpty()) {
        found.add(read(one, api, true));
      }
    }
    return found;
  }

  private static String cleaned(String text) {
    String bare = unquoted(SmallFile.withoutMark(text.strip()).strip());
    return unquoted(ASSIGNMENT.matcher(bare).replaceFirst("").strip());
  }

  private static String unquoted(String text) {
    for (String quote : List.of("\"", "'")) {
      if (text.length() > 1
          && text.startsWith(quote)
          && text.indexOf(quote, 1) == text.length() - 1) {
        return text.substring(1, text.length() - 1).strip();
      }
    }
    return text;
  }

  private static EndpointText read(String text, Api api, boolean addsPath) {
    if (!text.chars().allMatch(c -> c > ' ' && c <= '~')) {
      throw new IllegalArgumentException(api.expected());
    }
    int colon = text.indexOf(':');
    boolean hasToken =
        colon > 0
            && !text.startsWith("/")
            && !text.startsWith("//", colon + 1)
            && !HOST_AND_PORT.matcher(text).matches();
    Optional<String> token =
        hasToken ? Optional.of(text.substring(0, colon)) : Optional.<String>empty();
    String address = hasToken ? text.substring(colon + 1) : text;
    if (address.isEmpty()) {
      throw new IllegalArgumentException(
          hasToken
              ? "an address after the token, such as token:" + api.exampleUrl()
              : api.expected());
    }
    boolean isBare = HOST_AND_PORT.matcher(address).matches();
    EndpointText read = url(absolute(address, isBare, api), api, addsPath);
    String advice =
        isBare && !hasToken
            ? "lotus would read the host as a token; write " + RpcUrl.shown(read.url)
            : read.advice;
    return new EndpointText(read.url, token, advice);
  }

  /** The address as a URL, whose path may be missing. */
  private static String absolute(String address, boolean isBare, Api api) {
    if (isBare) {
      return "http://" + address;
    }
    if (address.startsWith("/unix/")) {
      throw new IllegalArgumentException(
          "a TCP address, such as " + api.exampleUrl() + "; Unix sockets are not supported");
    }
    if (!address.startsWith("/")) {
      return address;
    }
    Matcher parts = MULTIADDR.matcher(address);
    if (parts.matches() && HTTP.matcher(parts.group(2)).matches()) {
      try {
        List<Multiaddr.Part> socket = Multiaddr.parse(parts.group(1)).parts();
        String host = socket.get(0).value();
        String shown = socket.get(0).protocol().equals("ip6") ? "[" + host + "]" : host;
        boolean secure = parts.group(2).matches("/https|/wss|/tls/.*");
        return (secure ? "https://" : "http://") + shown + ":" + socket.get(1).value();
      } catch (Libp2pException e) {
        // Handled below; the cause quotes the text.
      }
    }
    throw new IllegalArgumentException(api.expected());
  }

  private static EndpointText url(String text, Api api, boolean addsPath) {
    int mark = text.indexOf("://");
    if (mark < 0) {
      throw new IllegalArgumentException(
          text.contains("@") ? withoutPassword(api) : api.expected());
    }
    String scheme =
        switch (text.substring(0, mark).toLowerCase(Locale.ROOT)) {
          case "http", "ws" -> "http";
          case "https", "wss" -> "https";
          default ->
              throw new IllegalArgumentException(
                  "http, https, ws or wss, such as " + api.exampleUrl());
        };
    String rest = text.substring(mark + 3).replaceFirst("#.*", "");
    int end = rest.length();
    for (int i = rest.length() - 1; i >= 0; i--) {
      end = "/?".indexOf(rest.charAt(i)) >= 0 ? i : end;
    }
    String authority = rest.substring(0, end);
    if (authority.contains("@")) {
      throw new IllegalArgumentException(withoutPassword(api));
    }
    int query = rest.indexOf('?', end);
    String path = query < 0 ? rest.substring(end) : rest.substring(end, query);
    String origin = scheme + "://" + authority;
    String url = origin + path(path, api, addsPath) + (query < 0 ? "" : rest.substring(query));
    if (!RpcUrl.isUsable(url)) {
      throw new IllegalArgumentException(api.expected());
    }
    boolean isOther = api == Api.MINER && tidy(path).endsWith(V1);
    return new EndpointText(
        url,
        Optional.empty(),
        isOther ? "no miner serves " + V1 + "; " + RpcUrl.shown(url) + " is called" : "");
  }

  private static String path(String path, Api api, boolean addsPath) {
    String tidy = tidy(path);
    if (tidy.endsWith(V2)) {
      throw new IllegalArgumentException(
          api.path
              + "; "
              + V2
              + " has no "
              + (api == Api.NODE ? "ChainHead" : "ActorAddress")
              + "; use "
              + api.path);
    }
    if (tidy.isEmpty()) {
      return api.path;
    }
    if (tidy.endsWith(V0) || tidy.endsWith(V1)) {
      return api == Api.NODE ? tidy : tidy.substring(0, tidy.length() - V0.length()) + V0;
    }
    return addsPath ? tidy + api.path : path;
  }

  /** Without double and last slashes, which lotus answers with a redirect and a 404. */
  private static String tidy(String path) {
    return path.replaceAll("/{2,}", "/").replaceFirst("/$", "");
  }

  private static String withoutPassword(Api api) {
    return "the URL without user and password, such as "
        + api.exampleUrl()
        + "; a token stands before"
        + " it, as in token:http://…, or in tokenFile";
  }

  /** Without secrets. */
  @Override
  public String toString() {
    return RpcUrl.shown(url) + (token.isPresent() ? " with a token" : "");
  }
}
