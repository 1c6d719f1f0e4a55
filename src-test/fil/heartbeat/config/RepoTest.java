package fil.heartbeat.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RepoTest {
  @TempDir Path folder;

  private Repo.Address read(Repo.Type type) throws IOException {
    return new Repo(folder, type).read();
  }

  private static String token(String allowed) {
    String payload = "{\"Allow\":[" + allowed + "]}";
    return "eyJ."
        + Base64.getUrlEncoder().withoutPadding().encodeToString(payload.getBytes(UTF_8))
        + ".sig";
  }

  @ParameterizedTest
  @CsvSource({
    "NODE, /ip4/127.0.0.1/tcp/1234/http, http://127.0.0.1:1234/rpc/v1",
    "NODE, /ip4/127.0.0.1/tcp/3453, http://127.0.0.1:3453/rpc/v1",
    "NODE, /ip6/::1/tcp/40001/http, http://[::1]:40001/rpc/v1",
    "MINER, /ip4/127.0.0.1/tcp/2345/http, http://127.0.0.1:2345/rpc/v0"
  })
  void bothFilesNameTheEndpoint(Repo.Type type, String api, String url) throws Exception {
    var unused = Files.writeString(folder.resolve("api"), api + "\n");
    var unusedToken = Files.writeString(folder.resolve("token"), token("\"read\"") + "\n");
    assertThat(read(type)).isEqualTo(new Repo.Address(url, Optional.of(token("\"read\"")), false));
  }

  @Test
  void aTokenThatMayDoEverythingIsSeen() throws Exception {
    var unused = Files.writeString(folder.resolve("api"), "/ip4/127.0.0.1/tcp/1234/http");
    String admin = token("\"read\",\"write\",\"sign\",\"admin\"");
    var unusedToken = Files.writeString(folder.resolve("token"), admin);
    assertThat(read(Repo.Type.NODE).isAdmin()).isTrue();
    assertThat(read(Repo.Type.NODE).toString()).doesNotContain(admin);
  }

  @Test
  void aFolderWithoutTokenIsCalledWithoutOne() throws Exception {
    var unused = Files.writeString(folder.resolve("api"), "/ip4/127.0.0.1/tcp/1234/http");
    assertThat(read(Repo.Type.NODE).token()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"NODE", "MINER"})
  void aNodeWithoutTheFileOfItsAddressIsDown(Repo.Type type) throws Exception {
    var unused = Files.createDirectory(folder.resolve("keystore"));
    assertThatThrownBy(() -> read(type))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("api: no such file")
        .hasMessageContaining("does it run?");
  }

  @ParameterizedTest
  @ValueSource(strings = {"keystore.json", "keystore"})
  void forestHasNoFileOfItsAddress(String keystore) throws Exception {
    var unused = Files.writeString(folder.resolve(keystore), "{}");
    var unusedToken = Files.writeString(folder.resolve("token"), "a.b.c");
    Repo.Address forest =
        new Repo.Address("http://127.0.0.1:2345/rpc/v1", Optional.of("a.b.c"), false);
    assertThat(read(Repo.Type.NODE)).isEqualTo(forest);
    Files.delete(folder.resolve(keystore));
    assertThat(read(Repo.Type.FOREST)).isEqualTo(forest);
  }

  @ParameterizedTest
  @ValueSource(strings = {"SECRET", "/ip4/127.0.0.1/udp/1", "a:1,b:2", "tok:ftp://SECRET"})
  void anotherTextIsNoAddress(String api) throws Exception {
    var unused = Files.writeString(folder.resolve("api"), api);
    assertThatThrownBy(() -> read(Repo.Type.NODE))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("api: no address")
        .message()
        .doesNotContain("SECRET");
  }
}
