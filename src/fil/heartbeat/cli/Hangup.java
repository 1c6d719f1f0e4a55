package fil.heartbeat.cli;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** SIGHUP: files are read again now, and the process continues. Thread-safe. */
final class Hangup {
  private static final Logger log = LoggerFactory.getLogger(Hangup.class);

  private @Nullable Runnable again;
  private boolean missed;

  /** To be called before the start: by default the JVM exits on this signal. */
  void install() {
    boolean unused = Signals.handle("HUP", this::come);
  }

  /** Sets the action; runs it at once if a signal came before. */
  synchronized void reads(Runnable reading) {
    again = reading;
    if (missed) {
      reading.run();
    }
  }

  private synchronized void come() {
    log.info("reading again (SIGHUP)");
    Runnable reading = again;
    if (reading == null) {
      missed = true;
    } else {
      reading.run();
    }
  }
}
