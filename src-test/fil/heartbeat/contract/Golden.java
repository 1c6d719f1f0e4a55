package fil.heartbeat.contract;

import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A text beside this class that does not move with the code. With {@code -Dcontract.write=true} it
 * is written instead of compared.
 */
final class Golden {
  static final Path FOLDER = Path.of("src-test", "fil", "heartbeat", "contract");

  private static final boolean WRITE = Boolean.getBoolean("contract.write");

  private Golden() {}

  /** Fails with the lines that are missing and those that are new. */
  static void compare(String name, List<String> lines) {
    Path file = FOLDER.resolve(name);
    List<String> actual = String.join("\n", lines).lines().toList();
    try {
      if (WRITE) {
        Files.writeString(file, String.join("\n", actual) + "\n");
        return;
      }
      List<String> expected = Files.readAllLines(file);
      if (!expected.equals(actual)) {
        fail(
            "%s: - is the contract, + is what the program does now%n%s",
            file, String.join("\n", difference(expected, actual)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Lines that are only in one of both, each with the line in common before it. */
  static List<String> difference(List<String> expected, List<String> actual) {
    int[][] common = common(expected, actual);
    List<String> lines = new ArrayList<>();
    String before = null;
    int i = 0;
    int j = 0;
    while (i < expected.size() || j < actual.size()) {
      boolean same =
          i < expected.size() && j < actual.size() && expected.get(i).equals(actual.get(j));
      if (same) {
        before = "  " + expected.get(i);
        i++;
        j++;
        continue;
      }
      if (before != null) {
        lines.add(before);
        before = null;
      }
      if (j == actual.size() || (i < expected.size() && common[i + 1][j] >= common[i][j + 1])) {
        lines.add("- " + expected.get(i++));
      } else {
        lines.add("+ " + actual.get(j++));
      }
    }
    return lines;
  }

  /** How many lines both have in common from a line of either on. */
  private static int[][] common(List<String> expected, List<String> actual) {
    int[][] common = new int[expected.size() + 1][actual.size() + 1];
    for (int i = expected.size() - 1; i >= 0; i--) {
      for (int j = actual.size() - 1; j >= 0; j--) {
        common[i][j] =
            expected.get(i).equals(actual.get(j))
                ? common[i + 1][j + 1] + 1
                : Math.max(common[i + 1][j], common[i][j + 1]);
      }
    }
    return common;
  }
}
