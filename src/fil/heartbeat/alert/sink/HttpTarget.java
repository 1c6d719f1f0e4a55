package fil.heartbeat.alert.sink;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The address of a receiver. Its text shows only the host, since the rest of a URL is often the
 * secret.
 *
 * @param uri path and query
 * @param credentials user and password of the URL, as a Basic authorization
 */
record HttpTarget(boolean tls, String host, int port, String uri, Optional<String> credentials) {

  /**
   * Parses a URL.
   *
   * @param path appended to its path
   * @throws IllegalArgumentException when it is not valid; the message does not contain it
   */
  static HttpTarget of(String url, String path) {
    URI uri;
    try {
      uri = URI.create(url);
    } catch (IllegalArgumentException e) {
      throw unusable();
    }
    String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
    boolean tls = scheme.equals("https");
    String authority = uri.getRawAuthority();
    if (authority == null || (!tls && !scheme.equals("http"))) {
      throw unusable();
    }
    // Parsed by hand: container names have underscores, for which URI returns no host.
    int at = authority.lastIndexOf('@');
    String place = authority.substring(at + 1);
    int colon = place.lastIndexOf(':');
    boolean ported = colon > place.lastIndexOf(']');
    String host = ported ? place.substring(0, colon) : place;
    int port = tls ? 443 : 80;
    if (ported) {
      try {
        port = Integer.parseInt(place.substring(colon + 1));
      } catch (NumberFormatException e) {
        throw unusable();
      }
    }
    if (host.isEmpty() || port < 1 || port > 65_535) {
      throw unusable();
    }
    String base = uri.getRawPath();
    while (!path.isEmpty() && base.endsWith("/")) {
      base = base.substring(0, base.length() - 1);
    }
    String whole = base + path;
    String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
    Optional<String> credentials =
        at < 0 ? Optional.empty() : Optional.of(basic(authority.substring(0, at)));
    return new HttpTarget(tls, host, port, (whole.isEmpty() ? "/" : whole) + query, credentials);
  }

  /** With a parameter in place of those of this name. */
  HttpTarget query(String name, String value) {
    int mark = uri.indexOf('?');
    String path = mark < 0 ? uri : uri.substring(0, mark);
    String query =
        Stream.concat(
                Stream.of(mark < 0 ? "" : uri.substring(mark + 1))
                    .flatMap(all -> Stream.of(all.split("&", -1)))
                    .filter(each -> !each.isEmpty() && !each.startsWith(name + "=")),
                Stream.of(name + "=" + value))
            .collect(Collectors.joining("&"));
    return new HttpTarget(tls, host, port, path + "?" + query, credentials);
  }

  private static String basic(String raw) {
    String user = URI.create("http://" + raw + "@host").getUserInfo();
    return "Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8));
  }

  private static IllegalArgumentException unusable() {
    return new IllegalArgumentException("its URL is none (expected: https://<host>[:<port>]/…)");
  }

  @Override
  public String toString() {
    boolean usual = port == (tls ? 443 : 80);
    return (tls ? "https://" : "http://") + host + (usual ? "" : ":" + port);
  }
}
