package fil.heartbeat.config;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The source of a secret: a file, an environment variable, or (for a value that is only sometimes
 * secret, such as a URL) the configuration itself. Its text never contains the value.
 */
public sealed interface Secret {

  /** The expected value of a variable. */
  String TEXT = "text of the locale of the process; UTF-8 needs LC_ALL=C.UTF-8";

  /** The largest file, in bytes. */
  int MAX_BYTES = 64 * 1024;

  /** Whether a variable contained bytes that the locale of the process cannot decode. */
  static boolean isNoText(String variable) {
    return variable.indexOf('\uFFFD') >= 0;
  }

  /** Returns the value. Blocks when it is in a file. */
  String read(Map<String, String> environment) throws IOException;

  /** A secret in a file, which is read again each time it is used. */
  sealed interface OfFile extends Secret {
    Path file();

    /**
     * Checks whether this is valid content of the file.
     *
     * @throws IOException that names the file and shows nothing of the content
     */
    void check(byte[] content) throws IOException;
  }

  /** In a file of one line; surrounding white space and a byte order mark are ignored. */
  record InFile(Path file) implements OfFile {
    private static final String WHAT = "the secret";

    @Override
    public String read(Map<String, String> environment) throws IOException {
      return SmallFile.line(file, MAX_BYTES, WHAT);
    }

    @Override
    public void check(byte[] content) throws IOException {
      String unused = SmallFile.line(file, content, MAX_BYTES, WHAT);
    }
  }

  /** A bearer token of an API in a file of one line. */
  record Token(Path file) implements OfFile {
    /** Tokens of nodes have some 200 characters. */
    private static final int MAX_BYTES = 8 * 1024;

    private static final String WHAT = "one line, a read token";

    @Override
    public String read(Map<String, String> environment) throws IOException {
      return read();
    }

    /** Returns the token. Blocks. */
    public String read() throws IOException {
      return SmallFile.token(file, MAX_BYTES, WHAT);
    }

    @Override
    public void check(byte[] content) throws IOException {
      String unused = SmallFile.token(file, content, MAX_BYTES, WHAT);
    }
  }

  /** In an environment variable. */
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

  /** In the configuration. */
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
