package fil.heartbeat.libp2p;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MultiaddrTest {
  private static final PeerId PEER = PeerId.parse("QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N");

  @ParameterizedTest
  @CsvSource({
    "/ip4/127.0.0.1/tcp/1234, 047f0000010604d2",
    "/ip4/192.0.2.42/tcp/443, 04c000022a0601bb",
    "/ip6/::1/tcp/4001, 2900000000000000000000000000000001060fa1",
    "/dns/example.com/tcp/443, 350b6578616d706c652e636f6d0601bb",
    "/dns4/example.com/tcp/443, 360b6578616d706c652e636f6d0601bb",
    "/dns6/example.com/tcp/443, 370b6578616d706c652e636f6d0601bb",
    "/dnsaddr/bootstrap.libp2p.io, 3813626f6f7473747261702e6c69627032702e696f",
    "/ip4/147.75.87.27/tcp/4001/p2p/QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N,"
        + " 04934b571b060fa1a5032212209dff3b17d74cf4d38a50d8b6383e92d181a10395a5e73a726dcccbd21bf6f0b9",
    "/ip6zone/eth0/ip6/fe80::1/tcp/1, 2a046574683029fe800000000000000000000000000001060001",
  })
  void aVectorIsTheSameInTextAndBytes(String text, String hex) {
    byte[] binary = HexFormat.of().parseHex(hex);
    Multiaddr address = Multiaddr.parse(text);
    assertThat(address).hasToString(text);
    assertThat(address.toBytes()).isEqualTo(binary);
    assertThat(Multiaddr.fromBytes(binary)).isEqualTo(address).hasSameHashCodeAs(address);
  }

  @Test
  void anIdThatHoldsItsKeyIsReadFromBytes() {
    String hex =
        "047f000001060fa1a503260024080112202ffa35a99d3a3cfbb17bb7c1dc5561b18a8dcca4df38dc613ea859c3"
            + "7eb1336b";
    Multiaddr address = Multiaddr.fromBytes(HexFormat.of().parseHex(hex));
    assertThat(address.toString()).startsWith("/ip4/127.0.0.1/tcp/4001/p2p/12D3KooWD3ec");
    assertThat(HexFormat.of().formatHex(Multiaddr.parse(address.toString()).toBytes()))
        .isEqualTo(hex);
  }

  @Test
  void theOldSpellingIpfsIsPrintedAsP2p() {
    Multiaddr old = Multiaddr.parse("/ip4/127.0.0.1/tcp/4001/ipfs/" + PEER);
    assertThat(old).hasToString("/ip4/127.0.0.1/tcp/4001/p2p/" + PEER);
    assertThat(old.peerId()).contains(PEER);
  }

  @Test
  void aCidNamesTheSamePeer() {
    assertThat(Multiaddr.parse("/dns/a.example/tcp/1/p2p/" + PEER.toCid()))
        .isEqualTo(Multiaddr.parse("/dns/a.example/tcp/1/p2p/" + PEER));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''| does not start with /",
        "ip4/127.0.0.1/tcp/1| does not start with /",
        "/| protocol \"\" is not supported",
        "//| protocol \"\" is not supported",
        "/ip4| no value after ip4 (expected: four numbers",
        "/ip4/127.0.0.1/tcp| no value after tcp (expected: a port of 0 to 65535)",
        "/ip4/127.0.0.1/tcp/| no value after tcp",
        "/ip4/127.0.0.1/tcp//p2p| tcp value \"\"",
        "/ip4/127.0.0.1/tcp/65536| tcp value \"65536\" (expected: a port of 0 to 65535)",
        "/ip4/127.0.0.1/tcp/-1| tcp value \"-1\"",
        "/ip4/127.0.0.1/tcp/+1| tcp value \"+1\"",
        "/ip4/127.0.0.1/tcp/http| tcp value \"http\"",
        "/ip4/256.1.1.1/tcp/1| ip4 value \"256.1.1.1\" (expected: four numbers of 0 to 255",
        "/ip4/1.1.1/tcp/1| ip4 value",
        "/ip4/1.1.1.1.1/tcp/1| ip4 value",
        "/ip4/01.1.1.1/tcp/1| ip4 value",
        "/ip4/1..1.1/tcp/1| ip4 value",
        "/ip4/localhost/tcp/1| ip4 value \"localhost\"",
        "/ip4/::1/tcp/1| ip4 value",
        "/ip6/127.0.0.1/tcp/1| ip6 value",
        "/ip6/localhost/tcp/1| ip6 value \"localhost\"",
        "/ip6/fe80::1%eth0/tcp/1| ip6 value",
        "/ip6zone/eth0/tcp/1| ip6zone without an address (expected: ip6 behind it)",
        "/ip6zone/a%b/ip6/fe80::1| ip6zone value",
        "/dns/a b/tcp/1| dns value \"a b\" (expected: a host name",
        "/dns4/ex%61mple.com/tcp/1| dns4 value",
        "/ip4/1.1.1.1/tcp/1/p2p/nobody| p2p value \"nobody\" (expected: a peer id such as",
        "/ip4/1.1.1.1/udp/1/quic-v1| protocol \"udp\" is not supported (expected: ip4,",
        "/ip4/1.1.1.1/tcp/1/ws| protocol \"ws\" is not supported (expected: ip4,",
        "/ip4/1.1.1.1/tcp/1/tls/sni/a/ws| protocol \"tls\" is not supported",
        "/unix/run/x| protocol \"unix\" is not supported",
        "/IP4/1.1.1.1| protocol \"IP4\" is not supported",
      })
  void badTextIsNamedWithTheBadPartAndWhatWasExpected(String text, String expected) {
    assertThatThrownBy(() -> Multiaddr.parse(text))
        .isInstanceOfSatisfying(
            Libp2pException.class,
            e -> assertThat(e.code()).isEqualTo(Libp2pException.Code.BAD_ADDRESS))
        .hasMessageStartingWith("multiaddr \"" + text + "\": ")
        .hasMessageContaining(expected);
  }

  @Test
  void aRelayedAddressIsRefusedByName() {
    assertThatThrownBy(
            () -> Multiaddr.parse("/ip4/1.1.1.1/tcp/1/p2p/" + PEER + "/p2p-circuit/p2p/" + PEER))
        .hasMessageContaining("protocol \"p2p-circuit\" is not supported");
    assertThatThrownBy(() -> Multiaddr.parse("/p2p/" + PEER + "/p2p/" + PEER))
        .hasMessageContaining("p2p behind a peer id is not supported (expected: p2p as last part)");
    assertThatThrownBy(() -> Multiaddr.parse("/p2p/" + PEER + "/tcp/1"))
        .hasMessageContaining("tcp behind a peer id");
    assertThatThrownBy(() -> Multiaddr.fromBytes(HexFormat.of().parseHex("a202")))
        .hasMessageContaining("protocol number 290 is not supported");
  }

  @Test
  void oneSlashAtTheEndIsAccepted() {
    assertThat(Multiaddr.parse("/ip4/127.0.0.1/tcp/1/")).hasToString("/ip4/127.0.0.1/tcp/1");
    assertThatThrownBy(() -> Multiaddr.parse("/ip4/127.0.0.1/tcp/1//"))
        .isInstanceOf(Libp2pException.class);
  }

  @Test
  void textBytesAndPartsAreBounded() {
    assertThatThrownBy(() -> Multiaddr.parse("/" + "a".repeat(1024)))
        .hasMessageContaining("1025 characters (expected: at most 1024)");
    assertThatThrownBy(() -> Multiaddr.fromBytes(new byte[1025]))
        .hasMessageContaining("expected: at most 1024");
    assertThat(Multiaddr.parse("/tcp/1".repeat(16)).parts()).hasSize(16);
    assertThatThrownBy(() -> Multiaddr.parse("/tcp/1".repeat(17)))
        .hasMessageContaining("17 parts (expected: 1 to 16)");
    assertThatThrownBy(() -> Multiaddr.fromBytes(new byte[0])).hasMessageContaining("0 parts");
    assertThat(Multiaddr.parse("/dns/" + "a".repeat(253)).parts()).hasSize(1);
    assertThatThrownBy(() -> Multiaddr.parse("/dns/" + "a".repeat(254)))
        .isInstanceOf(Libp2pException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "04", // cut in the address
        "047f0000",
        "06",
        "0604",
        "350b6578", // cut in the name
        "3500", // no name
        "35ffffffff0f", // a length of 4 GiB
        "35ffffffffffffffffff7f", // ten bytes of length
        "8600047f000001", // tcp, padded
        "a503021220", // a hash cut short
        "35022e2f", // a slash in a name
        "3502c328", // not ASCII
        "9102", // udp
        "2a0165",
      })
  void badBytesAreATypedError(String hex) {
    assertThatThrownBy(() -> Multiaddr.fromBytes(HexFormat.of().parseHex(hex)))
        .isInstanceOfSatisfying(
            Libp2pException.class,
            e -> assertThat(e.code()).isEqualTo(Libp2pException.Code.BAD_ADDRESS));
  }

  @Test
  void everyTruncationIsRefusedOrAShorterAddress() {
    byte[] whole = Multiaddr.parse("/ip6zone/eth0/ip6/fe80::1/tcp/4001/p2p/" + PEER).toBytes();
    List<Integer> good =
        IntStream.range(0, whole.length)
            .filter(cut -> reads(Arrays.copyOf(whole, cut)))
            .boxed()
            .toList();
    assertThat(good).containsExactly(23, 26);
  }

  private static boolean reads(byte[] binary) {
    try {
      return Multiaddr.fromBytes(binary).toBytes().length == binary.length;
    } catch (Libp2pException e) {
      return false;
    }
  }

  @ParameterizedTest
  @CsvSource({
    "::, ::",
    "::1, ::1",
    "1::, 1::",
    "2001:DB8:0:0:0:0:0:1, 2001:db8::1",
    "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
    "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
    "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
    "1:2:3:4:5:6:7::, 1:2:3:4:5:6:7:0",
    "::2:3:4:5:6:7:8, 0:2:3:4:5:6:7:8",
    "::ffff:192.0.2.1, ::ffff:192.0.2.1",
    "::ffff:c000:201, ::ffff:192.0.2.1",
    "64:ff9b::192.0.2.33, 64:ff9b::c000:221",
    "1:2:3:4:5:6:1.2.3.4, 1:2:3:4:5:6:102:304",
    "00a:0:0:0:0:0:0:0, a::",
  })
  void ipv6IsPrintedInItsCanonicalForm(String given, String canonical) {
    assertThat(Multiaddr.parse("/ip6/" + given)).hasToString("/ip6/" + canonical);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ":", ":::", "1", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3", "1:2:3:4:5:6:7:8::",
        "::1:2:3:4:5:6:7:8", "12345::", "g::", ":1::", "1::2:", "::1.2.3", "1.2.3.4::",
        "1:2:3:4:5:6:7:1.2.3.4", "::1.2.3.4:5", "::-1", "[::1]", "::1 ", "١::",
      })
  void badIpv6IsRefused(String text) {
    assertThatThrownBy(() -> Multiaddr.parse("/ip6/" + text)).isInstanceOf(Libp2pException.class);
  }

  @Test
  void theIdIsPutAtTheEndReplacedAndTaken() {
    Multiaddr plain = Multiaddr.parse("/ip4/127.0.0.1/tcp/1");
    PeerId other = PeerId.parse("12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq");
    assertThat(plain.peerId()).isEmpty();
    assertThat(plain.withPeerId(PEER)).hasToString("/ip4/127.0.0.1/tcp/1/p2p/" + PEER);
    assertThat(plain.withPeerId(PEER).withPeerId(other).peerId()).contains(other);
    assertThat(plain.withPeerId(PEER).withoutPeerId()).isEqualTo(plain);
    assertThat(plain.withoutPeerId()).isEqualTo(plain);
    assertThat(plain.value("tcp")).contains("1");
    assertThat(plain.value("dns")).isEmpty();
  }

  @Test
  void aSocketAddressBecomesAMultiaddr() {
    assertThat(Multiaddr.ofSocket("127.0.0.1", 0)).hasToString("/ip4/127.0.0.1/tcp/0");
    assertThat(Multiaddr.ofSocket("0:0:0:0:0:0:0:1", 9)).hasToString("/ip6/::1/tcp/9");
    assertThat(Multiaddr.ofSocket("fe80::1%eth0", 65535))
        .hasToString("/ip6zone/eth0/ip6/fe80::1/tcp/65535");
    assertThatThrownBy(() -> Multiaddr.ofSocket("example.com", 1))
        .isInstanceOf(Libp2pException.class)
        .hasMessageContaining("example.com");
    assertThatThrownBy(() -> Multiaddr.ofSocket("127.0.0.1", 65536))
        .isInstanceOf(Libp2pException.class);
    assertThatThrownBy(() -> Multiaddr.ofSocket("127.0.0.1%eth0", 1))
        .isInstanceOf(Libp2pException.class);
  }

  static LongStream seeds() {
    return LongStream.range(0, 300);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void drawnAddressesRoundTrip(long seed) throws Exception {
    Random random = new Random(seed);
    byte[] ip = new byte[random.nextBoolean() ? 4 : 16];
    random.nextBytes(ip);
    for (int i = 0; i < ip.length; i++) {
      ip[i] = random.nextInt(3) == 0 ? ip[i] : 0;
    }
    String literal = java.net.InetAddress.getByAddress(ip).getHostAddress();
    Multiaddr address = Multiaddr.ofSocket(literal, random.nextInt(65536));
    address = random.nextBoolean() ? address : address.withPeerId(PEER);
    assertThat(Multiaddr.parse(address.toString())).isEqualTo(address);
    assertThat(Multiaddr.fromBytes(address.toBytes())).isEqualTo(address);
    if (ip.length == 4 || !literal.startsWith("0:0:0:0:0:ffff")) {
      String value = address.parts().get(0).value();
      assertThat(java.net.InetAddress.getByName(value).getAddress()).isEqualTo(ip);
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void damagedBytesGiveAnAddressOrATypedError(long seed) {
    Random random = new Random(seed);
    byte[] binary = Multiaddr.parse("/dns4/a.example/tcp/4001/p2p/" + PEER).toBytes();
    for (int flips = random.nextInt(4); flips >= 0; flips--) {
      binary[random.nextInt(binary.length)] = (byte) random.nextInt(256);
    }
    bytesGiveAnAddressOrATypedError(Arrays.copyOf(binary, random.nextInt(binary.length + 1)));
  }

  @FuzzTest
  void bytesGiveAnAddressOrATypedError(byte[] binary) {
    try {
      Multiaddr address = Multiaddr.fromBytes(binary);
      assertThat(address.toBytes()).isEqualTo(binary);
      assertThat(Multiaddr.parse(address.toString())).isEqualTo(address);
    } catch (Libp2pException e) {
      assertThat(e.code()).isEqualTo(Libp2pException.Code.BAD_ADDRESS);
    }
  }

  @FuzzTest
  void textGivesAnAddressOrATypedError(byte[] input) {
    try {
      Multiaddr address = Multiaddr.parse(new String(input, StandardCharsets.UTF_8));
      assertThat(Multiaddr.parse(address.toString())).isEqualTo(address);
      assertThat(Multiaddr.fromBytes(address.toBytes())).isEqualTo(address);
    } catch (Libp2pException e) {
      assertThat(e.code()).isEqualTo(Libp2pException.Code.BAD_ADDRESS);
    }
  }
}
