package fil.heartbeat.api.http;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.aggregator.Node;
import fil.heartbeat.api.ApiSettings;
import fil.heartbeat.api.HttpSide;
import fil.heartbeat.api.RawHttp;
import fil.heartbeat.api.feed.Feed;
import fil.heartbeat.api.http.HttpConnections.Patience;
import fil.heartbeat.config.HttpConfig;
import fil.heartbeat.config.HttpConfig.Connections;
import fil.heartbeat.testing.FleetFixtures;
import fil.heartbeat.testing.LogLines;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Limits on the number of connections and on the time of each. */
class HttpConnectionsTest {
  private static final Duration LONG = Duration.ofHours(1);
  private static final Duration SHORT = Duration.ofMillis(200);
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final String METRICS =
      "GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

  @TempDir private Path folder;

  private HttpSide side(JsonObject http, Patience patience) {
    return HttpSide.start(new ApiSettings(HttpSide.config(folder, http), "0"), patience);
  }

  private HttpSide side(Patience patience) {
    return side(new JsonObject(), patience);
  }

  private static JsonObject limits(int inAll, int perAddress) {
    return new JsonObject()
        .put("maxConnections", inAll)
        .put("maxConnectionsPerAddress", perAddress);
  }

  @Test
  void aHeadSentByteByByteIsCutOff() {
    try (HttpSide side = side(new Patience(SHORT, LONG, LONG))) {
      RawHttp silent = HttpSide.await(RawHttp.open(side.vertx(), side.port()));
      RawHttp slow = HttpSide.await(RawHttp.open(side.vertx(), side.port()));
      slow.send("GET / HTTP/1.1\r\nHost: ");
      long drip = side.vertx().setPeriodic(20, tick -> slow.send("a"));
      assertThat(HttpSide.await(slow.ended())).isEmpty();
      assertThat(HttpSide.await(silent.ended())).isEmpty();
      assertThat(side.vertx().cancelTimer(drip)).isTrue();
      assertThat(side.refused()).isEqualTo("head-timeout 2");
    }
  }

  @Test
  void aLaterHeadSentByteByByteIsCutOff() {
    try (HttpSide side = side(new Patience(SECOND, LONG, LONG))) {
      RawHttp slow = begun(side, "GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n");
      slow.send("GET / HTTP/1.1\r\nHost: ");
      long drip = side.vertx().setPeriodic(20, tick -> slow.send("a"));
      assertThat(HttpSide.await(slow.ended())).startsWith("HTTP/1.1 200");
      assertThat(side.vertx().cancelTimer(drip)).isTrue();
      assertThat(side.refused()).isEqualTo("head-timeout 1");
    }
  }

  /** IPv6 gives each subscriber more addresses than there are places. */
  @Test
  void anIpv6SubscriberHasOneShare() throws Exception {
    HttpConnections all =
        new HttpConnections(
            new Connections(16, 2),
            List.of(),
            Patience.DEFAULT,
            System::nanoTime,
            new UnreadAnswers(1));
    assertThat(all.enter(from("2001:db8:0:100::1"))).isTrue();
    assertThat(all.enter(from("2001:db8:0:1ff::2"))).isTrue();
    assertThat(all.enter(from("2001:db8:0:123::3"))).isFalse();
    assertThat(all.enter(from("2001:db8:0:200::4"))).isTrue();
    assertThat(all.refused()).containsEntry("address", 1L);
  }

  private static EmbeddedChannel from(String address) throws UnknownHostException {
    SocketAddress remote = new InetSocketAddress(InetAddress.getByName(address), 4_000);
    return new EmbeddedChannel() {
      @Override
      protected SocketAddress remoteAddress0() {
        return remote;
      }
    };
  }

  @Test
  void aBodySentByteByByteIsCutOff() {
    try (LogLines log = LogLines.loud();
        HttpSide side = side(new Patience(LONG, SHORT, LONG))) {
      RawHttp slow = HttpSide.await(RawHttp.open(side.vertx(), side.port()));
      slow.send(
          "POST /api/v1/session HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json"
              + "\r\nContent-Length: 60000\r\n\r\n");
      long drip = side.vertx().setPeriodic(20, tick -> slow.send("a"));
      assertThat(HttpSide.await(slow.ended())).isEmpty();
      assertThat(side.vertx().cancelTimer(drip)).isTrue();
      assertThat(side.refused()).isEqualTo("body-timeout 1");
      assertThat(log.lines()).isEmpty();
    }
  }

