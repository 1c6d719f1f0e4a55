package fil.heartbeat.api;

import java.nio.file.Path;
import java.util.Optional;

/** Whether a file of tokens would do. */
public final class TokenCheck {
  private TokenCheck() {}

  /** Its first fault, with its name and without what is in it; empty when it is right. Blocks. */
  public static Optional<String> fault(Path file) {
    TokenFile.Look now = TokenFile.look(file);
    return now.text().isEmpty()
        ? Optional.of(now.fault())
        : Tokens.parse(now.text().get(), true, file.toString()).faults().stream().findFirst();
  }
}
