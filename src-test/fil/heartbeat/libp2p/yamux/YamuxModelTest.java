package fil.heartbeat.libp2p.yamux;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two sessions under random calls, against a model of what each direction must carry. */
class YamuxModelTest {
  private static final int STEPS = 3_000;
  private static final int MAX_STREAMS = 20;

  /** One direction of one stream: a sequence of bytes that both ends can compute. */
  private static final class Flow {
    private final int seed;
    private long written;
    private long read;
    private long consumed;
    private long lastMark;
    private long reportedMark;
    private final Map<Long, Long> bytesAtMark = new HashMap<>();
    private boolean writerClosed;
    private boolean closeSeen;

    private Flow(int seed) {
      this.seed = seed;
    }

    private byte at(long index) {
      return (byte) (seed + index * 31 + (index >> 8));
    }
  }

  /** An end of the pair that checks each event against the model. */
  private static final class End extends YamuxSide {
    private final Map<Integer, Flow> sending = new HashMap<>();
    private final Map<Integer, Flow> receiving = new HashMap<>();
    private final List<Integer> live = new ArrayList<>();
    private final Random random;
    private @Nullable End other;

    private End(boolean dialer, Random random) {
      super(dialer, new YamuxLimits(MAX_STREAMS, 1024, MAX_STREAMS, 32, 10));
      this.random = random;
    }

    private End other() {
      End end = other;
      if (end == null) {
        throw new AssertionError("not joined");
      }
      return end;
    }

    private void open() {
      int id = live.size() < MAX_STREAMS / 2 ? session.open() : 0;
      if (id != 0) {
        Flow there = new Flow(id);
        Flow back = new Flow(id + 100);
        sending.put(id, there);
        receiving.put(id, back);
        other().receiving.put(id, there);
        other().sending.put(id, back);
        live.add(id);
      }
    }

    private void write(int id) {
      Flow flow = flow(sending, id);
      byte[] bytes =
          new byte[random.nextInt(4) == 0 ? random.nextInt(200_000) : random.nextInt(50)];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = flow.at(flow.written + i);
      }
      // The mark may be reported before write returns.
      flow.bytesAtMark.put(flow.lastMark + 1, flow.written + bytes.length);
      long mark = session.write(id, bytes, 0, bytes.length);
      if (flow.writerClosed) {
        assertThat(mark).isEqualTo(-1);
        flow.bytesAtMark.remove(flow.lastMark + 1);
      } else {
        assertThat(mark).isEqualTo(flow.lastMark + 1);
        flow.lastMark = mark;
        flow.written += bytes.length;
      }
    }

    private void consume(int id, long most) {
      Flow flow = flow(receiving, id);
      int part = (int) Math.min(flow.read - flow.consumed, most);
      flow.consumed += part;
      session.consumed(id, part);
    }

    private void closeWrite(int id) {
      flow(sending, id).writerClosed = true;
      session.closeWrite(id);
    }

    private void reset(int id) {
      session.reset(id, 0);
      gone(id);
    }

    private void gone(int id) {
      live.removeIf(each -> each == id);
    }

    private static Flow flow(Map<Integer, Flow> flows, int id) {
      Flow flow = flows.get(id);
      assertThat(flow).as("stream %d", id).isNotNull();
      return flow == null ? new Flow(id) : flow;
    }

    @Override
    public void onStream(int id) {
      assertThat(receiving).containsKey(id);
      assertThat(live).doesNotContain(id);
      live.add(id);
      if (random.nextInt(10) == 0) {
        reset(id);
      }
    }

