package fil.heartbeat.libp2p.host;

import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Derives the possible number of connections from the process's limit of open files. */
public final class OpenFiles {
  private static final Logger log = LoggerFactory.getLogger(OpenFiles.class);

  /**
   * Reserved for jars, logs, a database, HTTP clients and everything else that the process opens.
   */
  public static final int RESERVED = 512;

  private static final AtomicBoolean WARNED = new AtomicBoolean();

  private OpenFiles() {}

  /** Returns the wanted number of connections, or as many as possible. */
  public static int connections(int wanted) {
    return connections(wanted, limit());
  }

  /** Warns, once in this process, when a listener cannot have the wanted connections. */
  public static void check(int wanted) {
    int possible = connections(wanted);
    if (possible < wanted && WARNED.compareAndSet(false, true)) {
      log.warn(
          "open-file limit allows fewer connections wanted={} possible={} raise=\"ulimit -n\"",
          wanted,
          possible);
    }
  }

  /**
   * Returns the wanted number of connections, or as many as a limit of open files allows, at least
   * 1.
   */
  public static int connections(int wanted, long limit) {
    return (int) Math.max(1, Math.min(wanted, limit - RESERVED));
  }

  /** Returns how many files this process may have open; {@link Long#MAX_VALUE} when unknown. */
  public static long limit() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.UnixOperatingSystemMXBean unix
        ? unix.getMaxFileDescriptorCount()
        : Long.MAX_VALUE;
  }
}
