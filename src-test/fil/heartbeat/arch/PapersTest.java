package fil.heartbeat.arch;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.alert.model.AlertRule;
import fil.heartbeat.text.GoDuration;
import fil.heartbeat.wire.ExtrasValues;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the papers on the code name is there: a rename takes them along. */
class PapersTest {
  private static final Pattern CODE = Pattern.compile("`([^`\n]+)`|-Dtest='?([^\\s`']+)");
  private static final Pattern TYPE =
      Pattern.compile("(?<![\\w$@.-])(?:[a-z]\\w*\\.)*([A-Z][a-z]+(?:[A-Z][a-z0-9]+)+)(?![\\w-])");
  private static final Pattern DECLARED =
      Pattern.compile("\\b(?:class|interface|record|enum) ([A-Z]\\w*)");

  /** A type with the packages before it, below the root; group 1 is empty where there are none. */
  private static final Pattern PLACED =
      Pattern.compile("(?<![\\w.])((?:[a-z]\\w*\\.)*)([A-Z]\\w*)");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CONTRIBUTING.md",
        "docs/glossary.md",
        "docs/design/threads.md",
        "docs/design/debugging.md"
      })
  void theTypesThatAPaperNamesAreThere(String paper) throws IOException {
    Set<String> known = new HashSet<>();
    for (String root : new String[] {"src", "src-test"}) {
      try (Stream<Path> files = Files.walk(Path.of(root, "fil"))) {
        for (Path file : files.filter(each -> each.toString().endsWith(".java")).toList()) {
          known.addAll(all(DECLARED, Files.readString(file)));
        }
      }
    }
    known.addAll(Arrays.stream(AlertRule.values()).map(AlertRule::label).toList());
    Set<String> missing =
        CODE.matcher(Files.readString(Path.of(paper)))
            .results()
            .flatMap(code -> all(TYPE, code.group()).stream())
            .collect(Collectors.toCollection(TreeSet::new));
    missing.removeAll(known);
    // Files beside a fuzz test, made by its library.
    missing.removeIf(each -> each.endsWith("Inputs"));
    assertThat(missing).as(paper).isEmpty();
  }

  /**
   * In full, or in a table of series without what they all begin with; not one that a rule records.
   */
  private static final Pattern METRIC =
      Pattern.compile(
          "(?:(?<![\\w:])fil_heartbeat_|`(?=(?:node|miner|network|beat)_))([a-z_]*[a-z])\\b");

  private static final Pattern QUOTED = Pattern.compile("\"([a-z_]+)\"");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "README.md",
        "docs/operating.md",
        "docs/prometheus-rules.yml",
        "docs/grafana-dashboard.json",
        "src-test/peers/prometheus/rules-test.yml",
        "src-test/peers/prometheus/rules-reports-test.yml",
        "src-test/peers/prometheus/rules-days-test.yml"
      })
  void theMetricsThatAPaperNamesAreThere(String paper) throws IOException {
    Set<String> known = new HashSet<>();
    try (Stream<Path> files = Files.walk(Path.of("src", "fil", "heartbeat", "api"))) {
      for (Path file : files.filter(each -> each.toString().endsWith(".java")).toList()) {
        known.addAll(all(QUOTED, Files.readString(file)));
      }
    }
    Set<String> missing = new TreeSet<>(all(METRIC, Files.readString(Path.of(paper))));
    missing.removeIf(each -> known.contains(each.replaceFirst("_total$", "")));
    assertThat(missing).as(paper).isEmpty();
  }

  /** Prometheus raises what the aggregator would. */
  @Test
  void theRulesForPrometheusHoldAsLongAsTheBuiltInOnes() throws IOException {
    String[] alerts =
        Files.readString(Path.of("docs", "prometheus-rules.yml")).split("- alert: ", -1);
    Map<String, Set<String>> rules = new TreeMap<>();
    for (String alert : Arrays.asList(alerts).subList(1, alerts.length)) {
      rules
          .computeIfAbsent(alert.lines().findFirst().orElseThrow(), ignored -> new TreeSet<>())
          .add(found(SEVERITY, alert) + " " + found(FOR, alert));
    }
    for (AlertRule rule : AlertRule.values()) {
      if (rule.isOfOptionalMember()) {
        Set<String> wanted = new TreeSet<>();
        wanted.add(rule.severity().label() + " " + rule.hold().toSeconds());
        rule.criticalAfter().ifPresent(after -> wanted.add("critical " + after.toSeconds()));
        if (SOON_CRITICAL.contains(rule)) {
          wanted.add("critical " + rule.hold().toSeconds());
        }
        assertThat(rules.get(rule.label())).as(rule.label()).isEqualTo(wanted);
      }
    }
  }

  /** Rules that are critical by what they see, not by how long it lasts. */
  private static final Set<AlertRule> SOON_CRITICAL =
      EnumSet.of(AlertRule.UPGRADE_NOT_READY, AlertRule.BALANCE_LOW);

  private static final Pattern SEVERITY = Pattern.compile("severity: (\\w+)");
  private static final Pattern FOR = Pattern.compile("\\n +for: (\\w+)");

  private static String found(Pattern pattern, String alert) {
    String text = pattern.matcher(alert).results().findFirst().map(PapersTest::last).orElse("0s");
    return pattern == FOR ? String.valueOf(GoDuration.parse(text).toSeconds()) : text;
  }

  @Test
  void theProtocolNamesEveryOptionalMember() throws IOException {
    List<String> rows =
        Files.readAllLines(Path.of("docs", "protocol.md")).stream()
            .filter(line -> line.startsWith("| `"))
            .flatMap(line -> CODE.matcher(line.split("\\|", -1)[1]).results().map(PapersTest::last))
            .toList();
    assertThat(rows).containsSubsequence(ExtrasValues.MEMBERS);
  }

  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
  private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.+)$");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "README.md",
        "CONTRIBUTING.md",
        "docs/operating.md",
        "docs/protocol.md",
        "docs/sinks.md",
        "docs/glossary.md",
        "docs/design/threads.md",
        "docs/design/debugging.md"
      })
  void whatAPaperLinksToIsThere(String paper) throws IOException {
    Set<String> missing = new TreeSet<>();
    for (String link : all(LINK, Files.readString(Path.of(paper)))) {
      String[] parts = link.split("#", 2);
      Path to = parts[0].isEmpty() ? Path.of(paper) : Path.of(paper).resolveSibling(parts[0]);
      if (!link.contains("://")
          && (!Files.exists(to) || (parts.length == 2 && !anchors(to).contains(parts[1])))) {
        missing.add(link);
      }
    }
    assertThat(missing).as(paper).isEmpty();
  }

  /** As GitHub makes them. */
  private static Set<String> anchors(Path paper) throws IOException {
    return all(HEADING, Files.readString(paper)).stream()
        .map(each -> each.toLowerCase(Locale.ROOT).replaceAll("[^\\w\\- ]", "").replace(' ', '-'))
        .collect(Collectors.toSet());
  }

  /** Its first column has the symbols of go-filecoin; what is here stands in the others. */
  @Test
  void theTypesThatTheTableOfTheSeedNamesAreInTheirPackages() throws IOException {
    Set<String> missing = new TreeSet<>();
    for (String line : Files.readAllLines(Path.of("docs", "seed.md"))) {
      String[] cells = line.split(" \\| ", 2);
      if (line.startsWith("| ") && cells.length == 2) {
        CODE.matcher(cells[1])
            .results()
            .flatMap(code -> PLACED.matcher(code.group(1)).results())
            .filter(type -> !isThere(type.group(1), type.group(2)))
            .forEach(type -> missing.add(type.group()));
      }
    }
    assertThat(missing).isEmpty();
  }

  private static boolean isThere(String room, String type) {
    String file = "fil/heartbeat/" + room.replace('.', '/') + type + ".java";
    return !room.isEmpty()
        && (Files.exists(Path.of("src", file)) || Files.exists(Path.of("src-test", file)));
  }

  private static Set<String> all(Pattern pattern, String text) {
    return pattern.matcher(text).results().map(PapersTest::last).collect(Collectors.toSet());
  }

  private static String last(MatchResult match) {
    return match.group(1);
  }
}
