package fil.heartbeat.history;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;

/** Classifies errors of SQLite by what they mean for the file. */
final class Damage {

  /** Prefix of the cause when the disk is full. */
  static final String NO_ROOM = "[SQLITE_FULL] ";

  /** A new file was started: the connection belongs to the one that was moved aside. */
  static final class Moved extends SQLException {
    private static final long serialVersionUID = 1;

    Moved() {
      super("the store began anew");
    }
  }

  /** The file or its log was deleted, truncated or replaced by another program. */
  static final class Replaced extends SQLException {
    private static final long serialVersionUID = 1;

    Replaced(Path file) {
      super(text(file));
    }

    static String text(Path file) {
      return file.getFileName() + " was deleted, replaced or cut while it was in use";
    }
  }

  private Damage() {}

  /** Reads a value from rows. */
  @FunctionalInterface
  interface Reading<T> {
    T read() throws SQLException;
  }

  /**
   * Reads rows that this program wrote. Invalid values in them, which SQLite does not detect, are
   * damage too; so parameters of a caller must not be parsed in here.
   */
  static <T> T reading(Reading<T> rows) throws SQLException {
    try {
      return rows.read();
    } catch (RuntimeException e) {
      throw new SQLException("malformed content: " + e, e);
    }
  }

  /** Whether the file is unusable. All tables are this program's own: a missing one was lost. */
  static boolean is(SQLException e) {
    String message = String.valueOf(e.getMessage());
    return e instanceof Replaced
        || message.contains("SQLITE_NOTADB")
        || message.contains("SQLITE_CORRUPT")
        || message.contains("malformed")
        || message.contains("no such table")
        || message.contains("no such column")
        || message.contains("values were supplied")
        || message.contains("SQLITE_IOERR_SHORT_READ");
  }

  /** Whether the error may be temporary, since the disk is full or does not respond. */
  static boolean isOfTheDisk(SQLException e) {
    return isOfTheDisk(String.valueOf(e.getMessage()));
  }

  private static boolean isOfTheDisk(String message) {
    return message.contains("SQLITE_FULL")
        || message.contains("database or disk is full")
        || message.contains("SQLITE_IOERR");
  }

  /** Whether the file rejects values, although they always fit a sound file. */
  static boolean isRefused(Exception e) {
    String message = String.valueOf(e.getMessage());
    return e instanceof RuntimeException
        || (!isOfTheDisk(message)
            && (message.contains("SQLITE_CONSTRAINT") || message.contains("SQLITE_MISMATCH")));
  }

  static boolean isNoRoom(IOException e) {
    String message = String.valueOf(e.getMessage());
    return message.contains("No space left") || message.contains("Disk quota exceeded");
  }
}