  /**
   * Opens a connection with an answered request; repeats one that came too late for the time
   * limits.
   */
  private static RawHttp begun(HttpSide side, String request) {
    while (true) {
      RawHttp asking = HttpSide.await(RawHttp.open(side.vertx(), side.port()));
      asking.send(request);
      var ignored = HttpSide.await(Future.any(asking.begun(), asking.ended()));
      if (asking.begun().isComplete()) {
        return asking;
      }
    }
  }

  @Test
  void anIdleConnectionIsClosed() {
    try (HttpSide side = side(new Patience(LONG, LONG, SECOND))) {
      RawHttp idle = begun(side, "GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n");
      assertThat(HttpSide.await(idle.ended())).startsWith("HTTP/1.1 200");
      assertThat(side.refused()).isEmpty();
    }
  }

  /** Nor do bytes that it sends meanwhile keep it open. */
  @ParameterizedTest
  @ValueSource(strings = {"nodes?format=csv", "events"})
  void aClientThatDoesNotReadIsCutOff(String path) {
    List<Node> nodes =
        IntStream.range(0, 5_000)
            .mapToObj(i -> FleetFixtures.node("peer-" + i, "n".repeat(1_000), 1L))
            .toList();
    HttpConfig config = HttpSide.config(folder, new JsonObject());
    try (HttpSide side =
        HttpSide.start(new ApiSettings(config, "0"), new Patience(LONG, LONG, SECOND), nodes)) {
      RawHttp deaf = HttpSide.await(RawHttp.openDeaf(side.vertx(), side.port()));
      deaf.send("GET /api/v1/" + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
      long drip = side.vertx().setPeriodic(50, tick -> deaf.send("a"));
      while (side.refused().isEmpty()) {
        Thread.onSpinWait();
      }
      assertThat(side.refused()).isEqualTo("unread-timeout 1");
      assertThat(side.vertx().cancelTimer(drip)).isTrue();
      deaf.listen();
      assertThat(HttpSide.await(deaf.ended())).startsWith("HTTP/1.1 200");
    }
  }

  private static HttpResponse head() {
    return new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
  }

  /** A client that takes flushed bytes only. */
  private static EmbeddedChannel client(HttpConnections all, AtomicLong now) {
    HttpRequests requests = new HttpRequests(all, Patience.DEFAULT, now::get);
    EmbeddedChannel channel = new EmbeddedChannel(requests);
    all.watch(requests, channel);
    var ignored = channel.write(head());
    return channel;
  }

  private static void answer(EmbeddedChannel channel, int bytes) {
    var ignored = channel.write(new DefaultHttpContent(Unpooled.wrappedBuffer(new byte[bytes])));
  }

  @Test
  void theSlowestReaderIsCutOffWhenTheMemoryIsUsedUp() {
    AtomicLong now = new AtomicLong();
    UnreadAnswers unread = new UnreadAnswers(1_000);
    HttpConnections all =
        new HttpConnections(Connections.DEFAULT, List.of(), Patience.DEFAULT, now::get, unread);
    EmbeddedChannel slow = client(all, now);
    EmbeddedChannel quick = client(all, now);
    answer(slow, 400);
    answer(quick, 500);
    assertThat(unread.held()).isEqualTo(900);
    now.addAndGet(SECOND.toNanos());
    EmbeddedChannel unused = quick.flushOutbound();
    assertThat(unread.held()).isEqualTo(400);
    answer(quick, 600);
    assertThat(slow.isActive()).isTrue();
    answer(quick, 1);
    assertThat(slow.isActive()).isFalse();
    assertThat(quick.isActive()).isTrue();
    assertThat(unread.held()).isEqualTo(601);
    assertThat(all.refused()).containsEntry("unread-memory", 1L);
    // No client gets more than there is.
    answer(quick, 400);
    assertThat(quick.isActive()).isFalse();
    assertThat(unread.held()).isZero();
  }

  @Test
  void aSharedAnswerCountsOnce() {
    UnreadAnswers unread = new UnreadAnswers(1_000);
    Object snapshot = new Object();
    unread.hold(snapshot, 900);
    unread.hold(snapshot, 900);
    assertThat(unread.isExceeded()).isFalse();
    unread.letGo(snapshot, 900);
    assertThat(unread.held()).isEqualTo(900);
    unread.hold(new Object(), 101);
    assertThat(unread.isExceeded()).isTrue();
    unread.letGo(snapshot, 900);
    assertThat(unread.held()).isEqualTo(101);
  }

  @Test
  void aFeedOutlivesTheTimeLimits() {
    assertThat(Patience.DEFAULT.idle()).isGreaterThan(Feed.SILENCE.multipliedBy(2));
    try (HttpSide side = side(new Patience(SECOND, SECOND, LONG))) {
      RawHttp feed = begun(side, "GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n");
      for (int i = 0; i < 2; i++) {
        RawHttp silent = HttpSide.await(RawHttp.open(side.vertx(), side.port()));
        assertThat(HttpSide.await(silent.ended())).isEmpty();
      }
      assertThat(feed.ended().isComplete()).isFalse();
    }
  }

  @Test
  void connectionsAreLimitedByAddressAndInTotal() {
    try (HttpSide side = side(limits(16, 6), Patience.DEFAULT)) {
      List<RawHttp> open = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        open.add(HttpSide.await(RawHttp.open(side.vertx(), side.port())));
      }
      for (int i = 0; i < 3; i++) {
        RawHttp more = HttpSide.await(RawHttp.open(side.vertx(), side.port()));
        assertThat(HttpSide.await(more.ended())).isEmpty();
      }
      for (int i = 0; i < 10; i++) {
        open.add(
            HttpSide.await(RawHttp.open(side.vertx(), side.port(), "127.0.0." + (10 + i / 5))));
      }
      RawHttp last = HttpSide.await(RawHttp.open(side.vertx(), side.port(), "127.0.0.20"));
      assertThat(HttpSide.await(last.ended())).isEmpty();

      open.get(0).send(METRICS);
      String metrics = HttpSide.await(open.get(0).ended());
      assertThat(metrics)
          .contains(
              "fil_heartbeat_http_connections 16.0",
              "fil_heartbeat_http_refused_total{reason=\"address\"} 3.0",
              "fil_heartbeat_http_refused_total{reason=\"connections\"} 1.0");
      // Its place is free again.
      assertThat(RawHttp.ask(side.vertx(), side.port(), RawHttp.LAST)).startsWith("HTTP/1.1 200");
      assertThat(side.refused()).isEqualTo("address 3, connections 1");
    }
  }

