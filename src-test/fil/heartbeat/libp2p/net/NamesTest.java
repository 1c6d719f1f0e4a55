package fil.heartbeat.libp2p.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fil.heartbeat.libp2p.Identity;
import fil.heartbeat.libp2p.KeyType;
import fil.heartbeat.libp2p.Libp2pException;
import fil.heartbeat.libp2p.Libp2pException.Code;
import fil.heartbeat.libp2p.Multiaddr;
import fil.heartbeat.libp2p.PeerId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class NamesTest {
  private static final PeerId PEER = Identity.generate(KeyType.ED25519).peerId();
  private static final PeerId OTHER = Identity.generate(KeyType.ED25519).peerId();

  private final Map<String, List<String>> addresses = new HashMap<>();
  private final Map<String, List<String>> texts = new HashMap<>();
  private final List<String> asked = new ArrayList<>();
  private final NameSource source =
      new NameSource() {
        @Override
        public List<InetAddress> addresses(String name) throws IOException {
          asked.add(name);
          List<InetAddress> found = new ArrayList<>();
          for (String each : records(addresses, name)) {
            found.add(InetAddress.getByName(each));
          }
          return found;
        }

        @Override
        public List<String> texts(String name) throws IOException {
          asked.add(name);
          return records(texts, name);
        }

        private List<String> records(Map<String, List<String>> zone, String name)
            throws IOException {
          List<String> found = zone.get(name);
          if (found == null) {
            throw new UnknownHostException(name);
          }
          return found;
        }
      };
  private final Names names = new Names(source, new WorkPool(Runnable::run, () -> {}));

  private List<String> lookUp(String target) {
    return names.lookUp(Multiaddr.parse(target + "/p2p/" + PEER)).stream()
        .map(Endpoint::toString)
        .toList();
  }

  @Test
  void anIpAddressNeedsNoLookup() {
    assertThat(lookUp("/ip4/192.0.2.1/tcp/4001")).containsExactly("/ip4/192.0.2.1/tcp/4001");
    assertThat(lookUp("/ip6/2001:db8::1/tcp/4001")).containsExactly("/ip6/2001:db8::1/tcp/4001");
    assertThat(asked).isEmpty();
  }

  @Test
  void aNameGivesAllItsAddressesOrThoseOfOneFamily() {
    addresses.put("node.example", List.of("192.0.2.1", "2001:db8::1"));
    assertThat(lookUp("/dns/node.example/tcp/1"))
        .containsExactly("/ip4/192.0.2.1/tcp/1", "/ip6/2001:db8::1/tcp/1");
    assertThat(lookUp("/dns4/node.example/tcp/1")).containsExactly("/ip4/192.0.2.1/tcp/1");
    assertThat(lookUp("/dns6/node.example/tcp/1")).containsExactly("/ip6/2001:db8::1/tcp/1");
    assertThat(asked).hasSize(3);
  }

  @Test
  void dnsaddrRecordsOfOtherPeersAndTransportsAreDropped() {
    texts.put(
        "_dnsaddr.boot.example",
        List.of(
            "dnsaddr=/ip4/192.0.2.1/tcp/1/p2p/" + OTHER,
            "dnsaddr=/ip4/192.0.2.2/udp/1/quic-v1/p2p/" + PEER,
            "v=spf1 -all",
            "dnsaddr=/ip4/192.0.2.3/tcp/3/p2p/" + PEER,
            "dnsaddr=/dnsaddr/more.example/p2p/" + PEER));
    texts.put("_dnsaddr.more.example", List.of("dnsaddr=/dns4/node.example/tcp/4/p2p/" + PEER));
    addresses.put("node.example", List.of("192.0.2.4"));
    assertThat(lookUp("/dnsaddr/boot.example"))
        .containsExactly("/ip4/192.0.2.3/tcp/3", "/ip4/192.0.2.4/tcp/4");
  }

  @Test
  void aLoopOfRecordsEnds() {
    texts.put("_dnsaddr.loop.example", List.of("dnsaddr=/dnsaddr/loop.example"));
    assertThatThrownBy(() -> lookUp("/dnsaddr/loop.example"))
        .hasMessageContaining("deeper than " + Names.MAX_DEPTH);
    assertThat(asked).hasSize(Names.MAX_DEPTH);
  }

  @Test
  void aTreeOfRecordsIsCutInLookupsAndResults() {
    List<String> wide = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      wide.add("dnsaddr=/dnsaddr/wide.example");
    }
    texts.put("_dnsaddr.wide.example", wide);
    assertThatThrownBy(() -> lookUp("/dnsaddr/wide.example")).isInstanceOf(Libp2pException.class);
    assertThat(asked).hasSize(Names.MAX_LOOKUPS);
    List<String> many = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      many.add("dnsaddr=/ip4/192.0.2." + i + "/tcp/1");
    }
    texts.put("_dnsaddr.many.example", many);
    assertThat(lookUp("/dnsaddr/many.example")).hasSize(Names.MAX_ADDRESSES);
  }

  @Test
  void aNameWithoutAddressIsUnresolvedAndNamed() {
    assertThatThrownBy(() -> lookUp("/dns4/gone.example/tcp/1"))
        .hasMessageContaining("gone.example")
        .extracting(failure -> ((Libp2pException) failure).code())
        .isEqualTo(Code.UNRESOLVED);
  }

  @Test
  void anUndialableAddressIsNamed() {
    assertThatThrownBy(() -> lookUp("/ip4/192.0.2.1"))
        .hasMessageContaining("/ip4/192.0.2.1")
        .hasMessageContaining("expected")
        .extracting(failure -> ((Libp2pException) failure).code())
        .isEqualTo(Code.BAD_ADDRESS);
  }

  private static final class Told {
    @Nullable List<Endpoint> endpoints;
    @Nullable Libp2pException failure;
    int times;
  }

  private static Told resolve(ManualLoop loop, WorkPool workers, NameSource source) {
    Told told = new Told();
    var ignored =
        new Names(source, workers)
            .resolve(
                Multiaddr.parse("/dns4/slow.example/tcp/1/p2p/" + PEER),
                loop,
                (endpoints, failure) -> {
                  told.endpoints = endpoints;
                  told.failure = failure;
                  told.times++;
                });
    return told;
  }

  @Test
  void aHangingResolverTimesOutAfterFiveSeconds() {
    ManualLoop loop = new ManualLoop();
    List<Runnable> stuck = new ArrayList<>();
    Told told = resolve(loop, new WorkPool(stuck::add, () -> {}), source);
    loop.advance(Duration.ofMillis(4_999));
    assertThat(told.times).isZero();
    loop.advance(Duration.ofMillis(1));
    assertThat(told.failure).hasMessageContaining("no answer within 5 s");
    stuck.forEach(Runnable::run);
    loop.drive();
    assertThat(told.times).isEqualTo(1);
    assertThat(asked).isEmpty();
    assertThat(loop.timers()).isZero();
  }

  @Test
  void tooManyLookupsAtOnceAreRefused() {
    ManualLoop loop = new ManualLoop();
    WorkPool full =
        new WorkPool(
            work -> {
              throw new RejectedExecutionException("full");
            },
            () -> {});
    Told told = resolve(loop, full, source);
    loop.drive();
    assertThat(told.failure).hasMessageContaining("too many lookups");
    assertThat(told.times).isEqualTo(1);
    assertThat(loop.timers()).isZero();
  }

  @Test
  void aLookupIsAnsweredOnce() {
    ManualLoop loop = new ManualLoop();
    addresses.put("slow.example", List.of("192.0.2.9"));
    Told told = resolve(loop, new WorkPool(Runnable::run, () -> {}), source);
    loop.advance(Duration.ofMinutes(1));
    assertThat(told.times).isEqualTo(1);
    assertThat(told.endpoints).hasSize(1);
  }
}
