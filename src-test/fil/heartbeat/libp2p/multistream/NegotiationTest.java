package fil.heartbeat.libp2p.multistream;

import static fil.heartbeat.libp2p.multistream.Mss.HEADER;
import static fil.heartbeat.libp2p.multistream.Mss.HEARTBEAT;
import static fil.heartbeat.libp2p.multistream.Mss.SLASHED;
import static fil.heartbeat.libp2p.multistream.Mss.hear;
import static fil.heartbeat.libp2p.multistream.Mss.hex;
import static fil.heartbeat.libp2p.multistream.Mss.messages;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import fil.heartbeat.libp2p.multistream.MultistreamException.Reason;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The messages of both sides. */
class NegotiationTest {
  private static final byte[] HEADER_BYTES = hex("132f6d756c746973747265616d2f312e302e300a");
  private static final byte[] NA_BYTES = hex("036e610a");

  private static MultistreamException failure(Negotiation negotiation, byte[] bytes) {
    return catchThrowableOfType(
        MultistreamException.class, () -> negotiation.receive(bytes, 0, bytes.length));
  }

  /** Creates a dialer that has sent its first messages. */
  private static Negotiation dialer(String... ids) {
    Negotiation dialer = Negotiation.dialer(List.of(ids));
    assertThat(dialer.takeOutput()).isEqualTo(messages(HEADER, ids[0]));
    return dialer;
  }

  /** Creates a listener that has sent its header and serves some ids. */
  private static Negotiation listener(String... ids) {
    Negotiation listener = Negotiation.listener(List.of(ids)::contains);
    assertThat(listener.takeOutput()).isEqualTo(HEADER_BYTES);
    return listener;
  }

  @ParameterizedTest
  @CsvSource({
    "/noise, 072f6e6f6973650a",
    "/tls/1.0.0, 0b2f746c732f312e302e300a",
    "/yamux/1.0.0, 0d2f79616d75782f312e302e300a",
    "/mplex/6.7.0, 0d2f6d706c65782f362e372e300a",
    "/ipfs/id/1.0.0, 0f2f697066732f69642f312e302e300a",
    "/ipfs/id/push/1.0.0, 142f697066732f69642f707573682f312e302e300a",
    "/ipfs/ping/1.0.0, 112f697066732f70696e672f312e302e300a",
    "fil/heartbeat/1.0.0, 1466696c2f6865617274626561742f312e302e300a"
  })
  void anIdHasTheseBytesOnBothSides(String id, String bytes) throws Exception {
    byte[] expected = hex(bytes);
    assertThat(Negotiation.dialer(List.of(id)).takeOutput())
        .isEqualTo(Mss.join(HEADER_BYTES, expected));

    Negotiation listener = listener(id);
    hear(listener, Mss.join(HEADER_BYTES, expected));
    assertThat(listener.selected()).isEqualTo(id);
    assertThat(listener.takeOutput()).isEqualTo(expected);

    Negotiation dialer = dialer(id);
    hear(dialer, Mss.join(HEADER_BYTES, expected));
    assertThat(dialer.selected()).isEqualTo(id);
    assertThat(dialer.takeOutput()).isEmpty();
  }

  @Test
  void nothingIsAgreedBeforeTheLastByte() throws Exception {
    byte[] answer = messages(HEADER, HEARTBEAT);
    Negotiation dialer = dialer(HEARTBEAT);
    assertThat(dialer.receive(answer, 0, answer.length - 1)).isEqualTo(answer.length - 1);
    assertThat(dialer.selected()).isNull();
    assertThat(dialer.receive(answer, answer.length - 1, 1)).isEqualTo(1);
    assertThat(dialer.selected()).isEqualTo(HEARTBEAT);
  }

  @Test
  void anUnknownIdIsAnsweredNaAndTheNextOneIsRead() throws Exception {
    Negotiation listener = listener(HEARTBEAT);
    hear(listener, messages(HEADER, "/tls/1.0.0"));
    assertThat(listener.takeOutput()).isEqualTo(NA_BYTES);
    assertThat(listener.selected()).isNull();
    hear(listener, messages(HEARTBEAT));
    assertThat(listener.takeOutput()).isEqualTo(messages(HEARTBEAT));
    assertThat(listener.selected()).isEqualTo(HEARTBEAT);
  }

  @Test
  void aDialerProposesTheNextIdAfterNa() throws Exception {
    Negotiation dialer = dialer(HEARTBEAT, SLASHED);
    hear(dialer, messages(HEADER, "na"));
    assertThat(dialer.takeOutput()).isEqualTo(messages(SLASHED));
    hear(dialer, messages(SLASHED));
    assertThat(dialer.selected()).isEqualTo(SLASHED);
  }

  @Test
  void aDialerThatGetsOnlyNaIsRefused() throws Exception {
    Negotiation dialer = dialer(HEARTBEAT, SLASHED);
    hear(dialer, messages(HEADER, "na"));
    MultistreamException refused = failure(dialer, NA_BYTES);
    assertThat(refused.reason()).isEqualTo(Reason.REFUSED);
    assertThat(refused).hasMessageContaining(HEARTBEAT).hasMessageContaining(SLASHED);
    assertThat(dialer.selected()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "select:1", "initiator", "/libp2p/simultaneous-connect"})
  void unsupportedWordsAreAnsweredNa(String word) throws Exception {
    Negotiation listener = listener(HEARTBEAT);
    hear(listener, messages(HEADER, word));
    assertThat(listener.takeOutput()).isEqualTo(NA_BYTES);
    hear(listener, messages(HEARTBEAT));
    assertThat(listener.selected()).isEqualTo(HEARTBEAT);
  }

