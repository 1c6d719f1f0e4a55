package fil.heartbeat.history;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import org.sqlite.SQLiteJDBCLoader;

/**
 * SQLite's native library, extracted from the jar into {@code tmp} of the store's folder, so that
 * no other folder needs to be writable. Packages that ship it as a file name that with {@code
 * -Dorg.sqlite.lib.path}.
 */
final class NativeLibrary {
  private static final String TEMP = "org.sqlite.tmpdir";
  private static final String NAMED = "org.sqlite.lib.path";

  /** The maximum size of the library, in bytes. */
  private static final long ROOM = 4 * 1024 * 1024L;

  private NativeLibrary() {}

  /**
   * Loads it once per process; from the system's temp folder when the disk is full. To be called
   * with the folder locked: leftovers of killed processes are removed.
   *
   * @throws SQLException when there is no room on the disk now
   * @throws HistoryException when it cannot be loaded
   */
  static void load(Path dataDir) throws SQLException, IOException {
    Path tmp = make(dataDir);
    empty(tmp);
    loadFrom(tmp);
  }

  /** Loads it while another process uses the folder. */
  static void loadBeside(Path dataDir) throws SQLException, IOException {
    loadFrom(make(dataDir));
  }

  private static Path make(Path dataDir) throws IOException {
    Path tmp = dataDir.toAbsolutePath().resolve("tmp");
    if (Files.exists(tmp, LinkOption.NOFOLLOW_LINKS)
        && !Files.isDirectory(tmp, LinkOption.NOFOLLOW_LINKS)) {
      throw HistoryException.lasting(
          "aggregator.dataDir: " + tmp + " is no folder (expected: one, which is emptied at start)",
          null);
    }
    Files.createDirectories(tmp);
    if (Files.getFileStore(tmp).supportsFileAttributeView(PosixFileAttributeView.class)) {
      Files.setPosixFilePermissions(tmp, PosixFilePermissions.fromString("rwx------"));
      StoreFiles.leaveToOwner(tmp);
    }
    return tmp;
  }

  /** Deletes files and links; neither targets of links nor folders are touched. */
  static void empty(Path tmp) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(tmp)) {
      for (Path each : files) {
        if (!Files.isDirectory(each, LinkOption.NOFOLLOW_LINKS)) {
          boolean unused = Files.deleteIfExists(each);
        }
      }
    }
  }

  private static void loadFrom(Path tmp) throws SQLException, IOException {
    // A full disk may stay full for years, and its data must still be readable.
    boolean room = Files.getFileStore(tmp).getUsableSpace() >= ROOM;
    if (room && System.getProperty(NAMED) == null) {
      System.setProperty(TEMP, tmp.toString());
    }
    try {
      boolean unused = SQLiteJDBCLoader.initialize();
    } catch (Exception | LinkageError e) {
      if (!room) {
        throw new SQLException(Damage.NO_ROOM + tmp + ": no room for SQLite's library", e);
      }
      throw HistoryException.lasting(
          "aggregator.dataDir: SQLite's library cannot be loaded from "
              + tmp
              + ": "
              + String.valueOf(e.getMessage()).replaceAll("\\s+", " ")
              + " (expected: a folder that is not mounted noexec, or -D"
              + NAMED
              + ")",
          e);
    }
  }
}
