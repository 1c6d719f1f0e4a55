package fil.heartbeat.testing;

import fil.heartbeat.libp2p.DialOptions;
import fil.heartbeat.libp2p.HostConfig;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Stream;

/** The default limits with some of them changed, by name. */
public final class Configs {
  /** Beyond the end of any test. */
  private static final Duration NEVER = Duration.ofHours(1);

  /** The default dial without its deadline, as {@link #patient}. */
  public static final DialOptions PATIENT_DIAL =
      new DialOptions(NEVER, DialOptions.DEFAULT.pingAfter(), DialOptions.DEFAULT.deadAfter());

  private Configs() {}

  /**
   * Limits without the deadlines of a dial, for hosts on real sockets: there a busy machine would
   * race its handshakes against them. What they do is tested in virtual time.
   *
   * @param changes names and values in turn
   */
  public static HostConfig patient(Object... changes) {
    Stream<Object> deadlines =
        Stream.of("connectTimeout", NEVER, "upgradeTimeout", NEVER, "negotiationTimeout", NEVER);
    return with(Stream.concat(deadlines, Arrays.stream(changes)).toArray());
  }

  /**
   * @param changes names and values in turn
   */
  public static HostConfig with(Object... changes) {
    RecordComponent[] components = HostConfig.class.getRecordComponents();
    Object[] values = new Object[components.length];
    int used = 0;
    try {
      for (int i = 0; i < components.length; i++) {
        values[i] = components[i].getAccessor().invoke(HostConfig.DEFAULT);
        for (int change = 0; change < changes.length; change += 2) {
          if (components[i].getName().equals(changes[change])) {
            values[i] = changes[change + 1];
            used++;
          }
        }
      }
      if (used * 2 != changes.length) {
        throw new AssertionError("unknown limit in " + Arrays.toString(changes));
      }
      Class<?>[] types =
          Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
      return HostConfig.class.getDeclaredConstructor(types).newInstance(values);
    } catch (IllegalAccessException
        | InvocationTargetException
        | InstantiationException
        | NoSuchMethodException failure) {
      throw new AssertionError(failure);
    }
  }
}
