package fil.heartbeat.history;

import fil.heartbeat.config.LockFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The files of a store: the database, its log and its index. */
final class StoreFiles {
  private static final Logger log = LoggerFactory.getLogger(StoreFiles.class);

  static final String LOCK = "lock";

  private static final List<String> SUFFIXES = List.of("", "-wal", "-shm");
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("uuuuMMdd-HHmmss").withZone(ZoneOffset.UTC);
  private static final Set<PosixFilePermission> OURS_ALONE =
      PosixFilePermissions.fromString("rw-------");

  private StoreFiles() {}

  static Path folder(Path file) {
    return Objects.requireNonNull(file.toAbsolutePath().getParent());
  }

  /**
   * Creates the folder of a store and locks it.
   *
   * @throws HistoryException when another process holds the lock; caused by {@link
   *     LockFile.InUseException}
   */
  static LockFile lock(Path file) throws IOException {
    Path folder = folder(file);
    Files.createDirectories(folder);
    Path path = folder.resolve(LOCK);
    makeOurs(path);
    try {
      return LockFile.take(path);
    } catch (LockFile.InUseException e) {
      throw HistoryException.lasting(
          "aggregator.dataDir: "
              + file.getParent()
              + " is "
              + e.getMessage()
              + " (expected: a folder of its own)",
          e);
    }
  }

  /**
   * Creates the file if needed, for the owner of its folder alone. SQLite gives its log and index
   * the permissions and the owner of the file.
   */
  static void makeOurs(Path path) throws IOException {
    if (!Files.getFileStore(folder(path)).supportsFileAttributeView(PosixFileAttributeView.class)) {
      return;
    }
    if (!Files.exists(path)) {
      Files.createFile(path, PosixFilePermissions.asFileAttribute(OURS_ALONE));
    }
    Files.setPosixFilePermissions(path, OURS_ALONE);
    leaveToOwner(path);
  }

  /**
   * Gives a file or folder that root made to the owner of the folder that it is in, as whom the
   * daemon runs.
   */
  static void leaveToOwner(Path path) throws IOException {
    PosixFileAttributeView view = Files.getFileAttributeView(path, PosixFileAttributeView.class);
    PosixFileAttributeView around =
        Files.getFileAttributeView(folder(path), PosixFileAttributeView.class);
    if (view == null || around == null) {
      return;
    }
    PosixFileAttributes wanted = around.readAttributes();
    if (wanted.owner().equals(view.readAttributes().owner())) {
      return;
    }
    try {
      view.setGroup(wanted.group());
      view.setOwner(wanted.owner());
    } catch (IOException e) {
      // Only root may.
      log.debug("owner not changed file={}", path, e);
    }
  }

  /** Identifies a file independently of its name; null when there is none. */
  static @Nullable Object identity(Path file) {
    try {
      return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    } catch (IOException e) {
      return null;
    }
  }

  static void remove(Path path) throws IOException {
    for (String suffix : SUFFIXES) {
      boolean unused = Files.deleteIfExists(Path.of(path + suffix));
    }
  }

  /**
   * A name for a store that is moved aside, which no file has.
   *
   * @param why one word, such as {@code damaged}
   */
  static Path asideName(Path file, String why, Instant now) {
    Path first = file.resolveSibling(file.getFileName() + "." + why + "-" + STAMP.format(now));
    Path aside = first;
    for (int more = 2; Files.exists(aside); more++) {
      aside = Path.of(first + "-" + more);
    }
    return aside;
  }

  /** Renames a store to an unused name. */
  static Path moveAside(Path file, Instant now) throws IOException {
    Path aside = asideName(file, "damaged", now);
    for (String suffix : SUFFIXES) {
      Path part = Path.of(file + suffix);
      if (Files.exists(part)) {
        Files.move(part, Path.of(aside + suffix));
      }
    }
    return aside;
  }

  /** Copies a store, which any process may be writing to, into a new file. */
  static void backup(Path file, Path target) {
    if (!Files.exists(file)) {
      throw new HistoryException(file + ": no such file (expected: the history of an aggregator)");
    }
    if (Files.exists(target)) {
      throw new HistoryException(target + ": exists (expected: a file that is not there yet)");
    }
    try {
      NativeLibrary.loadBeside(folder(file));
    } catch (IOException | SQLException e) {
      throw new HistoryException(file + ": " + e.getMessage(), e);
    }
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        PreparedStatement copy = connection.prepareStatement("VACUUM INTO ?")) {
      copy.setString(1, target.toString());
      // It holds what the store holds; SQLite takes an empty file for none.
      makeOurs(target);
      boolean unused = copy.execute();
    } catch (SQLException e) {
      throw new HistoryException(file + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new HistoryException(target + ": cannot be made: " + e.getMessage(), e);
    }
  }

  /** The names of other databases in the folder of a store, which no program reads; sorted. */
  static List<String> others(Path file) throws IOException {
    try (Stream<Path> files = Files.list(folder(file))) {
      return files
          .map(each -> String.valueOf(each.getFileName()))
          .filter(name -> name.endsWith(".db") && !name.equals(HistoryFile.NAME))
          .sorted()
          .toList();
    }
  }

  static long bytes(Path file) {
    long sum = 0;
    for (String suffix : SUFFIXES) {
      sum += Path.of(file + suffix).toFile().length();
    }
    return sum;
  }
}
