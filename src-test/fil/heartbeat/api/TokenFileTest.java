package fil.heartbeat.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenFileTest {
  @TempDir private Path folder;

  /** It would be a part of the first name. */
  @Test
  void aByteOrderMarkIsNoPartOfAToken() throws IOException {
    Path file = Files.writeString(folder.resolve("tokens"), "\uFEFFops admin x\r\n");
    assertThat(TokenFile.look(file).text()).contains("ops admin x\r\n");
  }

  @Test
  void whatIsNoFileIsNamedAndNotWaitedFor() {
    assertThat(TokenFile.look(folder.resolve("none")).fault())
        .isEqualTo(folder.resolve("none") + ": no such file (expected: one that can be read)");
    assertThat(TokenFile.look(folder).fault()).isEqualTo(folder + ": a folder (expected: a file)");
  }
}
