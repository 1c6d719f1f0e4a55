package fil.heartbeat.libp2p.identify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import fil.heartbeat.libp2p.Multiaddr;
import fil.heartbeat.libp2p.identify.IdentifyReader.IdentifyException;
import fil.heartbeat.libp2p.protobuf.ProtobufWriter;
import fil.heartbeat.multiformats.Varint;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdentifyTest {
  private static final Multiaddr LISTEN = Multiaddr.parse("/ip4/192.0.2.1/tcp/9081");
  private static final Multiaddr OBSERVED = Multiaddr.parse("/ip4/198.51.100.7/tcp/50000");
  private static final byte[] SAID =
      IdentifyMessage.encode(
          new byte[] {1, 2, 3},
          List.of(LISTEN),
          List.of("/ipfs/id/1.0.0", "fil/heartbeat/1.0.0"),
          OBSERVED,
          "filecoin-heartbeat");

  private static byte[] framed(byte[] message) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(Varint.encode(message.length));
    bytes.writeBytes(message);
    return bytes.toByteArray();
  }

  private static IdentifyMessage read(byte[]... parts) throws IdentifyException {
    IdentifyReader reader = new IdentifyReader();
    for (byte[] part : parts) {
      reader.receive(part, 0, part.length);
    }
    return reader.message();
  }

  private static void assertWhole(IdentifyMessage message) {
    assertThat(message.publicKey().orElseThrow()).containsExactly(1, 2, 3);
    assertThat(message.listenAddresses()).hasSize(1);
    assertThat(message.listenAddresses().get(0)).isEqualTo(LISTEN.toBytes());
    assertThat(message.protocols()).containsExactly("/ipfs/id/1.0.0", "fil/heartbeat/1.0.0");
    assertThat(message.observedAddress().orElseThrow()).isEqualTo(OBSERVED.toBytes());
    assertThat(message.protocolVersion()).contains("ipfs/0.1.0");
    assertThat(message.agentVersion()).contains("filecoin-heartbeat");
  }

  @Test
  void aMessageIsReadHoweverItIsSplit() throws Exception {
    for (int cut = 0; cut <= SAID.length; cut++) {
      assertWhole(
          read(Arrays.copyOfRange(SAID, 0, cut), Arrays.copyOfRange(SAID, cut, SAID.length)));
    }
  }

  @Test
  void aTruncatedMessageGivesNothingYet() throws Exception {
    for (int length = 0; length < SAID.length; length++) {
      assertThat(read(Arrays.copyOf(SAID, length))).isEqualTo(IdentifyMessage.EMPTY);
    }
  }

  /** Order and numbers of the fields follow the schema. */
  @Test
  void theBytesAreThoseOfTheSchema() {
    byte[] expected =
        framed(
            new ProtobufWriter()
                .bytes(1, new byte[] {1, 2, 3})
                .bytes(2, LISTEN.toBytes())
                .text(3, "/ipfs/id/1.0.0")
                .text(3, "fil/heartbeat/1.0.0")
                .bytes(4, OBSERVED.toBytes())
                .text(5, "ipfs/0.1.0")
                .text(6, "filecoin-heartbeat")
                .toBytes());
    assertThat(SAID).isEqualTo(expected);
  }

  @Test
  void addressesAreLeftOutWhenThereAreTooMany() throws Exception {
    List<Multiaddr> many =
        IntStream.range(0, 1_000)
            .mapToObj(i -> Multiaddr.parse("/ip4/192.0.2." + i % 256 + "/tcp/" + (i + 1)))
            .toList();
    byte[] said = IdentifyMessage.encode(new byte[36], many, List.of("/a"), OBSERVED, "agent");
    assertThat(said.length).isBetween(IdentifyMessage.MAX_SENT - 20, IdentifyMessage.MAX_SENT);
    assertThat(read(said).listenAddresses().get(0)).isEqualTo(many.get(0).toBytes());
    assertThat(read(said).agentVersion()).contains("agent");
  }

  @Test
  void protocolsAreLeftOutWhenAddressesAreNotEnough() throws Exception {
    List<String> many = IntStream.range(0, 300).mapToObj(i -> "/protocol/" + i).toList();
    byte[] said = IdentifyMessage.encode(new byte[36], List.of(LISTEN), many, OBSERVED, "agent");
    assertThat(said.length).isBetween(IdentifyMessage.MAX_SENT - 20, IdentifyMessage.MAX_SENT);
    IdentifyMessage heard = read(said);
    assertThat(heard.protocols()).isEqualTo(many.subList(0, heard.protocols().size())).isNotEmpty();
    assertThat(heard.listenAddresses()).isEmpty();
  }

  @Test
  void mandatoryMembersFit() throws Exception {
    Multiaddr longObserved =
        Multiaddr.parse("/ip6zone/eth0/ip6/2001:db8:1111:2222:3333:4444:5555:6666/tcp/65535");
    byte[] rsa8192 = new byte[1_100];
    byte[] said =
        IdentifyMessage.encode(
            rsa8192, List.of(LISTEN), List.of("/a"), longObserved, "心".repeat(1_000));
    assertThat(said.length).isLessThanOrEqualTo(IdentifyMessage.MAX_SENT);
    assertThat(read(said).publicKey().orElseThrow()).hasSize(1_100);
    assertThat(read(said).agentVersion()).contains("心".repeat(IdentifyMessage.MAX_AGENT));
  }

  @Test
  void aLaterMessageChangesTheMembersItHas() throws Exception {
    byte[] record = framed(new ProtobufWriter().bytes(8, new byte[100]).toBytes());
    assertWhole(read(SAID, record));
    byte[] agent = framed(new ProtobufWriter().text(6, "newer").text(3, "/b").toBytes());
    IdentifyMessage changed = read(SAID, agent);
    assertThat(changed.agentVersion()).contains("newer");
    assertThat(changed.protocols()).containsExactly("/b");
    assertThat(changed.listenAddresses()).hasSize(1);
  }

  @Test
  void fourMessagesAreReadAndNoMore() throws Exception {
    assertWhole(read(SAID, SAID, SAID, SAID));
    assertThatThrownBy(() -> read(SAID, SAID, SAID, SAID, new byte[] {0}))
        .isInstanceOf(IdentifyException.class)
        .hasMessageContaining("more than 4 messages");
  }

  @Test
  void aMessageMayHaveEightKibibytesAndNoMore() throws Exception {
    byte[] padding = new byte[IdentifyReader.MAX_MESSAGE - 3];
    byte[] longest = new ProtobufWriter().bytes(9, padding).toBytes();
    assertThat(longest).hasSize(IdentifyReader.MAX_MESSAGE);
    assertThat(read(framed(longest))).isEqualTo(IdentifyMessage.EMPTY);
    for (byte[] length :
        List.of(Varint.encode(IdentifyReader.MAX_MESSAGE + 1), Varint.encode(Long.MAX_VALUE))) {
      assertThatThrownBy(() -> read(length))
          .isInstanceOf(IdentifyException.class)
          .hasMessageContaining("8192");
    }
    assertThatThrownBy(() -> read(new byte[] {(byte) 0x81, 0})).hasMessageContaining("minimal");
  }

  @Test
  void listsAreTruncated() throws Exception {
    ProtobufWriter many = new ProtobufWriter();
    for (int i = 0; i < 1_000; i++) {
      many = many.text(3, "/" + i);
    }
    assertThat(read(framed(many.toBytes())).protocols()).hasSize(IdentifyMessage.MAX_PROTOCOLS);
  }

  @Test
  void addressesAreStoredUpToTheirLimit() throws Exception {
    for (int count : new int[] {IdentifyMessage.MAX_ADDRESSES, IdentifyMessage.MAX_ADDRESSES + 1}) {
      ProtobufWriter many = new ProtobufWriter();
      for (int i = 0; i < count; i++) {
        many = many.bytes(2, new byte[] {(byte) i});
      }
      assertThat(read(framed(many.toBytes())).listenAddresses())
          .hasSize(IdentifyMessage.MAX_ADDRESSES);
    }
  }

  @Test
  void floodsOfFullMessagesStayBounded() throws Exception {
    ProtobufWriter many = new ProtobufWriter();
    for (int i = 0; i < 500; i++) {
      many = many.text(3, "/" + i).bytes(2, new byte[] {1});
    }
    byte[] full = framed(many.toBytes());
    IdentifyMessage heard = read(full, full, full, full);
    assertThat(heard.protocols()).hasSize(IdentifyMessage.MAX_PROTOCOLS);
    assertThat(heard.listenAddresses()).hasSize(IdentifyMessage.MAX_ADDRESSES);
  }

  @ParameterizedTest
  @ValueSource(longs = {31, 32, 33, 34, 35})
  void seededMessagesAreReadHoweverTheyAreSplit(long seed) throws Exception {
    Random random = new Random(seed);
    for (int round = 0; round < 50; round++) {
      byte[] key = new byte[random.nextInt(200)];
      random.nextBytes(key);
      List<String> ids =
          IntStream.range(0, random.nextInt(20)).mapToObj(i -> "/é/" + random.nextInt()).toList();
      List<Multiaddr> addresses =
          IntStream.range(0, random.nextInt(20))
              .mapToObj(i -> Multiaddr.ofSocket("192.0.2." + i, random.nextInt(65_536)))
              .toList();
      byte[] said = IdentifyMessage.encode(key, addresses, ids, OBSERVED, "agent " + seed);
      IdentifyReader reader = new IdentifyReader();
      for (int at = 0; at < said.length; ) {
        int count = Math.min(said.length - at, 1 + random.nextInt(100));
        reader.receive(said, at, count);
        at += count;
      }
      IdentifyMessage heard = reader.message();
      assertThat(heard.publicKey().orElseThrow()).isEqualTo(key);
      assertThat(heard.protocols()).isEqualTo(ids);
      assertThat(heard.listenAddresses())
          .usingRecursiveComparison()
          .isEqualTo(addresses.stream().map(Multiaddr::toBytes).toList());
      assertThat(heard.agentVersion()).contains("agent " + seed);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {41, 42, 43, 44, 45})
  void seededDamageGivesAValueOrATypedError(long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < 300; round++) {
      byte[] damaged = SAID.clone();
      for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      }
      anyBytesGiveAValueOrATypedError(damaged);
    }
  }

  @Test
  void brokenEncodingIsATypedError() {
    assertThatThrownBy(() -> read(framed(new byte[] {0x0a, 0x7f})))
        .isInstanceOf(IdentifyException.class)
        .hasMessageContaining("message 1: protobuf");
    assertThatThrownBy(() -> read(framed(new byte[] {0x1a, 1, (byte) 0xff})))
        .isInstanceOf(IdentifyException.class)
        .hasMessageContaining("UTF-8");
  }

  @FuzzTest
  void anyBytesGiveAValueOrATypedError(byte[] bytes) {
    try {
      assertThat(read(bytes).protocols().size()).isLessThanOrEqualTo(IdentifyMessage.MAX_PROTOCOLS);
    } catch (IdentifyException expected) {
      assertThat(expected).hasMessageContaining("message");
    }
  }
}
