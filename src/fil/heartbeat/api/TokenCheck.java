package fil.heartbeat.api;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Whether a file of tokens would do. */
public final class TokenCheck {
  private TokenCheck() {}

  /** Its first fault, with its name and without what is in it; empty when it is right. Blocks. */
  public static Optional<String> fault(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      String text = new String(in.readNBytes(TokenFile.MAX_BYTES + 1), StandardCharsets.UTF_8);
      List<String> faults = Tokens.parse(text, true, file.toString()).faults();
      return faults.stream().findFirst();
    } catch (IOException e) {
      return Optional.of(file + ": " + e + " (expected: a file that this user may read)");
    }
  }
}