  @Test
  void aTrustedProxyHasNoLimitPerAddress() {
    JsonObject http = limits(16, 1).put("trustedProxies", new JsonArray().add("127.0.0.1"));
    try (HttpSide side = side(http, Patience.DEFAULT)) {
      for (int i = 0; i < 15; i++) {
        RawHttp ignored = HttpSide.await(RawHttp.open(side.vertx(), side.port()));
      }
      assertThat(RawHttp.ask(side.vertx(), side.port(), RawHttp.LAST)).startsWith("HTTP/1.1 200");
      assertThat(side.refused()).isEmpty();
    }
  }

  @Test
  void someRequestsAtOnceAreAllAnswered() {
    try (HttpSide side = side(Patience.DEFAULT)) {
      String one = "GET /api/v1/nodes HTTP/1.1\r\nHost: localhost\r\n\r\n";
      String answers =
          RawHttp.ask(
              side.vertx(), side.port(), one.repeat(HttpRequests.MAX_PIPELINED - 1) + RawHttp.LAST);
      assertThat(answers.split("HTTP/1.1 200 OK", -1)).hasSize(HttpRequests.MAX_PIPELINED + 1);
      assertThat(side.refused()).isEmpty();
      String more =
          RawHttp.ask(side.vertx(), side.port(), one.repeat(HttpRequests.MAX_PIPELINED * 30));
      assertThat(more).doesNotContain("HTTP/1.1 5");
      assertThat(side.refused()).isEqualTo("pipelining 1");
    }
  }

  @Test
  void clientsThatBreakOffAreNotLogged() {
    try (LogLines log = LogLines.loud();
        HttpSide side = side(Patience.DEFAULT)) {
      String feed = "GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n";
      String post =
          "POST /api/v1/session HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{";
      for (int i = 0; i < 20; i++) {
        RawHttp http = HttpSide.await(RawHttp.open(side.vertx(), side.port()));
        http.send(feed + post);
        HttpSide.await(http.begun());
        HttpSide.await(http.reset());
      }
      RawHttp bad = HttpSide.await(RawHttp.open(side.vertx(), side.port()));
      bad.send(feed + "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n");
      String ignored = HttpSide.await(bad.ended());
      assertThat(side.status("/health/live")).isEqualTo(200);
      assertThat(log.lines()).isEmpty();
    }
  }
}