    @Override
    public void onData(int id, byte[] bytes, int offset, int length) {
      assertThat(live).contains(id);
      Flow flow = flow(receiving, id);
      assertThat(flow.closeSeen).isFalse();
      for (int i = 0; i < length; i++) {
        if (bytes[offset + i] != flow.at(flow.read + i)) {
          throw new AssertionError("stream " + id + ": byte " + (flow.read + i));
        }
      }
      flow.read += length;
      assertThat(flow.read).isLessThanOrEqualTo(flow.written);
      assertThat(flow.read - flow.consumed).isLessThanOrEqualTo(YamuxSession.INITIAL_WINDOW);
      switch (random.nextInt(40)) {
        case 0 -> reset(id);
        case 1 -> closeWrite(id);
        case 2, 3 -> write(id);
        case 4, 5, 6, 7 -> consume(id, length);
        default -> {}
      }
    }

    @Override
    public void onRemoteClose(int id) {
      Flow flow = flow(receiving, id);
      assertThat(flow.closeSeen).isFalse();
      assertThat(flow.writerClosed).isTrue();
      assertThat(flow.read).isEqualTo(flow.written);
      flow.closeSeen = true;
      if (random.nextBoolean()) {
        closeWrite(id);
      }
    }

    @Override
    public void onReset(int id, long code) {
      assertThat(live).contains(id);
      gone(id);
    }

    @Override
    public void onWritten(int id, long mark) {
      Flow flow = flow(sending, id);
      assertThat(mark).isEqualTo(flow.reportedMark + 1);
      flow.reportedMark = mark;
      Long bytes = flow.bytesAtMark.remove(mark);
      assertThat(bytes).isNotNull();
      // Consumed bytes cannot exceed the recorded ones: the window came from them.
      assertThat(bytes == null ? 0 : bytes)
          .isLessThanOrEqualTo(flow.consumed + YamuxSession.INITIAL_WINDOW);
    }

    @Override
    public void onClosed(int id) {
      assertThat(live).contains(id);
      assertThat(flow(sending, id).writerClosed).isTrue();
      assertThat(flow(sending, id).reportedMark).isEqualTo(flow(sending, id).lastMark);
      assertThat(flow(receiving, id).closeSeen).isTrue();
      gone(id);
    }

    @Override
    public void onPong(long roundTripNanos) {
      assertThat(roundTripNanos).isNotNegative();
    }

    private void act() {
      if (live.isEmpty() || random.nextInt(12) == 0) {
        open();
        return;
      }
      int id = live.get(random.nextInt(live.size()));
      switch (random.nextInt(12)) {
        case 0, 1, 2, 3, 4 -> write(id);
        case 5, 6, 7, 8 -> consume(id, random.nextBoolean() ? Long.MAX_VALUE : 30_000);
        case 9 -> closeWrite(id);
        case 10 -> {
          if (random.nextInt(5) == 0) {
            reset(id);
          }
        }
        default -> {
          nowNanos += 1_000_000_000L;
          assertThat(session.pingSentNanos() == Long.MIN_VALUE).isEqualTo(session.ping(nowNanos));
        }
      }
    }

    private void finish() {
      for (int id : List.copyOf(live)) {
        consume(id, Long.MAX_VALUE);
        closeWrite(id);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void allBytesArriveInOrderAndNoWindowIsExceeded(long seed) throws YamuxException {
    Random random = new Random(seed);
    End dialer = new End(true, random);
    End listener = new End(false, random);
    dialer.other = listener;
    listener.other = dialer;
    YamuxPair pair = new YamuxPair(dialer, listener, random);
    for (int i = 0; i < STEPS; i++) {
      End end = random.nextBoolean() ? dialer : listener;
      end.act();
      end.session.checkInvariants();
      pair.step(random);
    }
    pair.settle();
    while (!dialer.live.isEmpty() || !listener.live.isEmpty()) {
      dialer.finish();
      listener.finish();
      pair.settle();
    }

    for (End end : List.of(dialer, listener)) {
      assertThat(end.session.streams()).isZero();
      assertThat(end.session.queuedBytes()).isZero();
      assertThat(end.session.refusedStreams()).isZero();
      assertThat(end.sending.values().stream().mapToLong(flow -> flow.read).sum()).isPositive();
    }
  }
}
