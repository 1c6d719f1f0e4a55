package fil.heartbeat.libp2p.identify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import fil.heartbeat.libp2p.Multiaddr;
import fil.heartbeat.libp2p.ProtobufWriter;
import fil.heartbeat.libp2p.identify.IdentifyReader.IdentifyException;
import fil.heartbeat.multiformats.Varint;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

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
  void whatIsSaidIsReadWhereverItIsCut() throws Exception {
    for (int cut = 0; cut <= SAID.length; cut++) {
      assertWhole(
          read(Arrays.copyOfRange(SAID, 0, cut), Arrays.copyOfRange(SAID, cut, SAID.length)));
    }
  }

  @Test
  void aMessageCutShortSaysNothingYet() throws Exception {
    for (int length = 0; length < SAID.length; length++) {
      assertThat(read(Arrays.copyOf(SAID, length))).isEqualTo(IdentifyMessage.EMPTY);
    }
  }

  /** The order and the numbers of the fields as the schema has them. */
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
  void aLaterMessageChangesWhatItNames() throws Exception {
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
  void listsAreCut() throws Exception {
    ProtobufWriter many = new ProtobufWriter();
    for (int i = 0; i < 1_000; i++) {
      many = many.text(3, "/" + i);
    }
    assertThat(read(framed(many.toBytes())).protocols()).hasSize(IdentifyMessage.MAX_PROTOCOLS);
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
  void anyBytesAreAValueOrATypedError(byte[] bytes) {
    try {
      assertThat(read(bytes).protocols().size()).isLessThanOrEqualTo(IdentifyMessage.MAX_PROTOCOLS);
    } catch (IdentifyException expected) {
      assertThat(expected).hasMessageContaining("message");
    }
  }
}
