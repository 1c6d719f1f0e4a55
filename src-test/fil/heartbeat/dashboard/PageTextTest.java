package fil.heartbeat.dashboard;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the page says it says in the words of the field: docs/glossary.md has them. */
class PageTextTest {
  private static final Pattern DIALECT =
      Pattern.compile(
          "\\b(told|tells?|whence|whom|whoever|nobody|anew)\\b"
              + "|\\b(is|are|was|were) over\\b|^over |\\bover (at|after)\\b"
              + "|\\bheld (by|back)\\b|\\blook(s|ed)? after\\b|\\bheard of\\b|\\bnot well\\b",
          Pattern.CASE_INSENSITIVE);

  static List<String> texts() {
    return Dashboard.names().stream()
        .filter(name -> !name.startsWith("lib/") && name.matches(".*\\.(html|js)"))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("texts")
  void aTextHasNoWordsOfItsOwn(String name) {
    String text = new String(Dashboard.file(name).orElseThrow().bytes(), UTF_8);
    List<String> shown = name.endsWith(".js") ? literals(text) : text.lines().toList();
    assertThat(shown).as(name).filteredOn(each -> DIALECT.matcher(each).find()).isEmpty();
  }

  @Test
  void onlyLiteralsAreText() {
    assertThat(
            literals(
                """
                // It's told to nobody.
                const told = 'a' + "b\\"c"; /* 'd' */
                const e = `f ${told ? `g ${1}` : {h: 'i'}} j`;
                """))
        .containsExactly("a", "b\"c", "g ", "i", "f  j");
  }

  /** The literals of a module; of a template what stands between its expressions. */
  private static List<String> literals(String code) {
    List<String> found = new ArrayList<>();
    // What is open: a quote with its text so far, or the braces of an expression in a template.
    Deque<StringBuilder> texts = new ArrayDeque<>();
    Deque<Character> open = new ArrayDeque<>();
    for (int i = 0; i < code.length(); i++) {
      char at = code.charAt(i);
      char in = open.isEmpty() ? '{' : open.element();
      if (in != '{') {
        if (at == '\\') {
          texts.element().append(code.charAt(++i));
        } else if (at == in) {
          open.pop();
          found.add(texts.pop().toString());
        } else if (in == '`' && code.startsWith("${", i)) {
          i++;
          open.push('{');
        } else {
          texts.element().append(at);
        }
      } else if (at == '\'' || at == '"' || at == '`') {
        open.push(at);
        texts.push(new StringBuilder());
      } else if (at == '{') {
        open.push('{');
      } else if (at == '}') {
        open.pop();
      } else if (code.startsWith("//", i)) {
        i = code.indexOf('\n', i);
      } else if (code.startsWith("/*", i)) {
        i = code.indexOf("*/", i) + 1;
      }
    }
    return found;
  }
}
