package fil.heartbeat.libp2p.multistream;

import static fil.heartbeat.libp2p.multistream.Mss.HEADER;
import static fil.heartbeat.libp2p.multistream.Mss.HEARTBEAT;
import static fil.heartbeat.libp2p.multistream.Mss.SLASHED;
import static fil.heartbeat.libp2p.multistream.Mss.messages;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import fil.heartbeat.libp2p.multistream.MultistreamException.Reason;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Any bytes at all: an agreement, a wait or a typed error, with bounded output. */
class NegotiationFuzzTest {
  private static final List<String> IDS = List.of(HEARTBEAT, SLASHED);

  @FuzzTest
  void anyBytesGiveAnAgreementOrATypedError(byte[] data) {
    both(data);
  }

  @ParameterizedTest
  @ValueSource(longs = {21, 22, 23, 24, 25, 26})
  void seededBytesAndChangedWordsGiveNoUntypedError(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 300; i++) {
      byte[] noise = new byte[random.nextInt(2_000)];
      random.nextBytes(noise);
      both(noise);
      byte[] words = messages(HEADER, "/a", "na", "ls", HEARTBEAT, HEARTBEAT);
      for (int changes = random.nextInt(4); changes > 0; changes--) {
        words[random.nextInt(words.length)] = (byte) random.nextInt();
      }
      both(words);
      byte[] header = messages(HEADER);
      both(Mss.join(header, noise));
    }
  }

  private static void both(byte[] data) {
    // A dialer sends at most its header and two ids, a listener its header and sixteen answers,
    // none longer than the header.
    hear(Negotiation.dialer(IDS), data, messages(HEADER, HEARTBEAT, SLASHED).length);
    hear(
        Negotiation.listener(IDS::contains),
        data,
        messages(HEADER).length
            + Negotiation.MAX_PROPOSALS * messages(HEADER).length
            + messages(SLASHED).length);
  }

  /** The first byte gives the size of the pieces in which the rest arrives. */
  private static void hear(Negotiation side, byte[] data, int mostSaid) {
    int step = data.length == 0 ? 1 : 1 + (data[0] & 0x3f);
    int said = side.takeOutput().length;
    try {
      for (int at = 0; at < data.length; at += step) {
        int count = Math.min(step, data.length - at);
        boolean agreedBefore = side.selected() != null;
        int taken = side.receive(data, at, count);
        assertThat(taken).isBetween(0, count);
        if (taken < count) {
          assertThat(side.selected()).isNotNull();
        }
        if (agreedBefore) {
          assertThat(taken).isZero();
        }
        said += side.takeOutput().length;
      }
    } catch (MultistreamException e) {
      assertThat(side.selected()).isNull();
      if (e.reason() == Reason.VIOLATION) {
        assertThat(e).hasMessageContaining("expected");
      }
    }
    if (side.selected() != null) {
      assertThat(IDS).contains(side.selected());
    }
    assertThat(said).isLessThanOrEqualTo(mostSaid);
  }
}
