package fil.heartbeat.libp2p.noise;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import fil.heartbeat.libp2p.noise.NoiseException.Reason;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Any bytes at all: a typed error or a value, in bounded memory. */
class NoiseFuzzTest {

  @FuzzTest
  void anyBytesGiveFramesOrARefusal(byte[] data) {
    frames(data);
  }

  @FuzzTest
  void anyHandshakeMessageIsAnsweredOrRefused(byte[] data) {
    handshake(data);
  }

  @FuzzTest
  void anyPayloadIsReadOrRefused(byte[] data) {
    NoisePayloadTest.survive(data);
  }

  @FuzzTest
  void anyTransportMessageIsDecryptedOrEndsTheSession(byte[] data) {
    transport(data);
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13, 14, 15})
  void seededBytesAndChangedMessagesGiveNoUntypedError(long seed) {
    Random random = new Random(seed);
    byte[][] examples = {
      NoiseVector.MESSAGE_1, NoiseVector.MESSAGE_2, NoiseVector.MESSAGE_3, new byte[500]
    };
    for (int i = 0; i < 100; i++) {
      byte[] data = examples[i % examples.length].clone();
      for (int changes = random.nextInt(6); changes > 0; changes--) {
        data[random.nextInt(data.length)] = (byte) random.nextInt();
      }
      frames(data);
      handshake(data);
      transport(data);
    }
  }

  /** The first byte gives the size of the pieces in which the rest arrives. */
  private static void frames(byte[] data) {
    NoiseFrames frames = new NoiseFrames();
    int step = data.length == 0 ? 1 : 1 + (data[0] & 0x3f);
    int max = data.length % 2 == 0 ? 4096 : 65_535;
    long taken = 0;
    try {
      for (int at = 0; at < data.length; at += step) {
        frames.receive(data, at, Math.min(step, data.length - at));
        byte[] message = frames.next(max);
        while (message != null) {
          assertThat(message).hasSizeLessThanOrEqualTo(max);
          taken += message.length + 2;
          message = frames.next(max);
        }
        assertThat(frames.held()).isLessThanOrEqualTo(2 * data.length);
      }
      assertThat(taken).isLessThanOrEqualTo(data.length);
    } catch (NoiseException e) {
      assertThat(e.reason()).isEqualTo(Reason.INVALID);
    }
  }

  private static void handshake(byte[] data) {
    NoiseHandshake first = NoiseVector.responder();
    try {
      assertThat(first.receive(data)).hasSize(218);
    } catch (NoiseException e) {
      assertThat(e.reason()).isEqualTo(Reason.INVALID);
    }
    assertThat(first.result()).isNull();

    try {
      NoiseHandshake initiator = NoiseVector.initiator();
      assertThat(initiator.start()).hasSize(34);
      alone(initiator, data, NoiseVector.MESSAGE_2);
      NoiseHandshake responder = NoiseVector.responder();
      assertThat(responder.receive(NoiseVector.MESSAGE_1)).hasSize(218);
      alone(responder, data, NoiseVector.MESSAGE_3);
    } catch (NoiseException e) {
      throw new AssertionError("the messages before are right", e);
    }
  }

  /** Only the right message is accepted. */
  private static void alone(NoiseHandshake handshake, byte[] data, byte[] right) {
    try {
      assertThat(handshake.receive(data)).isNotNull();
      assertThat(data).isEqualTo(right);
    } catch (NoiseException e) {
      assertThat(e.reason()).isEqualTo(Reason.INVALID);
      assertThat(handshake.result()).isNull();
      assertThat(Arrays.equals(data, right)).isFalse();
    }
  }

  private static void transport(byte[] data) {
    NoiseSession session = new NoiseSession(NoiseVector.INITIATOR_KEY, NoiseVector.RESPONDER_KEY);
    try {
      assertThat(session.decrypt(data)).hasSize(data.length - Aead.TAG);
      assertThat(data).isEqualTo(NoiseVector.RESPONDER_CIPHERTEXT);
    } catch (NoiseException e) {
      assertThat(e.reason()).isEqualTo(Reason.INVALID);
    }
  }
}
