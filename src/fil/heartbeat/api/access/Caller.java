package fil.heartbeat.api.access;

import fil.heartbeat.config.Cidr;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The client of a request, and the address it used for this server. Pure: headers of a proxy count
 * only when the proxy is trusted, as any client could send them.
 *
 * @param address of the client; {@code unknown} when a proxy names none
 * @param scheme http or https, as the client used it
 * @param authority host and port, as the client used them; null when absent
 */
record Caller(String address, String scheme, @Nullable String authority) {
  static final String FOR = "x-forwarded-for";
  static final String PROTO = "x-forwarded-proto";
  static final String HOST = "x-forwarded-host";
  private static final String UNKNOWN = "unknown";

  /**
   * The forwarding headers of a request; each list in the order of the headers, commas not yet
   * split.
   */
  record Forwarded(List<String> clients, List<String> schemes, List<String> hosts) {}

  /**
   * @param peer address of the other end of the connection
   */
  static Caller of(
      List<Cidr> trusted,
      String peer,
      String scheme,
      @Nullable String authority,
      Forwarded forwarded) {
    if (!isTrusted(trusted, peer)) {
      return new Caller(peer, scheme, authority);
    }
    String client = client(trusted, peer, split(forwarded.clients()));
    List<String> schemes = split(forwarded.schemes());
    List<String> hosts = split(forwarded.hosts());
    return new Caller(
        client,
        schemes.isEmpty() ? scheme : last(schemes),
        hosts.isEmpty() ? authority : last(hosts));
  }

  /** Returns the last hop that is not a trusted proxy: the hops before it are only its claims. */
  private static String client(List<Cidr> trusted, String peer, List<String> hops) {
    String client = peer;
    for (int i = hops.size() - 1; i >= 0 && isTrusted(trusted, client); i--) {
      client = hops.get(i);
    }
    return isAddress(client) ? client : UNKNOWN;
  }

  private static List<String> split(List<String> headers) {
    return headers.stream()
        .flatMap(header -> List.of(header.split(",", -1)).stream())
        .map(String::strip)
        .toList();
  }

  private static String last(List<String> values) {
    return values.get(values.size() - 1);
  }

  private static boolean isTrusted(List<Cidr> trusted, String address) {
    return trusted.stream().anyMatch(block -> block.contains(address));
  }

  private static boolean isAddress(String text) {
    return Cidr.parse(text).isPresent() && text.indexOf('/') < 0;
  }
}
