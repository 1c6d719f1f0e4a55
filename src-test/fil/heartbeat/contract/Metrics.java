package fil.heartbeat.contract;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a scrape has: name, type and labels of each metric, without what the JVM adds. */
final class Metrics {
  private static final Pattern TYPE = Pattern.compile("# TYPE (\\S+) (\\S+)");
  private static final Pattern SAMPLE = Pattern.compile("([a-zA-Z_:][\\w:]*)(?:\\{(.*)\\})? \\S+");
  private static final Pattern LABEL = Pattern.compile("(\\w+)=\"((?:[^\"\\\\]|\\\\.)*)\"");
  private static final Pattern OF_THE_JVM = Pattern.compile("(jvm|process|system)_.*");

  /** Labels whose values are words of the program. */
  private static final Set<String> WORDS = Set.of("kind", "reason", "stage");

  private Metrics() {}

  static List<String> shape(String scrape) {
    Map<String, String> types = new TreeMap<>();
    Map<String, Map<String, Set<String>>> labels = new TreeMap<>();
    for (String line : scrape.lines().toList()) {
      Matcher type = TYPE.matcher(line);
      Matcher sample = SAMPLE.matcher(line);
      if (type.matches()) {
        types.put(type.group(1), type.group(2));
      } else if (sample.matches()) {
        Map<String, Set<String>> known =
            labels.computeIfAbsent(sample.group(1), none -> new LinkedHashMap<>());
        Matcher label = LABEL.matcher(sample.group(2) == null ? "" : sample.group(2));
        while (label.find()) {
          boolean ignored =
              known.computeIfAbsent(label.group(1), none -> new TreeSet<>()).add(label.group(2));
        }
      }
    }
    List<String> lines = new ArrayList<>();
    types.forEach((name, type) -> lines.add("# " + name + " " + type));
    labels.forEach((name, known) -> write(name, known, lines));
    lines.removeIf(line -> OF_THE_JVM.matcher(line.replace("# ", "")).matches());
    return lines;
  }

  private static void write(String name, Map<String, Set<String>> labels, List<String> lines) {
    lines.add(name + (labels.isEmpty() ? "" : "{" + String.join(",", labels.keySet()) + "}"));
    labels.forEach(
        (label, values) -> {
          if (WORDS.contains(label)) {
            lines.add("  " + label + ": " + String.join(" ", values));
          }
        });
  }
}
