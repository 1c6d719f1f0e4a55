package fil.heartbeat.config;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** Reads a text as a JSON object with comments, up to its first fault. */
final class JsonScan {

  /** Same as the parser's. */
  private static final int MAX_DEPTH = 1000;

  private static final int MAX_NUMBER = 1000;
  private static final String VALUE =
      "a value: text in quotes, a number, true, false, null, { or [";
  private static final String END = "the end of the file";

  private final String text;
  private int at;

  /** Thrown at the first fault. */
  private static final class Found extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient JsonFault fault;

    Found(JsonFault fault) {
      super(fault.found(), null, false, false);
      this.fault = fault;
    }
  }

  JsonScan(String text) {
    this.text = text;
  }

  Optional<JsonFault> fault() {
    try {
      blank();
      if (at == text.length()) {
        throw found(at, "nothing", "a JSON object: {…}");
      }
      if (text.charAt(at) != '{') {
        throw found(at, shown(), "a JSON object: {…}");
      }
      object(0);
      blank();
      if (at < text.length()) {
        throw found(at, shown() + " after the last }", END);
      }
      return Optional.empty();
    } catch (Found e) {
      return Optional.of(e.fault);
    }
  }

  private void value(int depth) {
    if (depth > MAX_DEPTH) {
      throw found(at, "what is nested deeper than " + MAX_DEPTH, "less");
    }
    switch (at < text.length() ? text.charAt(at) : ' ') {
      case '{' -> object(depth);
      case '[' -> array(depth);
      case '"' -> text();
      case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> number();
      default -> word();
    }
  }

  private void object(int depth) {
    int opened = at++;
    Set<String> names = new HashSet<>();
    blank();
    if (take('}')) {
      return;
    }
    while (true) {
      String rule = names.isEmpty() ? "a name in quotes or }" : "a name in quotes";
      if (at == text.length() || text.charAt(at) != '"') {
        throw found(at, shown() + (names.isEmpty() ? "" : " after a comma"), rule);
      }
      int begun = at;
      String name = string();
      if (!names.add(name)) {
        throw found(begun, "a name that is given twice in one object", "once");
      }
      blank();
      if (!take(':')) {
        throw found(at, shown() + " after a name", ":");
      }
      blank();
      value(depth + 1);
      blank();
      if (take('}')) {
        return;
      }
      comma(opened, "}");
      blank();
    }
  }

  private void array(int depth) {
    int opened = at++;
    blank();
    if (take(']')) {
      return;
    }
    while (true) {
      value(depth + 1);
      blank();
      if (take(']')) {
        return;
      }
      comma(opened, "]");
      blank();
      if (at < text.length() && text.charAt(at) == ']') {
        throw found(at, shown() + " after a comma", VALUE);
      }
    }
  }

  private void comma(int opened, String end) {
    if (!take(',')) {
      JsonFault begin = found(opened, "", "").fault;
      throw found(
          at,
          shown() + " after a value",
          ", or the "
              + end
              + " of the "
              + text.charAt(opened)
              + " at "
              + begin.line()
              + ":"
              + begin.column());
    }
  }

  private void text() {
    String unused = string();
  }

  private String string() {
    int begun = at++;
    while (at < text.length() && text.charAt(at) != '"') {
      char next = text.charAt(at);
      if (next == '\n' || next == '\r') {
        throw found(begun, "text that does not end in its line", "a \" at its end");
      }
      if (next < ' ') {
        throw found(at, "a control character in text", "\\u00" + hex(next));
      }
      at += next == '\\' ? escape() : 1;
    }
    if (at >= text.length()) {
      throw found(begun, "text that does not end", "a \" at its end");
    }
    at++;
    return text.substring(begun + 1, at - 1);
  }

  private static String hex(char control) {
    return String.format("%02x", (int) control);
  }

  private int escape() {
    char next = at + 1 < text.length() ? text.charAt(at + 1) : ' ';
    if (next == 'u' && isHex(at + 2)) {
      return 6;
    }
    if ("\"\\/bfnrt".indexOf(next) < 0) {
      throw found(at, "a \\ in text that begins nothing", "\\\\ for a \\ that is meant");
    }
    return 2;
  }

  private boolean isHex(int from) {
    return from + 4 <= text.length()
        && text.substring(from, from + 4).chars().allMatch(each -> Character.digit(each, 16) >= 0);
  }

  private void number() {
    int begun = at;
    boolean unused = take('-');
    if (!take('0')) {
      digits(begun);
    }
    if (take('.')) {
      digits(begun);
    }
    if (take('e') || take('E')) {
      unused = take('+') || take('-');
      digits(begun);
    }
    if (at < text.length() && (Character.isLetterOrDigit(text.charAt(at)) || isOfWord())) {
      throw noNumber(begun);
    }
    if (at - begun > MAX_NUMBER) {
      throw found(begun, "a number of more than " + MAX_NUMBER + " digits", "less");
    }
  }

  private boolean isOfWord() {
    return "._+-".indexOf(text.charAt(at)) >= 0;
  }

  private void digits(int begun) {
    int first = at;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    if (first == at) {
      throw noNumber(begun);
    }
  }

  private Found noNumber(int begun) {
    return found(
        begun, "what begins as a number and is none", "a number such as 8080, or text in quotes");
  }

  private void word() {
    for (String each : new String[] {"true", "false", "null"}) {
      int end = at + each.length();
      if (text.startsWith(each, at)
          && (end == text.length() || !Character.isLetterOrDigit(text.charAt(end)))) {
        at = end;
        return;
      }
    }
    throw found(at, shown(), VALUE);
  }

  /** The next character, or a description of it. */
  private String shown() {
    if (at >= text.length()) {
      return END;
    }
    int point = text.codePointAt(at);
    if (point == '"') {
      return "text";
    }
    if (Character.isLetter(point)) {
      return "a word without quotes";
    }
    if (Character.isDigit(point)) {
      return "a number";
    }
    return point > ' ' && point < 127
        ? "\"" + Character.toString(point) + "\""
        : String.format("the character U+%04X", point);
  }

  private boolean take(char wanted) {
    boolean is = at < text.length() && text.charAt(at) == wanted;
    if (is) {
      at++;
    }
    return is;
  }

  /** Skips white space and comments. */
  private void blank() {
    while (at < text.length()) {
      if (" \t\r\n".indexOf(text.charAt(at)) >= 0) {
        at++;
      } else if (text.startsWith("//", at)) {
        int end = text.indexOf('\n', at);
        at = end < 0 ? text.length() : end;
      } else if (text.startsWith("/*", at)) {
        int end = text.indexOf("*/", at + 2);
        if (end < 0) {
          throw found(at, "a comment that does not end", "*/");
        }
        at = end + 2;
      } else {
        return;
      }
    }
  }

  private Found found(int where, String what, String expected) {
    int line = 1;
    int begin = 0;
    for (int i = text.indexOf('\n'); i >= 0 && i < where; i = text.indexOf('\n', i + 1)) {
      line++;
      begin = i + 1;
    }
    return new Found(new JsonFault(line, text.codePointCount(begin, where) + 1, what, expected));
  }
}
