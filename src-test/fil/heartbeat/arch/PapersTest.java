package fil.heartbeat.arch;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.alert.model.AlertRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
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
