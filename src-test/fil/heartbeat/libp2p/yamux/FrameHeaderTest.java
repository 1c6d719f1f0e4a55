package fil.heartbeat.libp2p.yamux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FrameHeaderTest {

  @ParameterizedTest
  @CsvSource({
    "00 01 0001 00000001 00000000, 1, 1, 1, 0",
    "00 00 0001 00000001 00000000, 0, 1, 1, 0",
    "00 01 0002 00000001 00000000, 1, 2, 1, 0",
    "00 01 0004 00000001 00000000, 1, 4, 1, 0",
    "00 00 0004 00000001 00000000, 0, 4, 1, 0",
    "00 01 0008 00000001 00000000, 1, 8, 1, 0",
    "00 02 0001 00000000 00000007, 2, 1, 0, 7",
    "00 02 0002 00000000 00000007, 2, 2, 0, 7",
    "00 03 0000 00000000 00000000, 3, 0, 0, 0",
    "00 03 0000 00000000 00000001, 3, 0, 0, 1",
    "00 03 0000 00000000 00000002, 3, 0, 0, 2",
    "00 00 000f ffffffff ffffffff, 0, 15, -1, 4294967295",
  })
  void vectorsAreReadAndWritten(String hex, int type, int flags, int streamId, long length)
      throws YamuxException {
    FrameHeader header = new FrameHeader(type, flags, streamId, length);

    assertThat(FrameHeader.decode(YamuxFrames.hex(hex))).isEqualTo(header);
    assertThat(YamuxFrames.frame(type, flags, streamId, length)).isEqualTo(YamuxFrames.hex(hex));
  }

  @ParameterizedTest
  @CsvSource({
    "01 00 0000 00000001 00000000, version, 1",
    "ff 00 0000 00000001 00000000, version, 255",
    "00 04 0000 00000001 00000000, frame-type, 4",
    "00 ff 0000 00000001 00000000, frame-type, 255",
    "00 00 0010 00000001 00000000, flags, 16",
    "00 01 8000 00000001 00000000, flags, 32768",
    "00 02 0100 00000000 00000000, flags, 256",
    "00 02 0001 00000001 00000000, stream-id, 1",
    "00 02 0002 ffffffff 00000000, stream-id, 4294967295",
    "00 03 0000 00000001 00000000, stream-id, 1",
  })
  void aBadHeaderEndsTheSessionAndNamesTheValue(String hex, String reason, String value) {
    YamuxSide side = YamuxSide.listener();

    assertThatExceptionOfType(YamuxException.class)
        .isThrownBy(() -> side.receive(YamuxFrames.hex(hex)))
        .withMessageContaining(" " + value)
        .withMessageContaining("expected")
        .satisfies(e -> assertThat(e.reason()).isEqualTo(reason));
    assertThat(side.sent()).isEqualTo(List.of("GO_AWAY #0 1"));
    assertThat(side.log).isEmpty();
  }

  @Test
  void nothingIsReadAfterAViolation() throws YamuxException {
    YamuxSide side = YamuxSide.listener();
    assertThatExceptionOfType(YamuxException.class)
        .isThrownBy(() -> side.receive(YamuxFrames.hex("01 00 0000 00000001 00000000")));
    side.sent();

    side.receive(YamuxFrames.window(FrameHeader.SYN, 1, 0), new byte[100]);

    assertThat(side.log).isEmpty();
    assertThat(side.sent()).isEmpty();
    assertThat(side.session.isEnded()).isTrue();
    assertThat(side.session.open()).isZero();
  }
}
