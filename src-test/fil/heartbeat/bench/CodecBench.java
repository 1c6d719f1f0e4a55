package fil.heartbeat.bench;

import fil.heartbeat.wire.Heartbeat;
import fil.heartbeat.wire.HeartbeatDecoder;
import fil.heartbeat.wire.HeartbeatEncoder;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Beats per second of CPU that the codec alone takes: one thread, one beat a call. CPU time of the
 * thread, so that other work on the machine does not count.
 */
public final class CodecBench {
  private static final String CID =
      "bafy2bzacecnamqgqmifpluoeldx7zzglxcljo6oja4vrmtj7432rphldpdmm2";
  private static final int ROUND = 1_000_000;

  private CodecBench() {}

  public static void main(String[] args) throws Exception {
    Heartbeat beat =
        new Heartbeat("{ " + CID + " " + CID + " }", 4_512_345, "alice", "f01000", CID, false);
    byte[] frame = HeartbeatEncoder.encode(beat);
    System.out.println("bytes per beat: " + frame.length);
    for (int round = 1; round <= 6; round++) {
      long start = cpuNanos();
      long bytes = 0;
      for (int i = 0; i < ROUND; i++) {
        bytes += HeartbeatEncoder.encode(beat).length;
      }
      report("encode", round, start, bytes);
      HeartbeatDecoder decoder = new HeartbeatDecoder();
      AtomicLong seen = new AtomicLong();
      start = cpuNanos();
      for (int i = 0; i < ROUND; i++) {
        decoder.receive(
            ByteBuffer.wrap(frame),
            decoded -> seen.addAndGet(decoded.height()),
            reason -> seen.set(Long.MIN_VALUE));
      }
      report("decode", round, start, seen.get());
    }
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
