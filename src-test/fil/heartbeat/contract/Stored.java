package fil.heartbeat.contract;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The file of the history, by nothing but SQL. */
final class Stored {
  private static final Pattern AGO = Pattern.compile("\\{(ms|at)-(-?\\d+)\\}");

  private Stored() {}

  /** Makes the file that a program of before left. */
  static void make(Path file, String script) throws IOException, SQLException {
    Files.createDirectories(file.getParent());
    Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    long day = now.getEpochSecond() / 86_400;
    String sql =
        AGO.matcher(Files.readString(Golden.FOLDER.resolve(script)))
            .replaceAll(
                ago -> {
                  Instant at = now.minusSeconds(Long.parseLong(ago.group(2)));
                  return ago.group(1).equals("ms") ? "" + at.toEpochMilli() : at.toString();
                })
            .replace("{day}", "" + day)
            .replace("{yesterday}", "" + (day - 1))
            .replace("{hour}", "" + (day * 24 - 2))
            .replace("{slot}", "" + Math.max(day * 2880, now.getEpochSecond() / 30 - 20));
    try (Connection connection = open(file);
        Statement statement = connection.createStatement()) {
      for (String each : sql.split(";\n", -1)) {
        if (!each.isBlank()) {
          statement.execute(each);
        }
      }
    }
  }

  private static Connection open(Path file) throws SQLException {
    return DriverManager.getConnection("jdbc:sqlite:" + file);
  }

  /** The rows of a query, cells between bars. */
  static List<String> rows(Path file, String query) throws SQLException {
    List<String> rows = new ArrayList<>();
    try (Connection connection = open(file);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      int columns = row.getMetaData().getColumnCount();
      while (row.next()) {
        StringBuilder line = new StringBuilder();
        for (int i = 1; i <= columns; i++) {
          line.append(i == 1 ? "" : "|").append(row.getString(i));
        }
        rows.add(line.toString());
      }
    }
    return rows;
  }
}
