package fil.heartbeat.config;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Where a secret is to be had: a file, a variable of the environment, or (for what is a secret only
 * sometimes, such as a URL) the configuration itself. Its text never shows the value.
 */
public sealed interface Secret {

  /** What a variable has to be. */
  String TEXT = "text of the locale of the process; UTF-8 needs LC_ALL=C.UTF-8";

  /** In bytes, of a file. */
  int MAX_BYTES = 64 * 1024;

  /** Whether a variable held bytes that the locale of the process has no character for. */
  static boolean isNoText(String variable) {
    return variable.indexOf('\uFFFD') >= 0;
  }

  /** The value. Blocks when it is in a file. */
  String read(Map<String, String> environment) throws IOException;

  /**
   * In a file of one line, which is read anew each time; white space around it and a byte order
   * mark are not part of it.
   */
  record InFile(Path file) implements Secret {
    @Override
    public String read(Map<String, String> environment) throws IOException {
      return SmallFile.line(file, MAX_BYTES, "the secret");
    }
  }

  /** In the environment. */
  record InEnvironment(String name) implements Secret {
    @Override
    public String read(Map<String, String> environment) throws IOException {
      String text = Optional.ofNullable(environment.get(name)).orElse("").strip();
      if (text.isEmpty()) {
        throw new IOException(name + " is not in the environment (expected: the secret)");
      }
      if (isNoText(text)) {
        throw new IOException(name + " holds bytes that are no text (expected: " + TEXT + ")");
      }
      return text;
    }
  }

  /** As it is. */
  record Plain(String value) implements Secret {
    @Override
    public String read(Map<String, String> environment) {
      return value;
    }

    @Override
    public String toString() {
      return "Plain[…]";
    }
  }
}
