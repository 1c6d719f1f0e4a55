package fil.heartbeat.libp2p.host;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.libp2p.Identity;
import fil.heartbeat.libp2p.KeyType;
import fil.heartbeat.libp2p.Multiaddr;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The addresses that a host advertises. */
class OwnAddressesTest {
  private static final List<InetAddress> INTERFACES =
      addresses("127.0.0.1", "192.0.2.7", "10.1.2.3", "::1", "fe80::1", "2001:db8::5");

  private static List<InetAddress> addresses(String... literals) {
    List<InetAddress> addresses = new ArrayList<>();
    for (String literal : literals) {
      try {
        addresses.add(InetAddress.getByName(literal));
      } catch (UnknownHostException impossible) {
        throw new AssertionError(impossible);
      }
    }
    return addresses;
  }

  private static List<Multiaddr> multiaddrs(String... texts) {
    return Stream.of(texts).map(Multiaddr::parse).toList();
  }

  private static List<String> told(
      List<Multiaddr> announced, List<InetAddress> interfaces, String... bound) {
    return OwnAddresses.advertised(announced, multiaddrs(bound), interfaces).stream()
        .map(Multiaddr::toString)
        .toList();
  }

  @Test
  void allInterfacesAreTheirAddressesWithTheBoundPort() {
    assertThat(told(List.of(), INTERFACES, "/ip4/0.0.0.0/tcp/9081"))
        .containsExactly("/ip4/192.0.2.7/tcp/9081", "/ip4/10.1.2.3/tcp/9081");
    assertThat(told(List.of(), INTERFACES, "/ip6/::/tcp/9082"))
        .containsExactly(
            "/ip4/192.0.2.7/tcp/9082", "/ip4/10.1.2.3/tcp/9082", "/ip6/2001:db8::5/tcp/9082");
    assertThat(told(List.of(), INTERFACES, "/ip4/0.0.0.0/tcp/1", "/ip4/192.0.2.7/tcp/1"))
        .containsExactly("/ip4/192.0.2.7/tcp/1", "/ip4/10.1.2.3/tcp/1");
  }

  @Test
  void loopbackIsAdvertisedOnlyWithoutOtherAddresses() {
    List<InetAddress> alone = addresses("127.0.0.1", "::1", "fe80::1");
    assertThat(told(List.of(), alone, "/ip4/0.0.0.0/tcp/5"))
        .containsExactly("/ip4/127.0.0.1/tcp/5");
    assertThat(told(List.of(), alone, "/ip6/::/tcp/5"))
        .containsExactly("/ip4/127.0.0.1/tcp/5", "/ip6/::1/tcp/5");
    assertThat(told(List.of(), List.of(), "/ip4/0.0.0.0/tcp/5")).isEmpty();
  }

  @Test
  void oneAddressIsAdvertisedAsBound() {
    assertThat(told(List.of(), INTERFACES, "/ip4/127.0.0.1/tcp/5", "/ip6/2001:db8::9/tcp/6"))
        .containsExactly("/ip4/127.0.0.1/tcp/5", "/ip6/2001:db8::9/tcp/6");
  }

  @Test
  void announcedAddressesReplaceBoundOnes() {
    String id = "/p2p/" + Identity.generate(KeyType.ED25519).peerId();
    assertThat(
            told(
                multiaddrs("/dns4/a.example/tcp/1" + id, "/ip4/203.0.113.1/tcp/2"),
                INTERFACES,
                "/ip4/0.0.0.0/tcp/9081"))
        .containsExactly("/dns4/a.example/tcp/1", "/ip4/203.0.113.1/tcp/2");
    assertThat(
            told(
                multiaddrs("/ip4/0.0.0.0/tcp/1", "/ip4/1.2.3.4/tcp/0"),
                INTERFACES,
                "/ip4/1.1.1.1/tcp/7"))
        .containsExactly("/ip4/1.1.1.1/tcp/7");
  }

  @Test
  void aHostThatDoesNotListenAdvertisesNothing() {
    assertThat(told(multiaddrs("/ip4/203.0.113.1/tcp/2"), INTERFACES)).isEmpty();
  }

  @Test
  void atMostSixteenAreAdvertised() {
    String[] many = IntStream.range(1, 40).mapToObj(i -> "10.0.0." + i).toArray(String[]::new);
    assertThat(told(List.of(), addresses(many), "/ip4/0.0.0.0/tcp/5"))
        .hasSize(16)
        .startsWith("/ip4/10.0.0.1/tcp/5");
  }

  @Test
  void thisMachineHasAddressesWithoutZones() {
    assertThat(OwnAddresses.interfaces())
        .isNotEmpty()
        .doesNotHaveDuplicates()
        .allSatisfy(address -> assertThat(address.getHostAddress()).doesNotContain("%"));
  }
}
