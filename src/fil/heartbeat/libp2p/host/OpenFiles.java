package fil.heartbeat.libp2p.host;

import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the process's limit of open files leaves for connections. */
public final class OpenFiles {
  private static final Logger log = LoggerFactory.getLogger(OpenFiles.class);

  /** For jars, logs, the database, HTTP clients and whatever else the process opens. */
  public static final int RESERVED = 512;

  private static final AtomicBoolean WARNED = new AtomicBoolean();

  private OpenFiles() {}

  /** The wanted number of connections, or what is possible. */
  public static int connections(int wanted) {
    return connections(wanted, limit());
  }

  /** Warns, once in this process, when a listener cannot have the connections it wants. */
  public static void check(int wanted) {
    int possible = connections(wanted);
    if (possible < wanted && WARNED.compareAndSet(false, true)) {
      log.warn(
          "open-file limit allows fewer connections wanted={} possible={} raise=\"ulimit -n\"",
          wanted,
          possible);
    }
  }

  /** The wanted number of connections, or what a limit of open files allows, at least 1. */
  public static int connections(int wanted, long limit) {
    return (int) Math.max(1, Math.min(wanted, limit - RESERVED));
  }

  /** How many files this process may have open; the largest number where it cannot be known. */
  public static long limit() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.UnixOperatingSystemMXBean unix
        ? unix.getMaxFileDescriptorCount()
        : Long.MAX_VALUE;
  }
}
