package fil.heartbeat.testing;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.util.ContextInitializer;
import ch.qos.logback.core.joran.spi.JoranException;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.LoggerFactory;

/**
 * For tests that run a command of the daemon, which sets up the log of its process. This JVM is the
 * one of all tests: those behind find its log as the tests' own file has it.
 */
public final class LogbackRestored implements AfterAllCallback {
  @Override
  public void afterAll(ExtensionContext tests) throws JoranException {
    LoggerContext log = (LoggerContext) LoggerFactory.getILoggerFactory();
    log.reset();
    new ContextInitializer(log).autoConfig();
  }
}
