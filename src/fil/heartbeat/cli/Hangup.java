package fil.heartbeat.cli;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** SIGHUP: what is read from files is read again now, and nothing ends. Thread-safe. */
final class Hangup {
  private static final Logger log = LoggerFactory.getLogger(Hangup.class);

  private @Nullable Runnable again;
  private boolean missed;

  /** To be called before the start: the JVM's own answer is to end. */
  void install() {
    boolean unused = Signals.handle("HUP", this::come);
  }

  /** What reads again; at once if a signal came before. */
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
