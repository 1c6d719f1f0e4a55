package fil.heartbeat.dashboard;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DashboardTest {
  private static final Path WEB = Path.of("src", "fil", "heartbeat", "dashboard", "web");
  private static final Path LIB = WEB.resolve("lib");

  /** The namespace of SVG is a name; the address of this machine is in a config to paste. */
  private static final Pattern ELSEWHERE =
      Pattern.compile("//(?!www\\.w3\\.org/2000/svg|127\\.0\\.0\\.1)[a-z0-9.-]+\\.[a-z0-9]+");

  static List<String> ownFiles() {
    return Dashboard.names().stream().filter(name -> !name.startsWith("lib/")).toList();
  }

  static Stream<Path> filesFromElsewhere() throws IOException {
    try (Stream<Path> files = Files.list(LIB)) {
      return files.toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("ownFiles")
  void anOwnFileNamesNoOtherServerAndRunsNothingInline(String name) {
    String text = new String(Dashboard.file(name).orElseThrow().bytes(), UTF_8);
    assertThat(ELSEWHERE.matcher(text).results().map(MatchResult::group)).isEmpty();
    assertThat(text).doesNotContain("onclick=", "style=\"", "javascript:", "innerHTML");
  }

  @ParameterizedTest
  @MethodSource("filesFromElsewhere")
  void aFileFromElsewhereIsTheOneThatTheListOfThirdPartiesNames(Path file) throws Exception {
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
    assertThat(Path.of("docs", "third-party.md"))
        .content()
        .containsPattern(
            "`" + file.getFileName() + "` \\|.*`" + HexFormat.of().formatHex(digest) + "`");
  }

  /** Tabs of the page of before an upgrade do not share the worker of this one. */
  @Test
  void thePageNamesItsVersion() {
    assertThat(new String(Dashboard.file("index.html").orElseThrow().bytes(), UTF_8))
        .containsPattern("<meta name=\"version\" content=\"[0-9a-f]{16}\">");
  }

  @Test
  void everyFileOfThePageIsServed() throws IOException {
    try (Stream<Path> files = Files.walk(WEB)) {
      assertThat(files.filter(Files::isRegularFile).map(file -> WEB.relativize(file).toString()))
          .containsExactlyInAnyOrderElementsOf(Dashboard.names());
    }
  }
}
