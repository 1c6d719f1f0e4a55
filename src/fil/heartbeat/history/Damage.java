package fil.heartbeat.history;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;

/** What an error of SQLite says of the file. */
final class Damage {

  /** Before the cause, when the disk is full. */
  static final String NO_ROOM = "[SQLITE_FULL] ";

  /** The store began anew: the connection leads to the file that was moved aside. */
  static final class Moved extends SQLException {
    private static final long serialVersionUID = 1;

    Moved() {
      super("the store began anew");
    }
  }

  /** Somebody took the file or its log away, cut it, or put another in its place. */
  static final class Replaced extends SQLException {
    private static final long serialVersionUID = 1;

    Replaced(Path file) {
      super(file.getFileName() + " was deleted, replaced or cut while it was in use");
    }
  }

  private Damage() {}

  /** Something that is made of rows. */
  @FunctionalInterface
  interface Reading<T> {
    T read() throws SQLException;
  }

  /**
   * Reads rows of ours. Nonsense in them, which SQLite does not see, is damage like any other; so
   * nothing may be in here that somebody asked for.
   */
  static <T> T reading(Reading<T> rows) throws SQLException {
    try {
      return rows.read();
    } catch (RuntimeException e) {
      throw new SQLException("malformed content: " + e, e);
    }
  }

  /**
   * Whether the file cannot be used as it is. Its tables are ours: one that is missing was lost.
   */
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

  /** Whether it may go away by itself, since the disk is full or does not answer. */
  static boolean isOfTheDisk(SQLException e) {
    return isOfTheDisk(String.valueOf(e.getMessage()));
  }

  private static boolean isOfTheDisk(String message) {
    return message.contains("SQLITE_FULL")
        || message.contains("database or disk is full")
        || message.contains("SQLITE_IOERR");
  }

  /** Whether the file does not take what was written, although what is written always fits. */
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
