package fil.heartbeat.api.access;

import fil.heartbeat.config.SmallFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Whether a file of tokens would do. */
public final class TokenCheck {
  private TokenCheck() {}

  /** Its first fault, with its name and without what is in it; empty when it is right. Blocks. */
  public static Optional<String> fault(Path file) {
    try {
      String text = TokenFile.text(SmallFile.bytes(file, SmallFile.MAX_BYTES));
      return Tokens.parse(text, true, file.toString()).faults().stream().findFirst();
    } catch (IOException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }
}
