package fil.heartbeat.libp2p.multistream;

import static fil.heartbeat.libp2p.multistream.Mss.HEADER;
import static fil.heartbeat.libp2p.multistream.Mss.HEARTBEAT;
import static fil.heartbeat.libp2p.multistream.Mss.hear;
import static fil.heartbeat.libp2p.multistream.Mss.hex;
import static fil.heartbeat.libp2p.multistream.Mss.messages;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import fil.heartbeat.libp2p.multistream.MultistreamException.Reason;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every limit at its value and one above it, before and after a {@code na}. */
class NegotiationLimitsTest {
  private final List<String> asked = new ArrayList<>();

  /** Creates a listener whose peer has sent the header, then some unknown ids. */
  private Negotiation listener(int unknown) throws MultistreamException {
    Negotiation listener =
        Negotiation.listener(
            id -> {
              asked.add(id);
              return id.equals(HEARTBEAT);
            });
    byte[] header = messages(HEADER);
    hear(listener, header);
    for (int i = 0; i < unknown; i++) {
      byte[] proposal = messages("/unknown/" + i);
      hear(listener, proposal);
    }
    assertThat(listener.takeOutput()).isNotEmpty();
    asked.clear();
    return listener;
  }

  private static MultistreamException violation(Negotiation side, byte[] bytes) {
    MultistreamException violation =
        catchThrowableOfType(
            MultistreamException.class, () -> side.receive(bytes, 0, bytes.length));
    assertThat(violation).isNotNull().hasMessageContaining("expected");
    assertThat(violation.reason()).isEqualTo(Reason.VIOLATION);
    assertThat(side.selected()).isNull();
    return violation;
  }

  @ParameterizedTest
  @CsvSource({
    "an empty message, 00, message length 0",
    "a length of 0 in two bytes, 8000, in 2 bytes",
    "a length of 3 in two bytes, 83006e610a, in 2 bytes",
    "a length of 127 in two bytes, ff00, in 2 bytes",
    "a length of 1025, 8108, message length 1025",
    "a length of 16383, ff7f, message length 16383",
    "a length in three bytes, 808001, more than 2 bytes",
    "a length in three bytes that is not minimal, 838000, more than 2 bytes",
    "no newline, 036e6161, ends in byte 97",
    "a carriage return, 046e610a0d, ends in byte 13",
    "a newline inside, 04610a620a, protocol id",
    "only newlines, 020a0a, protocol id",
    "a byte that is no UTF-8, 02ff0a, UTF-8",
    "an overlong form, 03c0af0a, UTF-8",
    "half of a surrogate pair, 04eda0800a, UTF-8",
    "a character cut short, 03e2820a, UTF-8"
  })
  void malformedMessagesAreViolations(String what, String bytes, String said) throws Exception {
    for (int unknown : new int[] {0, 1, 15}) {
      assertThat(violation(listener(unknown), hex(bytes))).as(what).hasMessageContaining(said);
    }
    assertThat(asked).isEmpty();
    Negotiation dialer = Negotiation.dialer(List.of(HEARTBEAT, "/b"));
    byte[] na = messages(HEADER, "na");
    hear(dialer, na);
    assertThat(violation(dialer, hex(bytes))).hasMessageContaining("expected");
    Negotiation early = Negotiation.listener(id -> true);
    assertThat(violation(early, hex(bytes))).hasMessageContaining("expected");
  }

  @Test
  void sixteenProposalsAreAnsweredAndTheSeventeenthIsNot() throws Exception {
    Negotiation patient = listener(15);
    byte[] right = messages(HEARTBEAT);
    hear(patient, right);
    assertThat(patient.selected()).isEqualTo(HEARTBEAT);

    Negotiation tired = listener(16);
    assertThat(beyond(tired, right)).hasMessage("proposal 17 (expected: at most 16)");
    assertThat(tired.takeOutput()).isEmpty();
  }

  @Test
  void aRepeatedHeaderIsOneOfTheSixteen() throws Exception {
    Negotiation patient = listener(0);
    for (int i = 0; i < 15; i++) {
      byte[] again = messages(HEADER);
      hear(patient, again);
      assertThat(patient.takeOutput()).isEqualTo(again);
    }
    byte[] right = messages(HEARTBEAT);
    hear(patient, right);
    assertThat(patient.selected()).isEqualTo(HEARTBEAT);

    assertThat(beyond(listener(16), messages(HEADER))).hasMessageContaining("at most 16");
  }

  private static MultistreamException beyond(Negotiation side, byte[] bytes) {
    MultistreamException end =
        catchThrowableOfType(
            MultistreamException.class, () -> side.receive(bytes, 0, bytes.length));
    assertThat(end).isNotNull();
    assertThat(end.reason()).isEqualTo(Reason.LIMIT);
    assertThat(side.selected()).isNull();
    return end;
  }

  @Test
  void sixteenAnswersAreSentInOnePiece() throws Exception {
    Negotiation listener = Negotiation.listener(id -> false);
    String[] said = new String[17];
    String[] heard = new String[17];
    Arrays.fill(said, "/x");
    Arrays.fill(heard, "na");
    said[0] = HEADER;
    heard[0] = HEADER;
    byte[] all = messages(said);
    hear(listener, all);
    assertThat(listener.takeOutput()).isEqualTo(messages(heard));
    assertThat(listener.takeOutput()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"x, 256", "é, 128", "心, 85"})
  void anIdHasUpTo256Bytes(String character, int most) throws Exception {
    Negotiation listener = listener(0);
    byte[] longest = messages(character.repeat(most));
    hear(listener, longest);
    assertThat(listener.takeOutput()).isEqualTo(messages("na"));
    assertThat(asked).containsExactly(character.repeat(most));
    assertThat(violation(listener, messages(character.repeat(most + 1))))
        .hasMessageContaining("256 bytes");
    assertThat(asked).hasSize(1);
  }

  @Test
  void aMessageHasUpTo1024BytesWithItsNewline() throws Exception {
    // Read whole, then refused as an id, while one more byte is refused by its length alone.
    byte[] longest = messages("x".repeat(Negotiation.MAX_MESSAGE - 1));
    Negotiation listener = listener(0);
    assertThat(listener.receive(longest, 0, longest.length - 1)).isEqualTo(longest.length - 1);
    assertThat(violation(listener, hex("0a"))).hasMessageContaining("protocol id");
    assertThat(violation(listener(0), Mss.length(1025))).hasMessageContaining("length 1025");
  }

  @Test
  void aLongAnswerIsReadByADialerThatProposedIt() throws Exception {
    String id = "x".repeat(256);
    Negotiation dialer = Negotiation.dialer(List.of(id));
    byte[] answer = messages(HEADER, id);
    hear(dialer, answer);
    assertThat(dialer.selected()).isEqualTo(id);
  }

  @Test
  void aPeersTextIsShownShortenedAndPrintable() throws Exception {
    assertThat(violation(listener(0), messages("\u0007\n" + "y".repeat(900))).getMessage())
        .contains("\"??yyy")
        .hasSizeLessThan(200);
  }
}
