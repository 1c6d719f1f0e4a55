package fil.heartbeat.config;

import fil.heartbeat.libp2p.Libp2pException;
import fil.heartbeat.libp2p.Multiaddr;
import java.util.List;
import java.util.Optional;

/**
 * {@code FULLNODE_API_INFO} and {@code MINER_API_INFO} as lotus and forest write them: {@code
 * token:/ip4/127.0.0.1/tcp/1234/http}, with or without the token, or with a URL after it. Never
 * printed whole: it contains a secret.
 */
record ApiInfo(String url, Optional<String> token) {
  static final String EXPECTED = "[token:]/ip4/<address>/tcp/<port>/http, or [token:]http://…";
  private static final String RPC_PATH = "/rpc/v1";

  /**
   * @throws IllegalArgumentException whose message does not contain the secret
   */
  static ApiInfo parse(String text) {
    int start = start(text);
    String address = text.substring(start);
    Optional<String> token =
        start > 1 ? Optional.of(text.substring(0, start - 1)) : Optional.empty();
    return new ApiInfo(url(address), token);
  }

  private static int start(String text) {
    for (String mark : List.of(":http://", ":https://", ":/")) {
      int at = text.indexOf(mark);
      if (at >= 0 && !(mark.equals(":/") && text.startsWith("//", at + 1))) {
        return at + 1;
      }
    }
    return 0;
  }

  private static String url(String address) {
    if (RpcUrl.isUsable(address)) {
      return address.endsWith(RPC_PATH) || address.contains("?")
          ? address
          : stripSlash(address) + RPC_PATH;
    }
    String scheme = address.endsWith("/https") || address.endsWith("/wss") ? "https" : "http";
    String bare = address.replaceFirst("/(http|https|ws|wss)/?$", "");
    try {
      List<Multiaddr.Part> parts = Multiaddr.parse(bare).parts();
      if (parts.size() == 2 && parts.get(1).protocol().equals("tcp")) {
        String host = parts.get(0).value();
        String shown = parts.get(0).protocol().equals("ip6") ? "[" + host + "]" : host;
        return scheme + "://" + shown + ":" + parts.get(1).value() + RPC_PATH;
      }
    } catch (Libp2pException e) {
      // Handled below; the cause may quote the secret.
    }
    throw new IllegalArgumentException("not an API info");
  }

  private static String stripSlash(String url) {
    return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
  }

  @Override
  public String toString() {
    return RpcUrl.shown(url) + (token.isPresent() ? " with a token" : "");
  }
}
