package fil.heartbeat.api.http;

import fil.heartbeat.config.Cidr;
import fil.heartbeat.config.HttpConfig.Connections;
import fil.heartbeat.libp2p.IpLiteral;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.HttpServerConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections of the HTTP server: limits on their number and on the time that each may take to
 * send and read. A refused client is counted and gets no answer. Used on one event loop.
 */
public final class HttpConnections {
  private static final Logger log = LoggerFactory.getLogger(HttpConnections.class);

  /** Why a connection was refused or closed. */
  public enum Refusal {
    /** There were too many connections. */
    CONNECTIONS("connections"),
    /** There were too many connections from its address. */
    ADDRESS("address"),
    /** It sent too many requests at once. */
    PIPELINING("pipelining"),
    /** The head of a request did not come in time. */
    HEAD("head-timeout"),
    /** The body of a request did not come in time. */
    BODY("body-timeout"),
    /** It did not read its answer in time. */
    UNREAD("unread-timeout"),
    /** It was the slowest reader when the memory for answers was used up. */
    MEMORY("unread-memory"),
    /** It does not speak TLS on a TLS port. */
    NOT_TLS("not-tls");

    private final String label;

    Refusal(String label) {
      this.label = label;
    }
  }

  /**
   * Time limits.
   *
   * @param head for the head of a request from its first byte, for the first one from the start of
   *     the connection; the TLS handshake has ten seconds of its own before
   * @param body for the rest of a request
   * @param idle for the first byte of the next request; for any byte to pass in either direction;
   *     and for the bytes handed to the socket, some 64 KiB, to be taken, which closes clients that
   *     do not read their answers. A feed sends something every 15 s
   */
  public record Patience(Duration head, Duration body, Duration idle) {
    public static final Patience DEFAULT =
        new Patience(Duration.ofSeconds(10), Duration.ofSeconds(30), Duration.ofSeconds(60));
  }

  private final Connections limits;
  private final List<Cidr> trusted;
  private final Patience patience;
  private final LongSupplier nanoTime;
  private final Map<String, Integer> addresses = new HashMap<>();
  private final Set<Channel> channels = new HashSet<>();
  private final Set<HttpRequests> watched = new HashSet<>();
  private final UnreadAnswers unread;

  /** Written on the loop, read on any thread. */
  private final Map<Refusal, Long> refused = new ConcurrentHashMap<>();

  /**
   * @param trusted proxies, which are exempt from the limit per address
   * @param unread answers of all connections
   */
  public HttpConnections(
      Connections limits,
      List<Cidr> trusted,
      Patience patience,
      LongSupplier nanoTime,
      UnreadAnswers unread) {
    this.limits = limits;
    this.trusted = trusted;
    this.patience = patience;
    this.nanoTime = nanoTime;
    this.unread = unread;
    for (Refusal each : Refusal.values()) {
      refused.put(each, 0L);
    }
  }

  /** Returns the number of open connections. */
  public int open() {
    return channels.size();
  }

  /** Returns the number of refused connections so far, by reason. */
  public Map<String, Long> refused() {
    Map<String, Long> words = new TreeMap<>();
    refused.forEach((reason, times) -> words.put(reason.label, times));
    return words;
  }

  /**
   * Counts a connection from its start to its end. Returns false for one too many, which the caller
   * must close.
   */
  public boolean enter(Channel channel) {
    if (channels.contains(channel)) {
      return true;
    }
    InetAddress address = address(channel.remoteAddress());
    if (address == null) {
      return false;
    }
    boolean limited = trusted.stream().noneMatch(each -> each.contains(address.getHostAddress()));
    String key = IpLiteral.subscriber(address);
    if (channels.size() >= limits.inAll()) {
      refuse(Refusal.CONNECTIONS, channel);
      return false;
    }
    if (limited && addresses.getOrDefault(key, 0) >= limits.perAddress()) {
      refuse(Refusal.ADDRESS, channel);
      return false;
    }
    channels.add(channel);
    if (limited) {
      addresses.put(key, addresses.getOrDefault(key, 0) + 1);
    }
    channel
        .closeFuture()
        .addListener(
            closed -> {
              channels.remove(channel);
              if (limited) {
                leave(key);
              }
            });
    return true;
  }

  private void leave(String key) {
    int left = addresses.getOrDefault(key, 1) - 1;
    if (left == 0) {
      addresses.remove(key);
    } else {
      addresses.put(key, left);
    }
  }

  /** Closes a connection; logs a failure at debug. */
  public static void close(ChannelHandlerContext ctx) {
    ctx.close()
        .addListener(
            closed -> {
              if (!closed.isSuccess()) {
                log.debug("connection not closed cause={}", String.valueOf(closed.cause()));
              }
            });
  }

  private static @Nullable InetAddress address(@Nullable SocketAddress remote) {
    return remote instanceof InetSocketAddress inet ? inet.getAddress() : null;
  }

  /** Installs the limits; to be called when a connection can carry requests, before it is read. */
  public void guard(HttpConnection connection) {
    ChannelHandlerContext ctx = ((HttpServerConnection) connection).channelHandlerContext();
    if (!enter(ctx.channel())) {
      close(ctx);
      return;
    }
    HttpRequests requests = new HttpRequests(this, patience, nanoTime);
    ChannelPipeline pipeline = ctx.pipeline();
    pipeline.addBefore(
        pipeline.context(HttpRequestDecoder.class).name(), "heads", requests.heads());
    pipeline.addAfter(pipeline.context(HttpResponseEncoder.class).name(), "requests", requests);
    pipeline.addBefore(ctx.name(), "faults", HttpRequests.FAULTS);
    watch(requests, ctx.channel());
  }

  void watch(HttpRequests requests, Channel channel) {
    watched.add(requests);
    channel
        .closeFuture()
        .addListener(
            closed -> {
              watched.remove(requests);
              requests.letAllGo();
            });
  }

  UnreadAnswers unread() {
    return unread;
  }

  /** Closes the slowest readers while the unread answers take too much memory. */
  void makeRoom() {
    while (unread.isExceeded()) {
      Optional<HttpRequests> slowest =
          watched.stream()
              .filter(each -> each.held() > 0)
              .min(
                  Comparator.comparingLong(HttpRequests::tookAtSecond)
                      .thenComparing(Comparator.comparingLong(HttpRequests::held).reversed()));
      if (slowest.isEmpty()) {
        return;
      }
      slowest.get().end(Refusal.MEMORY);
      slowest.get().letAllGo();
    }
  }

  /** Closes connections that took too long; to be called periodically. */
  public void sweep() {
    long now = nanoTime.getAsLong();
    List.copyOf(watched).forEach(each -> each.endIfLate(now));
  }

  public void refuse(Refusal reason, Channel channel) {
    refused.put(reason, refused.getOrDefault(reason, 0L) + 1);
    log.debug("connection refused reason={} from={}", reason.label, channel.remoteAddress());
  }
}
