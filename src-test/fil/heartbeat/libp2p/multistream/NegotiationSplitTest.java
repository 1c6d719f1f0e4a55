package fil.heartbeat.libp2p.multistream;

import static fil.heartbeat.libp2p.multistream.Mss.HEADER;
import static fil.heartbeat.libp2p.multistream.Mss.HEARTBEAT;
import static fil.heartbeat.libp2p.multistream.Mss.SLASHED;
import static fil.heartbeat.libp2p.multistream.Mss.join;
import static fil.heartbeat.libp2p.multistream.Mss.messages;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import fil.heartbeat.libp2p.multistream.MultistreamException.Reason;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same messages split in any way, directly followed by bytes of the protocol. */
class NegotiationSplitTest {
  /** Bytes that would be a proposal, were they read as one. */
  private static final byte[] PAYLOAD = messages(SLASHED, "na", HEADER);

  /** One side, its output and the bytes it left to the protocol. */
  private static final class Side {
    final Negotiation negotiation;
    final ByteArrayOutputStream sent = new ByteArrayOutputStream();
    final ByteArrayOutputStream surplus = new ByteArrayOutputStream();

    Side(Negotiation negotiation) {
      this.negotiation = negotiation;
      sent.writeBytes(negotiation.takeOutput());
    }

    void hear(byte[] bytes, int offset, int count) throws MultistreamException {
      int taken = negotiation.receive(bytes, offset, count);
      assertThat(taken).isBetween(0, count);
      if (taken < count) {
        assertThat(negotiation.selected()).isNotNull();
      }
      surplus.write(bytes, offset + taken, count - taken);
      sent.writeBytes(negotiation.takeOutput());
    }
  }

  private static Side listener() {
    return new Side(Negotiation.listener(HEARTBEAT::equals));
  }

  private static Side dialer() {
    return new Side(Negotiation.dialer(List.of("/a", HEARTBEAT)));
  }

  private static void assertAgreed(Side side, byte[] sent) {
    assertThat(side.negotiation.selected()).isEqualTo(HEARTBEAT);
    assertThat(side.sent.toByteArray()).isEqualTo(sent);
    assertThat(side.surplus.toByteArray()).isEqualTo(PAYLOAD);
  }

  @Test
  void theProtocolsBytesStayHoweverTheInputIsSplitInThree() throws Exception {
    byte[] toListener = join(messages(HEADER, "/a", HEARTBEAT), PAYLOAD);
    byte[] toDialer = join(messages(HEADER, "na", HEARTBEAT), PAYLOAD);
    for (int first = 0; first <= toListener.length; first++) {
      for (int second = first; second <= toListener.length; second++) {
        Side listener = listener();
        listener.hear(toListener, 0, first);
        listener.hear(toListener, first, second - first);
        listener.hear(toListener, second, toListener.length - second);
        assertAgreed(listener, messages(HEADER, "na", HEARTBEAT));
      }
    }
    for (int cut = 0; cut <= toDialer.length; cut++) {
      Side dialer = dialer();
      dialer.hear(toDialer, 0, cut);
      dialer.hear(toDialer, cut, toDialer.length - cut);
      assertAgreed(dialer, messages(HEADER, "/a", HEARTBEAT));
    }
  }

  @Test
  void singleBytesAreEnough() throws Exception {
    byte[] toListener = join(messages(HEADER, "/a", HEARTBEAT), PAYLOAD);
    Side listener = listener();
    for (int i = 0; i < toListener.length; i++) {
      listener.hear(toListener, i, 1);
    }
    assertAgreed(listener, messages(HEADER, "na", HEARTBEAT));
  }

  @Test
  void nothingOutsideTheGivenRangeIsRead() throws Exception {
    byte[] message = messages(HEADER, HEARTBEAT);
    byte[] padded = join(messages("na"), message, messages("na"));
    Side listener = listener();
    listener.hear(padded, 4, message.length);
    assertThat(listener.negotiation.selected()).isEqualTo(HEARTBEAT);
    assertThat(listener.surplus.size()).isZero();
  }

  @Test
  void aTruncatedInputIsNeitherAnAgreementNorAnError() throws Exception {
    byte[] toListener = messages(HEADER, "/a", HEARTBEAT);
    for (int length = 0; length < toListener.length; length++) {
      Side listener = listener();
      listener.hear(toListener, 0, length);
      assertThat(listener.negotiation.selected()).isNull();
      assertThat(listener.surplus.size()).isZero();
    }
  }

  /**
   * A dialer that guessed sends id and payload together. After {@code na} a payload that is not a
   * proposal ends the negotiation; it is not skipped until something fits.
   */
  @Test
  void thePayloadOfARefusedGuessIsAViolation() {
    byte[] guess = join(messages(HEADER, "/a"), "{\"Head\":\"\"}\n".getBytes(UTF_8));
    for (int cut = 0; cut <= guess.length; cut++) {
      Side listener = listener();
      int at = cut;
      MultistreamException caught =
          catchThrowableOfType(
              MultistreamException.class,
              () -> {
                listener.hear(guess, 0, at);
                listener.hear(guess, at, guess.length - at);
                listener.hear(new byte[200], 0, 200);
              });
      assertThat(caught.reason()).as("cut at %d", cut).isEqualTo(Reason.VIOLATION);
      assertThat(listener.negotiation.selected()).isNull();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void twoSidesAgreeOnTheFirstProposalThatIsServed(long seed) throws Exception {
    Random random = new Random(seed);
    for (int round = 0; round < 200; round++) {
      List<String> proposals = ids(random, 1 + random.nextInt(Negotiation.MAX_PROPOSALS));
      List<String> served = ids(random, random.nextInt(6));
      String expected = proposals.stream().filter(served::contains).findFirst().orElse(null);
      Side dialer = new Side(Negotiation.dialer(proposals));
      Side listener = new Side(Negotiation.listener(served::contains));
      boolean refused = false;
      int heardByDialer = 0;
      int heardByListener = 0;
      while (dialer.negotiation.selected() == null && !refused) {
        heardByListener = part(random, dialer, heardByListener, listener);
        try {
          heardByDialer = part(random, listener, heardByDialer, dialer);
        } catch (MultistreamException e) {
          assertThat(e.reason()).isEqualTo(Reason.REFUSED);
          refused = true;
        }
      }
      assertThat(dialer.negotiation.selected()).isEqualTo(expected);
      assertThat(listener.negotiation.selected()).isEqualTo(expected);
      assertThat(refused).isEqualTo(expected == null);
    }
  }

  /** Delivers some of the bytes that one side sent and the other has not received. */
  private static int part(Random random, Side from, int heard, Side to)
      throws MultistreamException {
    byte[] all = from.sent.toByteArray();
    int count = random.nextInt(all.length - heard + 1);
    to.hear(all, heard, count);
    return heard + count;
  }

  private static List<String> ids(Random random, int count) {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ids.add("/" + "p".repeat(random.nextInt(200)) + random.nextInt(12));
    }
    return ids;
  }
}
