package fil.heartbeat.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import fil.heartbeat.config.LogConfig;
import java.util.function.Consumer;
import org.slf4j.LoggerFactory;

/**
 * The daemon's log: standard error, text or JSON, one line per event. Not configured when embedded.
 */
final class Logging {
  private static final String PATTERN =
      "%d{yyyy-MM-dd'T'HH:mm:ss.SSS'Z', UTC} %-5level %logger{0} %msg%n%ex";

  private Logging() {}

  static void configure(LogConfig config) {
    configure(config, error -> {});
  }

  /**
   * @param errors receives every logged error, of libraries too
   */
  static void configure(LogConfig config, Consumer<Throwable> errors) {
    if (!(LoggerFactory.getILoggerFactory() instanceof LoggerContext context)) {
      return;
    }
    context.reset();
    Encoder<ILoggingEvent> encoder = config.json() ? json() : text();
    encoder.setContext(context);
    encoder.start();
    ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
    appender.setContext(context);
    appender.setTarget("System.err");
    appender.setEncoder(encoder);
    appender.start();
    context.addTurboFilter(new MemoryErrors(errors));
    context.addTurboFilter(new FullFileTable(System::nanoTime));
    context.addTurboFilter(new LogFlood(System::nanoTime));
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.WARN);
    root.addAppender(appender);
    // Our own code logs the failure to load in one line; this logger adds a stack trace for each
    // place.
    context.getLogger("org.sqlite.SQLiteJDBCLoader").setLevel(Level.OFF);
    context.getLogger("fil.heartbeat").setLevel(Level.toLevel(config.level()));
  }

  /**
   * Called when a stop begins: connections to a closing server are refused by design, and Netty
   * warns about each.
   */
  static void stopping() {
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      context.getLogger("io.netty.bootstrap").setLevel(Level.ERROR);
    }
  }

  /** The formatted message, without the template and its arguments; no constant members. */
  static JsonEncoder json() {
    JsonEncoder encoder = new JsonEncoder();
    encoder.setWithFormattedMessage(true);
    encoder.setWithMessage(false);
    encoder.setWithArguments(false);
    encoder.setWithSequenceNumber(false);
    encoder.setWithNanoseconds(false);
    encoder.setWithContext(false);
    encoder.setWithMDC(false);
    return encoder;
  }

  static PatternLayoutEncoder text() {
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setPattern(PATTERN);
    encoder.setCharset(UTF_8);
    return encoder;
  }
}
