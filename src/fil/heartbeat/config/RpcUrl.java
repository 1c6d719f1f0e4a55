package fil.heartbeat.config;

import java.net.URI;
import java.util.regex.Pattern;

/** The URL of an HTTP server: validation, and display without secrets. */
final class RpcUrl {
  /** Container names have underscores, for which {@link URI} returns no host. */
  private static final Pattern HOST_AND_PORT = Pattern.compile("[A-Za-z0-9._-]+(:[0-9]{1,5})?");

  private RpcUrl() {}

  static boolean isUsable(String url) {
    try {
      URI uri = URI.create(url);
      String authority = uri.getRawAuthority();
      return ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
          && authority != null
          && uri.getPort() <= 65_535
          && !authority.contains("@")
          && (uri.getHost() != null || HOST_AND_PORT.matcher(authority).matches());
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** Such as {@code 10.0.0.1_1234}, for the name of a node and of its key file. */
  static String hostAndPort(String url) {
    URI uri = URI.create(url);
    String authority = uri.getRawAuthority();
    int colon = authority.lastIndexOf(':');
    boolean hasPort = colon > authority.lastIndexOf(']');
    String host = hasPort ? authority.substring(0, colon) : authority;
    String port =
        hasPort ? authority.substring(colon + 1) : "https".equals(uri.getScheme()) ? "443" : "80";
    return host.replaceAll("[\\[\\]]", "").replace(':', '-') + "_" + port;
  }

  /** Scheme and host, for a URL whose path is a secret; hidden entirely without a host. */
  static String shownOrigin(String url) {
    int host = url.indexOf("://") + 3;
    if (host < 3 || url.contains("@")) {
      return ConfigKeys.HIDDEN;
    }
    int end = host;
    while (end < url.length() && "/?#".indexOf(url.charAt(end)) < 0) {
      end++;
    }
    return end == url.length() ? url : url.substring(0, end) + "/…";
  }

  /** Without its query; hidden entirely when it may contain a password. */
  static String shown(String url) {
    if (url.contains("@")) {
      return "(not shown, it may hold a password)";
    }
    int query = url.indexOf('?');
    return query < 0 ? url : url.substring(0, query) + "?…";
  }
}