  /** {@code ls} is optional in the specification; go-multistream treats it as an unknown id too. */
  @ParameterizedTest
  @ValueSource(strings = {"ls", "na"})
  void aReservedWordIsNeverAgreed(String word) throws Exception {
    Negotiation listener = Negotiation.listener(id -> true);
    assertThat(listener.takeOutput()).isEqualTo(HEADER_BYTES);
    hear(listener, messages(HEADER, word));
    assertThat(listener.takeOutput()).isEqualTo(NA_BYTES);
    assertThat(listener.selected()).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"fil/heartbeat/1.0.0 ", " fil/heartbeat/1.0.0", "FIL/heartbeat/1.0.0", "fil"})
  void anIdIsComparedExactly(String near) throws Exception {
    Negotiation listener = listener(HEARTBEAT);
    hear(listener, messages(HEADER, near));
    assertThat(listener.takeOutput()).isEqualTo(NA_BYTES);
    assertThat(failure(dialer(HEARTBEAT), messages(HEADER, near)).reason())
        .isEqualTo(Reason.VIOLATION);
  }

  @ParameterizedTest
  @ValueSource(strings = {HEARTBEAT, "na", "ls", "/multistream/1.0.1", "/multistream/1.0.0 ", ""})
  void theHeaderComesFirstOnBothSides(String first) {
    for (Negotiation side : List.of(listener(HEARTBEAT), dialer(HEARTBEAT))) {
      MultistreamException violation = failure(side, messages(first, HEARTBEAT));
      assertThat(violation.reason()).isEqualTo(Reason.VIOLATION);
      assertThat(violation)
          .hasMessage("first message \"" + first + "\" (expected: " + HEADER + ")");
      assertThat(side.selected()).isNull();
      assertThat(side.takeOutput()).isEmpty();
    }
  }

  @Test
  void aSecondHeaderIsNoAnswerToAProposal() throws Exception {
    Negotiation dialer = dialer(HEARTBEAT);
    hear(dialer, HEADER_BYTES);
    assertThat(failure(dialer, HEADER_BYTES).reason()).isEqualTo(Reason.VIOLATION);
  }

  /** Like js-libp2p; an application that negotiates twice on a stream sends it. */
  @Test
  void aRepeatedHeaderIsAnsweredAndTheNegotiationContinues() throws Exception {
    for (String before : new String[] {"/a", HEADER}) {
      Negotiation listener = listener(HEARTBEAT);
      byte[] said = messages(HEADER, before, HEADER, HEARTBEAT);
      hear(listener, said);
      assertThat(listener.selected()).isEqualTo(HEARTBEAT);
      String answer = before.equals(HEADER) ? HEADER : "na";
      assertThat(listener.takeOutput()).isEqualTo(messages(answer, HEADER, HEARTBEAT));
    }
  }

  @Test
  void anAnswerIsTheIdOrNa() {
    assertThat(failure(dialer(HEARTBEAT, SLASHED), messages(HEADER, SLASHED)))
        .hasMessage("answer \"" + SLASHED + "\" (expected: \"" + HEARTBEAT + "\" or na)")
        .extracting(MultistreamException::reason)
        .isEqualTo(Reason.VIOLATION);
  }

  /** The vector of a list, which was never requested and which no peer proposes. */
  @Test
  void aListIsNeitherAnAnswerNorAProposal() throws Exception {
    byte[] list = hex("230f2f697066732f69642f312e302e300a112f697066732f70696e672f312e302e300a0a");
    for (Negotiation side : List.of(listener("/ipfs/id/1.0.0"), dialer("/ipfs/id/1.0.0"))) {
      hear(side, HEADER_BYTES);
      assertThat(failure(side, list).reason()).isEqualTo(Reason.VIOLATION);
      assertThat(side.selected()).isNull();
    }
  }

  @Test
  void afterAFailureNothingIsAccepted() throws Exception {
    Negotiation listener = listener(HEARTBEAT);
    hear(listener, messages(HEADER, "/a"));
    assertThat(failure(listener, new byte[] {0}).reason()).isEqualTo(Reason.VIOLATION);
    assertThat(failure(listener, messages(HEARTBEAT))).hasMessageContaining("failed negotiation");
    assertThat(listener.selected()).isNull();

    Negotiation dialer = dialer(HEARTBEAT);
    assertThat(failure(dialer, messages(HEADER, "na")).reason()).isEqualTo(Reason.REFUSED);
    assertThat(failure(dialer, messages("na")).reason()).isEqualTo(Reason.VIOLATION);
    assertThat(dialer.takeOutput()).isEmpty();
  }

  @Test
  void afterTheAgreementNothingIsConsumed() throws Exception {
    Negotiation listener = listener(HEARTBEAT);
    hear(listener, messages(HEADER, HEARTBEAT));
    assertThat(listener.receive(messages(HEADER, "/a"), 0, 23)).isZero();
    assertThat(listener.selected()).isEqualTo(HEARTBEAT);
    assertThat(listener.takeOutput()).isEqualTo(messages(HEARTBEAT));
  }

  @Test
  void aDialerProposesOnlyValidIds() {
    assertThatThrownBy(() -> Negotiation.dialer(List.of())).hasMessageContaining("one or more");
    for (String bad :
        List.of("", "na", "ls", HEADER, "/a\n/b", "x".repeat(257), "é".repeat(129), "\ud800")) {
      assertThat(Negotiation.isProtocolId(bad)).as(bad).isFalse();
      assertThatThrownBy(() -> Negotiation.dialer(List.of("/a", bad)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("256 bytes");
    }
    for (String good : List.of("a", HEARTBEAT, "x".repeat(256), "é".repeat(128))) {
      assertThat(Negotiation.isProtocolId(good)).as(good).isTrue();
      assertThat(Negotiation.dialer(List.of(good)).takeOutput()).isEqualTo(messages(HEADER, good));
    }
  }
}
