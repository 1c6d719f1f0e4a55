package fil.heartbeat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.core.spi.FilterReply;
import fil.heartbeat.config.LogMarkers;
import fil.heartbeat.testing.LogLines;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.Marker;

class LogFloodTest {
  private final LoggerContext context = new LoggerContext();
  private final Logger netty = context.getLogger("io.netty.channel.AbstractChannelHandlerContext");
  private final Logger own = context.getLogger("fil.heartbeat.api.access.Access");
  private long now;
  private final LogFlood flood = new LogFlood(() -> now);

  private int passed(
      int times, @Nullable Marker marker, Logger logger, Level level, @Nullable Throwable cause) {
    int passed = 0;
    for (int i = 0; i < times; i++) {
      String format = logger == own ? "request method={}" : "connection " + i + " failed";
      if (flood.decide(marker, logger, level, format, null, cause) != FilterReply.DENY) {
        passed++;
      }
    }
    return passed;
  }

  @Test
  void eachKindIsLimitedToAFewLinesAMinute() {
    assertThat(passed(100_000, null, netty, Level.WARN, new IOException("reset")))
        .isEqualTo(LogFlood.LINES);
    assertThat(passed(100_000, null, netty, Level.WARN, new IllegalStateException("depth")))
        .isEqualTo(LogFlood.LINES);
    assertThat(passed(100_000, null, netty, Level.ERROR, null)).isEqualTo(LogFlood.LINES);
    assertThat(passed(100_000, null, own, Level.WARN, null)).isEqualTo(LogFlood.OWN_LINES);
  }

  @Test
  void theNumberLeftOutIsLoggedBeforeTheNext() {
    try (LogLines lines = new LogLines(LogFlood.class)) {
      assertThat(passed(25, null, netty, Level.WARN, null)).isEqualTo(LogFlood.LINES);
      now = TimeUnit.SECONDS.toNanos(59);
      assertThat(passed(5, null, netty, Level.WARN, null)).isZero();
      assertThat(lines.lines()).isEmpty();
      now = TimeUnit.SECONDS.toNanos(60);
      assertThat(passed(2, null, netty, Level.WARN, null)).isEqualTo(2);
      assertThat(lines.lines())
          .containsExactly("WARN lines left out count=25 logger=" + netty.getName() + " like=next");
    }
  }

  @Test
  void infoAndBelowAreLimitedOnlyWhenMarkedByAnybody() {
    assertThat(passed(1_000, null, own, Level.INFO, null)).isEqualTo(1_000);
    assertThat(passed(1_000, LogMarkers.BY_ANYBODY, own, Level.INFO, null))
        .isEqualTo(LogFlood.OWN_LINES);
  }

  @Test
  void askingForALevelIsNoLine() {
    for (int i = 0; i < 100; i++) {
      assertThat(flood.decide(null, netty, Level.WARN, null, null, null))
          .isEqualTo(FilterReply.NEUTRAL);
    }
    assertThat(passed(100, null, netty, Level.WARN, null)).isEqualTo(LogFlood.LINES);
  }

  @Test
  void theNumberOfKindsIsLimited() {
    int passed = 0;
    for (int i = 0; i < 5_000; i++) {
      passed += passed(10, null, context.getLogger("io.netty.Kind" + i), Level.WARN, null);
    }
    assertThat(passed).isLessThan(600 * LogFlood.LINES);
  }
}
