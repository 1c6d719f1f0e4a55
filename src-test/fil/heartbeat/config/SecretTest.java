package fil.heartbeat.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretTest {
  @TempDir private Path folder;

  private Secret inFile(byte[] content) throws IOException {
    return new Secret.InFile(Files.write(folder.resolve("secret"), content));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "s3cret",
        "s3cret\n",
        "s3cret\r\n",
        " s3cret \t\r\n\n",
        "\uFEFFs3cret",
        "\uFEFF s3cret\r\n"
      })
  void isOneLineWhateverTheLineEnds(String content) throws IOException {
    assertThat(inFile(content.getBytes(StandardCharsets.UTF_8)).read(Map.of())).isEqualTo("s3cret");
  }

  @ParameterizedTest
  @ValueSource(strings = {"s3\ncret", "s3\r\ncret", "s3\u0000cret", "s3\tcret"})
  void moreThanOneLineIsRejected(String content) throws IOException {
    Secret secret = inFile(content.getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> secret.read(Map.of()))
        .isInstanceOf(IOException.class)
        .hasMessage(
            folder.resolve("secret")
                + ": more than one line, or control characters (expected: the secret alone)");
  }

  @Test
  void invalidTextIsReportedAndNotShown() throws IOException {
    Secret secret = inFile("s3cret".getBytes(StandardCharsets.UTF_16));
    assertThatThrownBy(() -> secret.read(Map.of()))
        .hasMessage(folder.resolve("secret") + ": line 1: UTF-16 (expected: UTF-8)");
    Secret broken = inFile(new byte[] {'a', '\n', (byte) 0xFF});
    assertThatThrownBy(() -> broken.read(Map.of()))
        .hasMessage(
            folder.resolve("secret") + ": line 2: bytes that are no text (expected: UTF-8)");
  }

  @Test
  void anUndecodableVariableIsNoSecret() {
    Secret secret = new Secret.InEnvironment("TOKEN");
    assertThatThrownBy(() -> secret.read(Map.of("TOKEN", "a\uFFFDb")))
        .hasMessageContaining("TOKEN")
        .hasMessageContaining("text of the locale");
  }
}
