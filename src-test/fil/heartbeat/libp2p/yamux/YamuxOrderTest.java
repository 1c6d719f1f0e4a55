package fil.heartbeat.libp2p.yamux;

import static fil.heartbeat.libp2p.yamux.FrameHeader.DATA;
import static fil.heartbeat.libp2p.yamux.FrameHeader.FIN;
import static fil.heartbeat.libp2p.yamux.FrameHeader.RST;
import static fil.heartbeat.libp2p.yamux.FrameHeader.SYN;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Openings in any order, as the threads of a go or jvm peer send them: ids are assigned in order,
 * but their SYNs may be sent in any.
 */
class YamuxOrderTest {
  private static final int OPENS = 6;

  @ParameterizedTest
  @CsvSource({"false, 0", "false, 1", "true, 0", "true, 1"})
  void sixOpensAreAcceptedInEveryOrderWithDataAfterEach(boolean weDialled, int type)
      throws YamuxException {
    int first = weDialled ? 2 : 1;
    List<Integer> ids = IntStream.range(0, OPENS).mapToObj(i -> first + 2 * i).toList();
    List<List<Integer>> orders = orders(ids);
    assertThat(orders).hasSize(720);
    for (List<Integer> order : orders) {
      YamuxSide side = weDialled ? YamuxSide.dialer() : YamuxSide.listener();
      for (int id : order) {
        byte[] said = {(byte) id, 7};
        if (type == DATA) {
          side.receive(YamuxFrames.data(SYN, id, said));
        } else {
          side.receive(YamuxFrames.window(SYN, id, 0), YamuxFrames.data(0, id, said));
        }
      }
      for (int id : order) {
        assertThat(side.data(id)).as("%s", order).containsExactly(id, 7);
        assertThat(side.log).contains("stream " + id);
        assertThat(side.write(id, 3)).isEqualTo(1);
      }
      assertThat(side.session.inboundStreams()).isEqualTo(OPENS);
      assertThat(side.session.isEnded()).isFalse();
      assertThat(side.sent()).doesNotContain("GO_AWAY #0 1").hasSize(2 * OPENS);
    }
  }

  /** Each stream's own frames keep their order; those of different streams mix in every way. */
  @Test
  void wholeShortStreamsOfThreeThreadsMixInEveryWay() throws YamuxException {
    byte[][][] threads = new byte[3][][];
    for (int i = 0; i < threads.length; i++) {
      int id = 1 + 2 * i;
      threads[i] =
          new byte[][] {
            YamuxFrames.window(SYN, id, 0),
            YamuxFrames.data(0, id, new byte[] {(byte) id}),
            YamuxFrames.window(FIN, id, 0)
          };
    }
    int[] mixes = {0};
    mix(threads, new int[threads.length], new ArrayList<>(), mixes);
    assertThat(mixes[0]).isEqualTo(1680);
  }

  private static void mix(byte[][][] threads, int[] sent, List<byte[]> said, int[] mixes)
      throws YamuxException {
    boolean done = true;
    for (int i = 0; i < threads.length; i++) {
      if (sent[i] < threads[i].length) {
        done = false;
        said.add(threads[i][sent[i]++]);
        mix(threads, sent, said, mixes);
        sent[i]--;
        said.remove(said.size() - 1);
      }
    }
    if (done) {
      mixes[0]++;
      YamuxSide side = YamuxSide.listener();
      side.receive(said.toArray(byte[][]::new));
      for (int i = 0; i < threads.length; i++) {
        int id = 1 + 2 * i;
        assertThat(side.data(id)).containsExactly(id);
        assertThat(side.log).contains("remote close " + id);
        side.session.closeWrite(id);
      }
      assertThat(side.session.streams()).isZero();
    }
  }

  @ParameterizedTest
  @CsvSource({"0", "1"})
  void aSynForAnEndedStreamOpensANewOne(int type) throws YamuxException {
    YamuxSide side = YamuxSide.listenerWithStream();
    side.receive(YamuxFrames.window(RST, 1, 0));
    side.receive(YamuxFrames.frame(type, SYN, 1, 0), YamuxFrames.data(0, 1, new byte[] {9}));
    assertThat(side.log).containsExactly("reset 1 0", "stream 1", "data 1");

    side.receive(YamuxFrames.window(FIN, 1, 0));
    side.session.closeWrite(1);
    assertThat(side.sent()).containsExactly("WINDOW ACK #1 0", "WINDOW FIN #1 0");
    side.receive(YamuxFrames.frame(type, SYN, 1, 0));
    assertThat(side.session.streams()).isEqualTo(1);
  }

  @Test
  void aSynOfARefusedStreamLeavesNothingBehind() throws YamuxException {
    YamuxSide side = new YamuxSide(false, new YamuxLimits(1, 10, 256, 32, 10));
    side.receive(YamuxFrames.window(SYN, 9, 0), YamuxFrames.window(SYN, 7, 0));
    assertThat(side.sent()).containsExactly("WINDOW ACK #9 0", "WINDOW RST #7 4098");

    side.session.reset(9, 0);
    side.receive(YamuxFrames.window(SYN, 7, 0), YamuxFrames.window(0, 9, 0));
    assertThat(side.log).containsExactly("stream 9", "stream 7");
  }

  private static List<List<Integer>> orders(List<Integer> ids) {
    if (ids.isEmpty()) {
      return List.of(List.of());
    }
    List<List<Integer>> orders = new ArrayList<>();
    for (int id : ids) {
      List<Integer> rest = new ArrayList<>(ids);
      rest.removeAll(Collections.singleton(id));
      for (List<Integer> tail : orders(rest)) {
        List<Integer> order = new ArrayList<>();
        order.add(id);
        order.addAll(tail);
        orders.add(order);
      }
    }
    return orders;
  }
}
