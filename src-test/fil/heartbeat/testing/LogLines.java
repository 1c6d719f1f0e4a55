package fil.heartbeat.testing;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;

/**
 * What one class logs on any thread while this is open, from DEBUG on. A test may look while others
 * log; it alone sees the lines.
 */
public final class LogLines extends AppenderBase<ILoggingEvent> implements AutoCloseable {
  private final List<ILoggingEvent> events = new CopyOnWriteArrayList<>();
  private final Logger logger;
  private final Level before;

  public LogLines(Class<?> of) {
    this(of.getName(), Level.DEBUG);
  }

  private LogLines(String name, Level from) {
    logger = (Logger) LoggerFactory.getLogger(name);
    before = logger.getLevel();
    logger.setLevel(from);
    logger.setAdditive(false);
    start();
    logger.addAppender(this);
  }

  /**
   * What all classes log, from WARN on, but for those whose lines are taken by another of these.
   */
  public static LogLines loud() {
    return new LogLines(org.slf4j.Logger.ROOT_LOGGER_NAME, Level.WARN);
  }

  @Override
  protected void append(ILoggingEvent event) {
    // That the machine is busy is said on every thread, and is not what a test asks.
    if (!event.getLoggerName().endsWith(".BlockedThreadChecker")) {
      events.add(event);
    }
  }

  public boolean has(Level level) {
    return events.stream().anyMatch(event -> event.getLevel() == level);
  }

  /** The lines so far, each with its level first. */
  public List<String> lines() {
    return events.stream()
        .map(event -> event.getLevel() + " " + event.getFormattedMessage())
        .toList();
  }

  /** The lines without a marker. */
  public List<String> unmarked(Marker marker) {
    return events.stream()
        .filter(event -> event.getMarkerList() == null || !event.getMarkerList().contains(marker))
        .map(ILoggingEvent::getFormattedMessage)
        .toList();
  }

  @Override
  public void close() {
    logger.detachAppender(this);
    logger.setAdditive(true);
    logger.setLevel(before);
  }
}
