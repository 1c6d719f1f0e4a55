package fil.heartbeat.api.http;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lines of CSV (RFC 4180). A text that a spreadsheet would run as a formula gets an apostrophe in
 * front (OWASP, "CSV Injection").
 */
public final class Csv {
  public static final String TYPE = "text/csv; charset=utf-8";

  private static final String FORMULA = "=+-@\t\r";

  private Csv() {}

  /**
   * Returns one line with its end. Collections become words separated by spaces, null an empty
   * cell.
   */
  public static String line(Collection<?> cells) {
    List<String> out = new ArrayList<>(cells.size());
    for (Object cell : cells) {
      out.add(cell(cell));
    }
    return String.join(",", out) + "\r\n";
  }

  private static String cell(@Nullable Object value) {
    if (value == null) {
      return "";
    }
    if (value instanceof Number || value instanceof Boolean) {
      return value.toString();
    }
    String text =
        value instanceof Iterable<?> many ? String.join(" ", texts(many)) : value.toString();
    String safe = !text.isEmpty() && FORMULA.indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
    boolean plain = safe.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return plain ? safe : '"' + safe.replace("\"", "\"\"") + '"';
  }

  private static List<String> texts(Iterable<?> many) {
    List<String> texts = new ArrayList<>();
    many.forEach(each -> texts.add(String.valueOf(each)));
    return texts;
  }
}
