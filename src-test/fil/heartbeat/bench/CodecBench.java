package fil.heartbeat.bench;

import fil.heartbeat.wire.Heartbeat;
import fil.heartbeat.wire.HeartbeatDecoder;
import fil.heartbeat.wire.HeartbeatEncoder;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Beats per second of CPU that the codec alone takes: one thread, one beat a call. Each beat
 * differs from the one before it ({@code decode}), or one in ten does ({@code decode-1-in-10}). CPU
 * time of the thread, so that other work on the machine does not count.
 */
public final class CodecBench {
  private static final String CID =
      "bafy2bzacecnamqgqmifpluoeldx7zzglxcljo6oja4vrmtj7432rphldpdmm2";
  private static final int ROUND = 1_000_000;

  private CodecBench() {}

  public static void main(String[] args) throws Exception {
    Heartbeat beat =
        new Heartbeat("{ " + CID + " " + CID + " }", 4_512_345, "alice", "f01000", CID, false);
    byte[][] frames = new byte[64][];
    for (int i = 0; i < frames.length; i++) {
      frames[i] =
          HeartbeatEncoder.encode(
              new Heartbeat(beat.head(), 4_512_345 + i, "alice", "f01000", CID, false));
    }
    System.out.println("bytes per beat: " + frames[0].length);
    for (int round = 1; round <= 6; round++) {
      long start = cpuNanos();
      long bytes = 0;
      for (int i = 0; i < ROUND; i++) {
        bytes += HeartbeatEncoder.encode(beat).length;
      }
      report("encode", round, start, bytes);
      decode("decode", round, frames, 1);
      decode("decode-1-in-10", round, frames, 10);
    }
  }

  private static void decode(String what, int round, byte[][] frames, int each) throws Exception {
    HeartbeatDecoder decoder = new HeartbeatDecoder();
    AtomicLong seen = new AtomicLong();
    long start = cpuNanos();
    for (int i = 0; i < ROUND; i++) {
      decoder.receive(
          ByteBuffer.wrap(frames[i / each % frames.length]),
          decoded -> seen.addAndGet(decoded.height()),
          reason -> seen.set(Long.MIN_VALUE));
    }
    report(what, round, start, seen.get());
  }

  private static long cpuNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private static void report(String what, int round, long start, long check) {
    double seconds = (cpuNanos() - start) / 1e9;
    System.out.printf(
        "%s round=%d beats/s/core=%,.0f (check %d)%n", what, round, ROUND / seconds, check);
  }
}
