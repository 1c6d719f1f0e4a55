package fil.heartbeat.interop;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The scripts of {@code src-test/peers/web}, with what they need from npm installed once. */
final class WebScript {
  private static final Path FOLDER = Path.of("src-test", "peers", "web").toAbsolutePath();
  private static boolean installed;

  private WebScript() {}

  /**
   * Runs a script with arguments. It gives up before whoever waits for it does, since it knows
   * better what it did not see.
   */
  static Program start(String script, String... arguments) {
    installOnce();
    List<String> command = new ArrayList<>(List.of("node", script));
    command.addAll(List.of(arguments));
    return Program.start(
        FOLDER, command, Map.of("PATIENCE", String.valueOf(Wait.PATIENCE.dividedBy(2).toMillis())));
  }

  private static synchronized void installOnce() {
    if (!installed) {
      try (Program npm =
          Program.start(
              FOLDER, List.of("npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"))) {
        if (npm.end() != 0) {
          throw new IllegalStateException("npm ci in " + FOLDER + " failed: " + npm.said());
        }
      }
      installed = true;
    }
  }
}
