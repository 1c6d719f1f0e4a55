package fil.heartbeat.libp2p;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fil.heartbeat.testing.LogLines;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class KeyFileTest {
  private static final Logger LOG = LoggerFactory.getLogger(KeyFileTest.class);

  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void name() {
    file = folder.resolve("node.key");
  }

  @ParameterizedTest
  @EnumSource
  void anAbsentKeyIsGeneratedOnceAndThenRead(KeyType type) throws IOException {
    KeyFile.Loaded made = KeyFile.loadOrCreate(file, type);
    assertThat(made.created()).isTrue();
    assertThat(made.warning()).isEmpty();
    assertThat(made.identity().publicKey().type()).isEqualTo(type);
    assertThat(Files.readAllBytes(file)).isEqualTo(made.identity().toProtobuf());
    assertThat(mode()).isEqualTo("rw-------");

    KeyFile.Loaded read = KeyFile.loadOrCreate(file, KeyType.ED25519);
    assertThat(read.created()).isFalse();
    assertThat(read.identity().peerId()).isEqualTo(made.identity().peerId());
  }

  @Test
  void parentFoldersAreCreatedAndNothingElseIsLeftBehind() throws IOException {
    file = folder.resolve("a/b/c.key");
    assertThat(KeyFile.loadOrCreate(file, KeyType.ED25519).created()).isTrue();
    try (Stream<Path> files = Files.list(folder.resolve("a/b"))) {
      assertThat(files).containsExactly(file);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aFileThatGoWroteIsReadAndNotChanged(SpecKey key) throws IOException {
    Files.write(file, key.privateProtobuf());
    assertThat(KeyFile.loadOrCreate(file, KeyType.ED25519).identity().peerId())
        .hasToString(key.peerId());
    assertThat(Files.readAllBytes(file)).isEqualTo(key.privateProtobuf());
  }

  @ParameterizedTest
  @CsvSource({"rw-r--r--, 0644", "rw-rw-rw-, 0666", "rw----r--, 0604", "rwx------, 0700"})
  void aFileWiderThan0600GivesAWarning(String permissions, String octal) throws IOException {
    Files.write(file, SpecKey.ED25519.privateProtobuf());
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    assertThat(KeyFile.loadOrCreate(file, KeyType.ED25519).warning().orElseThrow())
        .contains("mode " + octal)
        .contains("chmod 600 " + file);
    assertThat(mode()).isEqualTo(permissions);
  }

  @ParameterizedTest
  @CsvSource({"rw-------", "r--------"})
  void aFileOfTheOwnerAloneGivesNoWarning(String permissions) throws IOException {
    Files.write(file, SpecKey.ED25519.privateProtobuf());
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    assertThat(KeyFile.loadOrCreate(file, KeyType.ED25519).warning()).isEmpty();
  }

  @Test
  void aNewFileIsLoggedAndItsModeOnce() throws IOException {
    try (LogLines lines = new LogLines(KeyFileTest.class)) {
      KeyFile.loadOrCreate(file, KeyType.ED25519).report(LOG);
      KeyFile.loadOrCreate(file, KeyType.ED25519).report(LOG);
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
      KeyFile.Loaded wide = KeyFile.loadOrCreate(file, KeyType.ED25519);
      wide.report(LOG);
      KeyFile.loadOrCreate(file, KeyType.ED25519).report(LOG);
      assertThat(lines.lines())
          .containsExactly(
              "WARN generated key file=" + file + " peer=" + wide.identity().peerId(),
              "WARN " + wide.warning().orElseThrow());
    }
  }

  @Test
  void anEmptyFileIsNotOverwritten() throws IOException {
    Files.createFile(file);
    refused("empty (expected: the binary libp2p PrivateKey protobuf; restore it, or delete");
    assertThat(file).isEmptyFile();
  }

  @Test
  void garbageIsNotOverwritten() throws IOException {
    Files.writeString(file, "-----BEGIN PRIVATE KEY-----\n");
    refused("the file must be the binary libp2p PrivateKey protobuf");
    assertThat(file).hasContent("-----BEGIN PRIVATE KEY-----\n");
  }

  @Test
  void aTruncatedKeyIsRefused() throws IOException {
    byte[] whole = SpecKey.ED25519.privateProtobuf();
    Files.write(file, java.util.Arrays.copyOf(whole, 67));
    refused("expected: at most the 63 bytes left");
  }

  @Test
  void aHugeFileIsNotReadWhole() throws IOException {
    try (var channel =
        Files.newByteChannel(
            file,
            java.nio.file.StandardOpenOption.CREATE_NEW,
            java.nio.file.StandardOpenOption.WRITE)) {
      channel.position(1L << 40).write(java.nio.ByteBuffer.allocate(1));
    } catch (IOException e) {
      Files.write(file, new byte[1 << 20]);
    }
    refused("8193 bytes (expected: at most 8192)");
  }

  @Test
  void aFolderIsRefused() throws IOException {
    Files.createDirectory(file);
    refused("a folder (expected: a file name)");
  }

  @Test
  void aLinkToNothingIsRefused() throws IOException {
    Files.createSymbolicLink(file, folder.resolve("gone"));
    refused("a link to nothing");
  }

  @Test
  void aFolderThatCannotBeCreatedIsNamed() throws IOException {
    Files.createFile(folder.resolve("plain"));
    file = folder.resolve("plain/node.key");
    refused("cannot be made");
  }

  @Test
  void aDeniedFileNamesTheRemedy() {
    // A test may run as root, which ignores file modes.
    assertThat(
            KeyFile.failed(
                file, "cannot be read", "readable by this user", new AccessDeniedException("x")))
        .hasMessage(
            "key file "
                + file
                + ": cannot be read: permission denied (expected: readable by this user)");
  }

  @Test
  void ofManyConcurrentCreatorsOneWinsAndAllHaveItsKey() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      Callable<KeyFile.Loaded> task = () -> KeyFile.loadOrCreate(file, KeyType.ED25519);
      Set<PeerId> ids = new HashSet<>();
      int created = 0;
      for (Future<KeyFile.Loaded> result :
          threads.invokeAll(List.of(task, task, task, task, task, task, task, task))) {
        ids.add(result.get().identity().peerId());
        created += result.get().created() ? 1 : 0;
      }
      assertThat(ids).hasSize(1);
      assertThat(created).isEqualTo(1);
    } finally {
      threads.shutdownNow();
    }
  }

  private void refused(String expected) {
    assertThatThrownBy(() -> KeyFile.loadOrCreate(file, KeyType.ED25519))
        .isInstanceOf(KeyFileException.class)
        .hasMessageStartingWith("key file " + file + ": ")
        .hasMessageContaining(expected);
  }

  private String mode() throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }
}
