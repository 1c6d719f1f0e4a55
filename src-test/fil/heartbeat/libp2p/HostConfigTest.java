package fil.heartbeat.libp2p;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HostConfigTest {
  static List<Object> groups() {
    HostConfig d = HostConfig.DEFAULT;
    return List.of(d.deadlines(), d.ping(), d.sockets(), d.streams(), d.crypto(), d.penalty());
  }

  /** Each {@code with…} of a group changes the limit it names and nothing else. */
  @ParameterizedTest
  @MethodSource("groups")
  void aChangedCopyDiffersInOneLimit(Object before) throws Exception {
    for (RecordComponent changed : before.getClass().getRecordComponents()) {
      Object after = with(changed, before, other(changed.getAccessor().invoke(before)));
      for (RecordComponent each : before.getClass().getRecordComponents()) {
        boolean same = each.getAccessor().invoke(before).equals(each.getAccessor().invoke(after));
        assertThat(same)
            .as("%s with another %s", each, changed)
            .isEqualTo(!each.getName().equals(changed.getName()));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("groups")
  void aLimitOutsideItsRangeIsRefused(Object before) throws Exception {
    for (RecordComponent component : before.getClass().getRecordComponents()) {
      boolean time = component.getType() == Duration.class;
      if (time || component.getType() == int.class) {
        assertThatThrownBy(() -> with(component, before, time ? Duration.ZERO : (Object) 0))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage(
                component.getName()
                    + (time ? ": PT0S (expected: above 0)" : ": 0 (expected: at least 1)"));
      }
    }
  }

  @Test
  void aGroupIsChangedInPlace() {
    HostConfig changed =
        HostConfig.DEFAULT
            .withDeadlines(d -> d.withCloseFlush(Duration.ofMillis(1)))
            .withPing(p -> p.withPingAfter(Duration.ofMillis(2)))
            .withSockets(s -> s.withMaxConnections(3))
            .withStreams(s -> s.withMaxInboundStreams(4))
            .withCrypto(c -> c.withCryptoQueue(5))
            .withPenalty(p -> p.withMaxStreamResets(6))
            .withEarlyMuxer(false)
            .withAgentVersion("seven");
    assertThat(changed)
        .isEqualTo(
            new HostConfig(
                HostConfig.DEFAULT.deadlines().withCloseFlush(Duration.ofMillis(1)),
                HostConfig.DEFAULT.ping().withPingAfter(Duration.ofMillis(2)),
                HostConfig.DEFAULT.sockets().withMaxConnections(3),
                HostConfig.DEFAULT.streams().withMaxInboundStreams(4),
                HostConfig.DEFAULT.crypto().withCryptoQueue(5),
                HostConfig.DEFAULT.penalty().withMaxStreamResets(6),
                false,
                "seven"));
    assertThat(changed.withSockets(UnaryOperator.identity())).isEqualTo(changed);
  }

  private static Object other(Object value) {
    if (value instanceof Duration time) {
      return time.plusMillis(1);
    }
    return value instanceof Boolean flag ? (Object) !flag : (Object) ((Integer) value + 1);
  }

  private static Object with(RecordComponent component, Object group, Object value)
      throws Exception {
    String name = component.getName();
    String method =
        "with" + name.substring(0, 1).toUpperCase(java.util.Locale.ROOT) + name.substring(1);
    try {
      return group.getClass().getMethod(method, component.getType()).invoke(group, value);
    } catch (InvocationTargetException e) {
      throw (Exception) e.getCause();
    }
  }
}
