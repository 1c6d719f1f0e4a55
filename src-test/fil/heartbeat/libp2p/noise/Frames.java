package fil.heartbeat.libp2p.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import fil.heartbeat.libp2p.noise.NoiseException.Reason;
import java.util.Arrays;
import org.assertj.core.annotation.CanIgnoreReturnValue;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Helpers of this package's tests for frames and messages. */
final class Frames {
  private Frames() {}

  /** Returns the message of one frame after checking its prefix. */
  static byte[] message(byte[] frame) {
    byte[] message = Arrays.copyOfRange(frame, 2, frame.length);
    assertThat((frame[0] & 0xff) << 8 | (frame[1] & 0xff)).isEqualTo(message.length);
    return message;
  }

  static byte[] frame(byte[] message) {
    byte[] length = {(byte) (message.length >>> 8), (byte) message.length};
    return join(length, message);
  }

  static byte[] join(byte[]... parts) {
    int length = Arrays.stream(parts).mapToInt(part -> part.length).sum();
    byte[] joined = new byte[length];
    int at = 0;
    for (byte[] part : parts) {
      System.arraycopy(part, 0, joined, at, part.length);
      at += part.length;
    }
    return joined;
  }

  static byte[] flip(byte[] bytes, int index, int bit) {
    byte[] flipped = bytes.clone();
    flipped[index] ^= (byte) (1 << bit);
    return flipped;
  }

  /** Runs both sides to their end. */
  static void shake(NoiseHandshake initiator, NoiseHandshake responder) throws NoiseException {
    byte[] second = responder.receive(message(initiator.start()));
    byte[] third = initiator.receive(message(second));
    assertThat(responder.receive(message(third))).isEmpty();
  }

  static NoiseHandshake.Result result(NoiseHandshake handshake) {
    NoiseHandshake.Result result = handshake.result();
    if (result == null) {
      throw new AssertionError("the handshake has no result");
    }
    return result;
  }

  @CanIgnoreReturnValue
  static NoiseException failure(Reason reason, ThrowingCallable call) {
    NoiseException failure = catchThrowableOfType(NoiseException.class, call);
    assertThat(failure).isNotNull();
    assertThat(failure.reason()).as(failure.getMessage()).isEqualTo(reason);
    return failure;
  }

  /** Passes a message that must fail, and checks that the handshake is unusable afterwards. */
  @CanIgnoreReturnValue
  static NoiseException refusal(Reason reason, NoiseHandshake handshake, byte[] message) {
    NoiseException failure =
        failure(
            reason,
            () -> assertThat(handshake.receive(message)).as("an answer to a bad message").isNull());
    assertThat(handshake.result()).isNull();
    byte[] again = message.clone();
    assertThat(failure(Reason.INVALID, () -> assertThat(handshake.receive(again)).isNull()))
        .hasMessageContaining("out of turn");
    return failure;
  }
}
