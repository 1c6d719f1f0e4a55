package fil.heartbeat.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class SmallFileTest {
  @TempDir private Path folder;

  private static void isFault(Path file, String fault) {
    assertThatThrownBy(() -> SmallFile.bytes(file, 10))
        .isInstanceOf(IOException.class)
        .hasMessage(file + ": " + fault);
  }

  @Test
  void onlyTheByteOrderMarkIsRemoved() throws IOException {
    Path file = Files.writeString(folder.resolve("f"), "\uFEFF a\r\n\uFEFFb\n");
    assertThat(SmallFile.text(file, 100)).isEqualTo(" a\r\n\uFEFFb\n");
    Files.writeString(file, "");
    assertThat(SmallFile.text(file, 100)).isEmpty();
  }

  @Test
  void anUnreadableFileIsNamed() throws IOException {
    isFault(folder.resolve("none"), "no such file (expected: one that can be read)");
    isFault(folder, "a folder (expected: a file)");
    Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("none"));
    isFault(link, "a link to nothing (expected: a file)");
    Path large = Files.writeString(folder.resolve("large"), "12345678901");
    isFault(large, "more than 10 bytes (expected: fewer)");
    assertThat(SmallFile.bytes(large, 11)).hasSize(11);
  }

  @Test
  @Timeout(20)
  void aPipeIsNotWaitedFor() throws Exception {
    Path pipe = folder.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    isFault(pipe, "not a plain file (expected: one)");
  }

  @Test
  void aTokenIsOneWord() throws IOException {
    Path file = Files.writeString(folder.resolve("token"), "\uFEFFa.b-c \r\n");
    assertThat(SmallFile.token(file, 100, "a token")).isEqualTo("a.b-c");
    Files.writeString(file, "two words");
    assertThatThrownBy(() -> SmallFile.token(file, 100, "a token"))
        .hasMessage(file + ": no token (expected: a token)");
  }
}
