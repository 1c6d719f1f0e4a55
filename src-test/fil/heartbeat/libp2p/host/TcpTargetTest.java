package fil.heartbeat.libp2p.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fil.heartbeat.libp2p.Libp2pException;
import fil.heartbeat.libp2p.Multiaddr;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TcpTargetTest {
  private static final String ID = "12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA";

  @ParameterizedTest
  @CsvSource({
    "/ip4/192.0.2.1/tcp/1, ip4, 192.0.2.1, '', 1",
    "/ip6zone/eth0/ip6/fe80::1/tcp/65535, ip6, fe80::1, %eth0, 65535",
    "/dns4/a.example/tcp/0, dns4, a.example, '', 0",
    "/ip4/192.0.2.1/tcp/1/p2p/" + ID + ", ip4, 192.0.2.1, '', 1"
  })
  void readsHostAndPort(String address, String protocol, String host, String zone, int port) {
    assertThat(TcpTarget.of(Multiaddr.parse(address)))
        .contains(new TcpTarget(protocol, host, zone, port));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/ip4/192.0.2.1",
        "/tcp/1",
        "/dnsaddr/a.example",
        "/ip4/192.0.2.1/tcp/1/tcp/2",
        "/tcp/1/ip4/192.0.2.1",
        "/p2p/" + ID
      })
  void otherFormsAreRefused(String address) {
    assertThat(TcpTarget.of(Multiaddr.parse(address))).isEmpty();
  }

  @Test
  void anIpIsBindableWithoutPeerId() {
    assertThat(TcpTarget.bindable(Multiaddr.parse("/ip4/127.0.0.1/tcp/9081")).toString())
        .isEqualTo("/127.0.0.1:9081");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/dns4/localhost/tcp/1",
        "/ip4/127.0.0.1",
        "/p2p/" + ID,
        "/ip4/127.0.0.1/tcp/1/p2p/" + ID,
        "/ip6zone/nosuchzone9/ip6/fe80::1/tcp/1"
      })
  void nothingElseIsBindable(String address) {
    assertThatThrownBy(() -> TcpTarget.bindable(Multiaddr.parse(address)))
        .isInstanceOfSatisfying(
            Libp2pException.class,
            e -> assertThat(e.code()).isEqualTo(Libp2pException.Code.BAD_ADDRESS))
        .hasMessage("cannot listen on " + address + " (expected: /ip4|ip6/<address>/tcp/<port>)");
  }
}
