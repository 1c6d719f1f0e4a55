package fil.heartbeat.api.access;

import fil.heartbeat.config.SmallFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Checks a token file without using it. */
public final class TokenCheck {
  private TokenCheck() {}

  /**
   * Returns the first fault, with the file's name and without its content; empty when it is valid.
   * Blocks.
   */
  public static Optional<String> fault(Path file) {
    try {
      String text = TokenFile.text(SmallFile.bytes(file, SmallFile.MAX_BYTES));
      return Tokens.parse(text, true, file.toString()).faults().stream().findFirst();
    } catch (IOException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }
}
