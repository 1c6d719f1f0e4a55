package fil.heartbeat.contract;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.testing.LogbackRestored;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Commands, their options and exit codes, and all that a configuration may hold. */
@ExtendWith(LogbackRestored.class)
class CommandContractTest {
  private static final Pattern COMMAND = Pattern.compile("(?m)^  ([a-z-]+(?: [a-z]+)?)  ");
  private static final Pattern OPTION =
      Pattern.compile("(?m)^  (--[a-z0-9-]+(?: (?! )\\S+)?)(?: .*)?$");
  private static final Pattern KEY = Pattern.compile("\\| `([^`]+)` \\| (?:`[^`]*`)? \\| .* \\|");

  @TempDir Path folder;

  private Program.Result run(String... words) throws Exception {
    return Program.run(Map.of(), words);
  }

  @Test
  void commandsWithTheirOptions() throws Exception {
    List<String> lines = new ArrayList<>();
    Program.Result help = run("--help");
    Matcher command = COMMAND.matcher(help.out());
    while (command.find()) {
      String name = command.group(1);
      List<String> words = new ArrayList<>(List.of(name.split(" ", -1)));
      words.add("--help");
      String usage = run(words.toArray(String[]::new)).out();
      String first = usage.lines().findFirst().orElse("");
      lines.add(first);
      Matcher option = OPTION.matcher(usage);
      while (option.find()) {
        lines.add("  " + option.group(1));
      }
    }
    Golden.compare("options.txt", lines);
  }

  @Test
  void exitCodes() throws Exception {
    String empty = Files.writeString(folder.resolve("empty.json"), "{}").toString();
    String http = Files.writeString(folder.resolve("http.json"), "{\"http\":{}}").toString();
    String aggregator =
        Files.writeString(folder.resolve("aggregator.json"), "{\"aggregator\":{}}").toString();
    String bad = Files.writeString(folder.resolve("bad.json"), "{\"frob\":1}").toString();
    List<String> lines = new ArrayList<>();
    for (List<String> words :
        List.of(
            List.of("--help"),
            List.of("--version"),
            List.of("version"),
            List.of("help"),
            List.of("frob"),
            List.of("check", "--frob"),
            List.of("check", "--config", http),
            List.of("check", "--config", empty),
            List.of("check", "--config", bad),
            List.of("check", "--config", folder.resolve("absent.json").toString()),
            List.of("run", "--config", bad),
            List.of("run", "--config", empty),
            List.of("peer-id", "--key", folder.resolve("absent.key").toString()),
            List.of("backup", "--config", aggregator, folder.resolve("copy.db").toString()),
            List.of("restore", "--config", aggregator, folder.resolve("copy.db").toString()),
            List.of("restore", "--config", http, folder.resolve("copy.db").toString()),
            List.of("alert", "test", "--config", aggregator, "--sink", "none"),
            List.of("login-link", "--config", http),
            List.of("doctor", "--config", bad))) {
      String shown = String.join(" ", words).replace(folder + "/", "");
      lines.add(run(words.toArray(String[]::new)).code() + " " + shown);
    }
    Golden.compare("exit-codes.txt", lines);
  }

  private static List<String> readmeKeys() throws Exception {
    return Files.readAllLines(Path.of("README.md")).stream()
        .dropWhile(line -> !line.equals("| key | default | range | meaning |"))
        .skip(2)
        .takeWhile(line -> line.startsWith("|"))
        .map(
            line -> {
              Matcher key = KEY.matcher(line);
              return key.matches() ? key.group(1) : line;
            })
        .toList();
  }

  /** The table of the README is the parser's; see the test of the README. */
  @Test
  void keysOfTheConfiguration() throws Exception {
    Golden.compare("config-keys.txt", readmeKeys());
  }

  /** Each is a key, or a fault would say that it is none; of their values it says much else. */
  @Test
  void variablesOfTheEnvironment() throws Exception {
    Map<String, String> environment = new HashMap<>();
    List<String> names =
        readmeKeys().stream()
            .filter(key -> !key.contains("[") && !key.contains("*"))
            .map(
                key ->
                    "FIL_HEARTBEAT__"
                        + key.replace(".", "__")
                            .replaceAll("([A-Z])", "_$1")
                            .toUpperCase(Locale.ROOT))
            .toList();
    Golden.compare("variables.txt", names);
    names.forEach(name -> environment.put(name, "x"));
    environment.put("FIL_HEARTBEAT__FROB", "x");
    String file = Files.writeString(folder.resolve("config.json"), "{}").toString();
    List<String> unknown =
        Program.run(environment, "check", "--config", file)
            .err()
            .lines()
            .filter(line -> line.contains("unknown key"))
            .map(line -> line.substring(0, line.indexOf(':')))
            .toList();
    assertThat(unknown).containsExactly("FIL_HEARTBEAT__FROB");
  }

  @Test
  void variablesOfOtherProgramsAloneTurnASenderOn() throws Exception {
    Map<String, String> environment =
        Map.of(
            "FIL_HEARTBEAT_ALERTS",
            "/ip4/127.0.0.1/tcp/1/p2p/12D3KooWHFd1gyNYFqxt7ke9FY2VoVVWY2XSPhvL9vg2pB6wQGfa",
            "FULLNODE_API_INFO",
            "token:/ip4/127.0.0.1/tcp/1234/http",
            "MINER_API_INFO",
            "token:/ip4/127.0.0.1/tcp/2345/http");
    String file = Files.writeString(folder.resolve("config.json"), "{}").toString();
    Program.Result result = Program.run(environment, "check", "--config", file);
    assertThat(result.out()).as(result.err()).contains(" senders=1 aggregator=off http=off");
  }
}
