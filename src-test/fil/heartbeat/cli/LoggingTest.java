package fil.heartbeat.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.read.ListAppender;
import ch.qos.logback.core.spi.FilterReply;
import fil.heartbeat.testing.NastyStrings;
import fil.heartbeat.testing.NastyStrings.Nasty;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

class LoggingTest {
  static List<Nasty> strings() {
    return NastyStrings.ALL;
  }

  private static String line(Encoder<ILoggingEvent> encoder, Nasty nasty) {
    LoggerContext context = new LoggerContext();
    encoder.setContext(context);
    encoder.start();
    LoggingEvent event =
        new LoggingEvent(
            "",
            context.getLogger("fil.heartbeat"),
            Level.INFO,
            "node name={}",
            null,
            new Object[] {nasty.cleaned()});
    return new String(encoder.encode(event), UTF_8);
  }

  @ParameterizedTest
  @MethodSource("strings")
  void aHostileNameIsOneLineOfText(Nasty nasty) {
    String line = line(Logging.text(), nasty);
    assertThat(line).endsWith(" node name=" + nasty.cleaned() + "\n");
    assertThat(line.codePoints().filter(point -> point < ' ')).containsExactly((int) '\n');
  }

  @ParameterizedTest
  @MethodSource("strings")
  void aHostileNameIsOneLineOfJson(Nasty nasty) {
    String line = line(Logging.json(), nasty);
    assertThat(line.strip().lines()).hasSize(1);
    assertThat(new JsonObject(line).getString("formattedMessage"))
        .isEqualTo("node name=" + nasty.cleaned());
  }

  @Test
  void aFullFileTableIsLoggedOnceAndAgainAfterOneAndFiveMinutes() {
    long[] now = {0};
    FullFileTable filter = new FullFileTable(() -> now[0]);
    Logger own = (Logger) LoggerFactory.getLogger(FullFileTable.class);
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    own.addAppender(lines);
    Logger netty = (Logger) LoggerFactory.getLogger("io.netty.channel.DefaultChannelPipeline");
    IOException full = new IOException("Too many open files");
    try {
      for (int second = 0; second < 610; second++) {
        now[0] = TimeUnit.SECONDS.toNanos(second);
        assertThat(filter.decide(null, netty, Level.WARN, "", null, full))
            .isEqualTo(FilterReply.DENY);
      }
      assertThat(lines.list).hasSize(3);
      assertThat(lines.list.get(0).getFormattedMessage())
          .isEqualTo(
              "no more connections are accepted until files are closed"
                  + " cause=Too many open files raise=\"ulimit -n\"");
      now[0] = TimeUnit.SECONDS.toNanos(1_000);
      var denied = filter.decide(null, netty, Level.WARN, "", null, full);
      assertThat(denied).isEqualTo(FilterReply.DENY);
      assertThat(lines.list).hasSize(4);
      assertThat(filter.decide(null, netty, Level.WARN, "", null, new IOException("Broken pipe")))
          .isEqualTo(FilterReply.NEUTRAL);
      assertThat(filter.decide(null, own, Level.WARN, "", null, full))
          .isEqualTo(FilterReply.NEUTRAL);
    } finally {
      own.detachAppender(lines);
    }
  }
}
