package fil.heartbeat.libp2p.net;

import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the process's limit of open files leaves for connections. */
final class OpenFiles {
  private static final Logger LOG = LoggerFactory.getLogger(OpenFiles.class);

  /** For jars, logs, the database, HTTP clients and whatever else the process opens. */
  static final int RESERVED = 512;

  private static final AtomicBoolean WARNED = new AtomicBoolean();

  private OpenFiles() {}

  /** The wanted number of connections, or what is possible. */
  static int connections(int wanted) {
    return connections(wanted, limit());
  }

  /** Warns, once in this process, when a listener cannot have the connections it wants. */
  static void check(int wanted) {
    int possible = connections(wanted);
    if (possible < wanted && WARNED.compareAndSet(false, true)) {
      LOG.warn(
          "open-file limit allows fewer connections wanted={} possible={} raise=\"ulimit -n\"",
          wanted,
          possible);
    }
  }

  static int connections(int wanted, long limit) {
    return (int) Math.max(1, Math.min(wanted, limit - RESERVED));
  }

  private static long limit() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.UnixOperatingSystemMXBean unix
        ? unix.getMaxFileDescriptorCount()
        : Long.MAX_VALUE;
  }
}
