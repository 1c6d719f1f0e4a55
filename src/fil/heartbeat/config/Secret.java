package fil.heartbeat.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Where a secret is to be had: a file, a variable of the environment, or (for what is a secret only
 * sometimes, such as a URL) the configuration itself. Its text never shows the value.
 */
public sealed interface Secret {

  /** The value. Blocks when it is in a file. */
  String read(Map<String, String> environment) throws IOException;

  /** In a file, which is read anew each time; white space around it is not part of it. */
  record InFile(Path file) implements Secret {
    @Override
    public String read(Map<String, String> environment) throws IOException {
      String text = Files.readString(file).strip();
      if (text.isEmpty()) {
        throw new IOException(file + " is empty (expected: the secret)");
      }
      return text;
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
