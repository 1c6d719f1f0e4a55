package fil.heartbeat.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Random;

/** Strings that are difficult for codecs. */
final class Texts {
  private Texts() {}

  /** Any UTF-16, including lone surrogates. */
  static String any(Random random, int maxLength) {
    StringBuilder text = new StringBuilder();
    for (int n = random.nextInt(maxLength + 1); n > 0; n--) {
      switch (random.nextInt(6)) {
        case 0 -> text.append((char) random.nextInt(0x80));
        case 1 -> text.append((char) random.nextInt(0x10000));
        case 2 -> text.append((char) (0xd800 + random.nextInt(0x800)));
        case 3 -> text.appendCodePoint(0x10000 + random.nextInt(0x100000));
        case 4 -> text.append((char) (0x2020 + random.nextInt(16)));
        default -> text.append("<>&\"\\/{}[]:, \n".charAt(random.nextInt(14)));
      }
    }
    return text.toString();
  }

  /** Returns the text as a reader sees it: U+FFFD for each lone surrogate. */
  static String repaired(String text) {
    StringBuilder repaired = new StringBuilder();
    text.codePoints()
        .forEach(
            point -> repaired.appendCodePoint(point >= 0xd800 && point <= 0xdfff ? 0xfffd : point));
    assert new String(repaired.toString().getBytes(UTF_8), UTF_8).contentEquals(repaired);
    return repaired.toString();
  }
}
