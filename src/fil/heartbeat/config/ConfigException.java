package fil.heartbeat.config;

import java.util.List;
import java.util.stream.Collectors;

/** The faults of a configuration, all of them. The message has one line per fault. */
public final class ConfigException extends RuntimeException {

  /**
   * One fault.
   *
   * @param path where, such as {@code heartbeat.beatPeriod} or {@code nodes[2].nickname}
   * @param value the invalid value as text; {@code (missing)} without one
   * @param expected the rule
   */
  public record Fault(String path, String value, String expected) {
    /** Always one line; control characters are shown as JSON escapes. */
    @Override
    public String toString() {
      StringBuilder line = new StringBuilder();
      (path + ": " + value + " (expected: " + expected + ")")
          .chars()
          .forEach(
              each -> {
                if (Character.isISOControl(each)) {
                  line.append(String.format("\\u%04x", each));
                } else {
                  line.append((char) each);
                }
              });
      return line.toString();
    }
  }

  private static final long serialVersionUID = 1L;
  private final transient List<Fault> faults;

  /** An exception with a single fault; the parameters are those of {@link Fault}. */
  public static ConfigException of(String path, String value, String expected) {
    return new ConfigException(List.of(new Fault(path, value, expected)));
  }

  public ConfigException(List<Fault> faults) {
    super(faults.stream().map(Fault::toString).collect(Collectors.joining("\n")));
    this.faults = List.copyOf(faults);
  }

  public List<Fault> faults() {
    return faults;
  }
}
