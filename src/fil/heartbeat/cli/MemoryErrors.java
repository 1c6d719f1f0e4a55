package fil.heartbeat.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;

/**
 * Receives every logged error, at whatever level. Vert.x and Netty catch what a handler or a task
 * throws, an OutOfMemoryError too, log it and continue; only the log shows it.
 */
final class MemoryErrors extends TurboFilter {
  private final Consumer<Throwable> listener;

  MemoryErrors(Consumer<Throwable> listener) {
    this.listener = listener;
  }

  @Override
  public FilterReply decide(
      @Nullable Marker marker,
      Logger logger,
      Level level,
      @Nullable String format,
      Object @Nullable [] parameters,
      @Nullable Throwable cause) {
    if (cause != null) {
      listener.accept(cause);
    } else if (parameters != null
        && parameters.length > 0
        && parameters[parameters.length - 1] instanceof Throwable last) {
      listener.accept(last);
    }
    return FilterReply.NEUTRAL;
  }
}
