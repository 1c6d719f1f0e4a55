package fil.heartbeat.api.access;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenFileTest {
  @TempDir private Path folder;

  /** It would become a part of the first name. */
  @Test
  void aByteOrderMarkIsNoPartOfAToken() {
    assertThat(TokenFile.text("\uFEFFops admin x\r\n".getBytes(UTF_8)))
        .isEqualTo("ops admin x\r\n");
  }

  @Test
  void aPathThatIsNotAFileIsReportedAtOnce() {
    assertThat(TokenCheck.fault(folder.resolve("none")))
        .contains(folder.resolve("none") + ": no such file (expected: one that can be read)");
    assertThat(TokenCheck.fault(folder)).contains(folder + ": a folder (expected: a file)");
  }
}
