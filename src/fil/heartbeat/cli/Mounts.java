package fil.heartbeat.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** How folders are mounted, as far as the system tells it. */
final class Mounts {
  private static final Path TABLE = Path.of("/proc/self/mountinfo");

  /** Of a line: the mount point, and its options. */
  private static final int POINT = 4;

  private static final int OPTIONS = 5;

  private Mounts() {}

  /** Whether no program and no library can be loaded from a folder that is there. Blocks. */
  static boolean isNoexec(Path folder) {
    try {
      return isNoexec(folder.toRealPath(), Files.readAllLines(TABLE));
    } catch (IOException e) {
      // No Linux: what is so is told by the load itself.
      return false;
    }
  }

  /**
   * The same of a table of mounts.
   *
   * @param folder without links
   */
  static boolean isNoexec(Path folder, List<String> table) {
    int length = -1;
    boolean noexec = false;
    for (String line : table) {
      String[] fields = line.split(" ", -1);
      if (fields.length > OPTIONS) {
        Path point = Path.of(unescaped(fields[POINT]));
        // Of two at one point the later one covers the other.
        if (folder.startsWith(point) && point.getNameCount() >= length) {
          length = point.getNameCount();
          noexec = List.of(fields[OPTIONS].split(",", -1)).contains("noexec");
        }
      }
    }
    return noexec;
  }

  private static String unescaped(String point) {
    return point
        .replace("\\040", " ")
        .replace("\\011", "\t")
        .replace("\\012", "\n")
        .replace("\\134", "\\");
  }
}
