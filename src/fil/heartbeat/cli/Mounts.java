package fil.heartbeat.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Mount options of folders, as far as the system provides them. */
final class Mounts {
  private static final Path TABLE = Path.of("/proc/self/mountinfo");

  /** Fields of a line: the mount point, and its options. */
  private static final int POINT = 4;

  private static final int OPTIONS = 5;

  private Mounts() {}

  /**
   * Whether an existing folder is mounted so that no program or library can be loaded from it.
   * Blocks.
   */
  static boolean isNoexec(Path folder) {
    try {
      return isNoexec(folder.toRealPath(), Files.readAllLines(TABLE));
    } catch (IOException e) {
      // Not Linux: loading itself shows whether it works.
      return false;
    }
  }

  /**
   * As {@link #isNoexec(Path)}, for a given table of mounts.
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
        // Of two mounts at one point the later one hides the other.
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
