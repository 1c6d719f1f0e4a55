package fil.heartbeat.arch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What people read is in the field's words. The dialect that this program once spoke is kept out of
 * type names and of the texts that Java prints, logs or serves; the page has a test of its own.
 */
class WordsTest {
  private static final Pattern DIALECT =
      Pattern.compile(
          "\\b(told|tells?|is over|are over|held by|looked? after|looks after|whence|"
              + "whoever knew|begins? anew|not taken|old one stays|well again)\\b",
          Pattern.CASE_INSENSITIVE);

  /** In comments, "tells the peer that it stops" is plain English, and "what is told" is not. */
  private static final Pattern DIALECT_OF_COMMENTS =
      Pattern.compile(
          "\\b((?:is|are|was|were|be) told|is over|are over|looked? after|looks after|whence|"
              + "whereof|anew)\\b",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern COMMENT = Pattern.compile("/\\*.*?\\*/|//[^\n]*", Pattern.DOTALL);

  /** Types of the first vocabulary; the words in use now are in docs/glossary.md. */
  private static final Set<String> GONE =
      Set.of(
          "AggregatorSide",
          "CanaryOutbox",
          "Claimants",
          "CsvAnswer",
          "Dispatch",
          "EndedAlert",
          "EpochRow",
          "GroupedOutbox",
          "HidingAlerts",
          "HidingView",
          "Incident",
          "Incidents",
          "Intake",
          "Joint",
          "Judging",
          "Keeping",
          "Kept",
          "MirrorOutbox",
          "NetworkPulse",
          "NodeWatch",
          "Outbox",
          "Outlet",
          "Owed",
          "Pace",
          "Picture",
          "Restored",
          "Roster",
          "Rounds",
          "Scrape",
          "SenderTally",
          "Sides",
          "Slot",
          "Surroundings",
          "Tally",
          "Telling",
          "Texts",
          "Told",
          "Unsaved",
          "Wellness",
          "Witness",
          "Witnesses");

  /**
   * Contracts: members that are stored, and sentences that commands print or that the API serves as
   * summary, detail or reason, and that programs may match. By file, the text as it begins.
   */
  private static final Map<String, List<String>> CONTRACTS =
      Map.of(
          "AlertCodec.java", List.of("told"),
          "Doctor.java",
              List.of(
                  "--beat with heartbeat.extras false: such a beat could not be told from the node's own"),
          "DoctorNode.java", List.of("the node tells no time to compare this machine's clock with"),
          "SelfCheck.java", List.of("a sink has not been told for 5 minutes: "),
          "NodeRules.java",
              List.of(
                  " beats, but its Filecoin node tells no head since ",
                  " tells a height that cannot be yet"),
          "RuleEvaluator.java", List.of("Alerts are told: when this is missed, they are not"),
          "FlapRule.java", List.of(" minutes is told until it has been calm for "),
          "NetworkRules.java",
              List.of("No node of the fleet, and no reference, told one above height "),
          "Judge.java", List.of("its Filecoin node tells no head"));

  private static final Pattern TEXT = Pattern.compile("\"((?:\\\\.|[^\"\\\\\n])*)\"");
  private static final Pattern DECLARED =
      Pattern.compile("\\b(?:class|interface|record|enum) ([A-Z]\\w*)");

  @Test
  void noTextSpeaksTheOldDialect() throws IOException {
    List<String> found = new ArrayList<>();
    for (Path file : sources(".java")) {
      List<String> contracts = CONTRACTS.getOrDefault(name(file), List.of());
      TEXT.matcher(withoutComments(Files.readString(file)))
          .results()
          .map(text -> text.group(1))
          .filter(text -> speaksDialect(text) && !contracts.contains(text))
          .forEach(text -> found.add(name(file) + ": " + text));
    }
    for (Path file : sources("openapi.json")) {
      Files.readAllLines(file).stream()
          .filter(line -> DIALECT.matcher(line).find())
          .forEach(line -> found.add(name(file) + ": " + line.strip()));
    }
    assertThat(found).isEmpty();
  }

  /** The config key {@code tell} is a contract. */
  private static final Pattern KEY =
      Pattern.compile("(?:heartbeat|nodes\\[\\])\\.tell\\b|`tell\\.\\w+`|^\\.?tell$");

  private static boolean speaksDialect(String text) {
    return DIALECT.matcher(KEY.matcher(text).replaceAll("")).find();
  }

  @Test
  void noCommentSpeaksTheOldDialect() throws IOException {
    List<String> found = new ArrayList<>();
    for (Path file : sources(".java")) {
      COMMENT
          .matcher(Files.readString(file))
          .results()
          .map(comment -> comment.group().replaceAll("\\s*\n\\s*\\*?\\s*", " "))
          .filter(comment -> DIALECT_OF_COMMENTS.matcher(comment).find())
          .forEach(comment -> found.add(name(file) + ": " + comment));
    }
    assertThat(found).isEmpty();
  }

  /** An exception whose text is gone would let the next one pass. */
  @Test
  void everyExceptionIsNeeded() throws IOException {
    Map<String, String> texts = new TreeMap<>();
    for (Path file : sources(".java")) {
      texts.put(name(file), Files.readString(file));
    }
    CONTRACTS.forEach(
        (file, contracts) ->
            assertThat(contracts)
                .allSatisfy(
                    text -> {
                      assertThat(texts.get(file)).contains('"' + text + '"');
                      assertThat(text).containsPattern(DIALECT);
                    }));
  }

  @Test
  void noTypeHasItsFirstName() throws IOException {
    for (Path file : sources(".java")) {
      assertThat(declared(file)).as("%s", file).doesNotContainAnyElementsOf(GONE);
    }
  }

  /** But for twins: what plays one role in both hosts of libp2p has one name. */
  @Test
  void noFileNameIsUsedTwice() throws IOException {
    Map<String, Long> names =
        sources(".java").stream()
            .filter(file -> !name(file).equals("package-info.java"))
            .filter(file -> !file.toString().contains("/libp2p/jvm/"))
            .collect(Collectors.groupingBy(WordsTest::name, TreeMap::new, Collectors.counting()));
    names.values().removeIf(count -> count == 1);
    assertThat(names).isEmpty();
  }

  private static List<String> declared(Path file) throws IOException {
    return DECLARED
        .matcher(withoutComments(Files.readString(file)))
        .results()
        .map(type -> type.group(1))
        .toList();
  }

  private static String withoutComments(String java) {
    return java.replaceAll("(?s)/\\*.*?\\*/", "").replaceAll("(?m)(?<![:\"])//.*$", "");
  }

  private static List<Path> sources(String end) throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src", "fil"))) {
      return files.filter(file -> file.toString().endsWith(end)).toList();
    }
  }

  private static String name(Path file) {
    return String.valueOf(file.getFileName());
  }
}
