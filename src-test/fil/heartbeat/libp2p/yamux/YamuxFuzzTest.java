package fil.heartbeat.libp2p.yamux;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Any bytes and any calls: events or a typed error, in bounded memory. */
class YamuxFuzzTest {
  @FuzzTest
  void anyBytesGiveEventsOrAViolation(byte[] data) {
    raw(data);
  }

  @FuzzTest
  void anyFramesAndCallsGiveEventsOrAViolation(byte[] data) {
    operations(data);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void seededBytesAndCallsGiveNoUntypedError(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 200; i++) {
      byte[] data = new byte[random.nextInt(600)];
      random.nextBytes(data);
      operations(data);
      raw(data);
      // Mostly valid headers; otherwise the first one would end the session.
      for (int at = 0; at + FrameHeader.SIZE <= data.length; at += FrameHeader.SIZE) {
        data[at] = 0;
        data[at + 1] &= 3;
        data[at + 2] = 0;
        data[at + 3] &= 15;
        for (int zero = 4; zero < 11; zero++) {
          data[at + zero] = zero == 7 ? (byte) (data[at + zero] & 7) : 0;
        }
      }
      raw(data);
    }
  }

  /** The first byte gives the size of the pieces in which the rest arrives. */
  private static void raw(byte[] data) {
    YamuxSide side = (data.length & 1) == 0 ? YamuxSide.dialer() : YamuxSide.listener();
    int step = data.length == 0 ? 1 : 1 + (data[0] & 0x3f);
    try {
      for (int at = 0; at < data.length; at += step) {
        side.session.receive(data, at, Math.min(step, data.length - at), at);
        check(side, 0, data.length);
      }
    } catch (YamuxException e) {
      assertThat(e.reason()).isNotEmpty();
      assertThat(e).hasMessageContaining("expected");
      assertThat(side.session.isEnded()).isTrue();
    }
    check(side, 0, data.length);
    assertThat(side.sent()).allSatisfy(frame -> assertThat(frame).isNotEmpty());
  }

  /** Four bytes make one call or one frame on one of a few streams. */
  private static void operations(byte[] data) {
    YamuxSide side = YamuxSide.listener();
    long written = 0;
    long now = 0;
    try {
      for (int at = 0; at + 4 <= data.length; at += 4) {
        int id = data[at + 1] & 7;
        int value = (data[at + 2] & 0xff) << 8 | (data[at + 3] & 0xff);
        now += value;
        side.nowNanos = now;
        switch (data[at] & 15) {
          case 0, 1 -> side.receive(YamuxFrames.window(data[at + 1] >> 4 & 15, id, value));
          case 2, 3, 4 ->
              side.receive(YamuxFrames.data(data[at + 1] >> 4 & 15, id, new byte[value]));
          case 5 -> side.receive(YamuxFrames.window(0, id, (long) value << 16));
          case 6 -> side.receive(YamuxFrames.frame(2, data[at + 1] >> 4 & 3, 0, value));
          case 7 -> side.receive(YamuxFrames.frame(3, 0, 0, value));
          case 8 -> side.receive(YamuxFrames.window(1, 2 * at + 1, 0));
          case 9, 10 -> written += side.write(id, value) > 0 ? value : 0;
          case 11 -> side.session.consumed(id, value);
          case 12 -> side.session.closeWrite(id);
          case 13 -> side.session.reset(id, value);
          case 14 -> assertThat(side.session.open() & 1).isZero();
          default -> {
            if (side.session.isHeld()) {
              boolean moved = side.session.resume(now);
              assertThat(moved || side.session.isHeld()).isTrue();
            }
            boolean pinged = side.session.ping(now);
            assertThat(pinged && side.session.pingSentNanos() != now).isFalse();
            assertThat(side.sent()).hasSizeLessThanOrEqualTo(data.length + (int) written);
          }
        }
        check(side, written, data.length);
      }
    } catch (YamuxException e) {
      assertThat(e.reason()).isNotEmpty();
    }
    check(side, written, data.length);
  }

  /** A frame of the peer or a call causes at most one outgoing frame, and a violation one more. */
  private static void check(YamuxSide side, long written, int frames) {
    long headers = frames + 1L + written / YamuxSession.MAX_SENT_PAYLOAD;
    side.session.checkInvariants();
    assertThat(side.session.queuedBytes())
        .isLessThanOrEqualTo(written + FrameHeader.SIZE * headers);
    assertThat(side.session.streams()).isLessThanOrEqualTo(64 + 256);
  }
}
