package fil.heartbeat.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonFaultTest {

  private static String said(String text) {
    return JsonFault.in(text)
        .map(
            fault ->
                fault.line()
                    + ":"
                    + fault.column()
                    + ": "
                    + fault.found()
                    + " (expected: "
                    + fault.expected()
                    + ")")
        .orElse("none");
  }

  /** Line breaks are written as a bar. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      quoteCharacter = '`',
      value = {
        "`` # 1:1: nothing (expected: a JSON object: {…})",
        "` |` # 2:1: nothing (expected: a JSON object: {…})",
        "[1] # 1:1: \"[\" (expected: a JSON object: {…})",
        "null # 1:1: a word without quotes (expected: a JSON object: {…})",
        "1 # 1:1: a number (expected: a JSON object: {…})",
        "{ # 1:2: the end of the file (expected: a name in quotes or })",
        "{a:1} # 1:2: a word without quotes (expected: a name in quotes or })",
        "{'a':1} # 1:2: \"'\" (expected: a name in quotes or })",
        "{,} # 1:2: \",\" (expected: a name in quotes or })",
        "{\"a\":1,|} # 2:1: \"}\" after a comma (expected: a name in quotes)",
        "{\"a\" 1} # 1:6: a number after a name (expected: :)",
        "{\"a\"} # 1:5: \"}\" after a name (expected: :)",
        "{\"a\":} # 1:6: \"}\" (expected: a value: text in quotes, a number, true, false, null, { or [)",
        "{\"a\":True} # 1:6: a word without quotes (expected: a value: text in quotes, a number, true, false, null, { or [)",
        "{\"a\":truely} # 1:6: a word without quotes (expected: a value: text in quotes, a number, true, false, null, { or [)",
        "{\"a\":1|\"b\":2} # 2:1: text after a value (expected: , or the } of the { at 1:1)",
        "{|\"a\":{\"b\":1} # 2:12: the end of the file after a value (expected: , or the } of the { at 1:1)",
        "{\"a\":[1,] } # 1:9: \"]\" after a comma (expected: a value: text in quotes, a number, true, false, null, { or [)",
        "{\"a\":[1}  # 1:8: \"}\" after a value (expected: , or the ] of the [ at 1:6)",
        "{\"a\":\"x|\"} # 1:6: text that does not end in its line (expected: a \" at its end)",
        "{\"a\":\"x # 1:6: text that does not end (expected: a \" at its end)",
        "{\"a\":\"C:\\data\"} # 1:9: a \\ in text that begins nothing (expected: \\\\ for a \\ that is meant)",
        "{\"a\":\"\\u12g4\"} # 1:7: a \\ in text that begins nothing (expected: \\\\ for a \\ that is meant)",
        "{\"a\":01} # 1:6: what begins as a number and is none (expected: a number such as 8080, or text in quotes)",
        "{\"a\":3s} # 1:6: what begins as a number and is none (expected: a number such as 8080, or text in quotes)",
        "{\"a\":-} # 1:6: what begins as a number and is none (expected: a number such as 8080, or text in quotes)",
        "{\"a\":1}} # 1:8: \"}\" after the last } (expected: the end of the file)",
        "{\"ключ😀\":1, /* x } # 1:13: a comment that does not end (expected: */)",
        "{\"a\":1,|  \"a\":2} # 2:3: a name that is given twice in one object (expected: once)",
        "{\u00a0\"a\":1} # 1:2: the character U+00A0 (expected: a name in quotes or })"
      })
  void itNamesThePlaceAndTheTextFound(String text, String message) {
    assertThat(said(text.replace('|', '\n'))).isEqualTo(message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        " { } ",
        "{\"a\":[],\"b\":{},\"c\":[[],{}]} // end",
        "/* a */{\"a\":-1.5e+3,\"b\":0,\"c\":\"\\u00e4\\\"\\\\\\n\",\"d\":null}",
        "{\"a\":true,\"b\":false,\r\n\"c\":[1,2 , 3]}"
      })
  void validTextHasNoFault(String text) {
    assertThat(JsonFault.in(text)).isEmpty();
    assertThat(new JsonObject(text)).isNotNull();
  }

  @Test
  void depthIsALineNotAnOverflow() {
    assertThat(said("{\"a\":" + "[".repeat(100_000)))
        .isEqualTo("1:1006: what is nested deeper than 1000 (expected: less)");
  }

  /**
   * Any text that the parser rejects has a place, and any that it accepts has none except for
   * duplicate names.
   */
  @Test
  void itRejectsWhatTheParserRejects() {
    Random random = new Random(1);
    String sound =
        "{\"http\":{\"port\":8080,\"host\":\"::1\"},\"a\":[1,-2.5e3,null,true],\"b\":\"\\u00e4\\\\\"}";
    List<String> bits =
        List.of("{", "}", "[", "]", ",", ":", "\"", "\\", "1", "-", "e", ".", "n", " ", "\n", "/*");
    for (int seed = 0; seed < 20_000; seed++) {
      StringBuilder text = new StringBuilder(sound);
      IntStream.range(0, 1 + random.nextInt(3))
          .forEach(
              change -> {
                int at = random.nextInt(text.length());
                if (random.nextBoolean()) {
                  text.deleteCharAt(at);
                } else {
                  text.insert(at, bits.get(random.nextInt(bits.size())));
                }
              });
      Optional<JsonFault> fault = JsonFault.in(text.toString());
      if (!fault.map(JsonFault::found).orElse("").startsWith("a name that is given twice")) {
        assertThat(fault.isPresent()).as(text.toString()).isEqualTo(isRefused(text.toString()));
      }
    }
  }

  private static boolean isRefused(String text) {
    try {
      return new JsonObject(text).isEmpty() && text.isBlank();
    } catch (DecodeException e) {
      return true;
    }
  }
}
