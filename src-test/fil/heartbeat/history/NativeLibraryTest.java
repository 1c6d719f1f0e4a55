package fil.heartbeat.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeLibraryTest {
  @TempDir private Path folder;

  @Test
  void theTempFolderIsPrivateAndEmptied() throws Exception {
    Path tmp = Files.createDirectory(folder.resolve("tmp"));
    Path other = Files.createDirectory(folder.resolve("other"));
    Path kept = Files.writeString(other.resolve("kept"), "x");
    Path below = Files.createDirectory(tmp.resolve("below"));
    Path old = Files.writeString(tmp.resolve("sqlite-1-libsqlitejdbc.so"), "x");
    Path link = Files.createSymbolicLink(tmp.resolve("link"), other);
    NativeLibrary.load(folder);
    assertThat(old).doesNotExist();
    assertThat(Files.exists(link, LinkOption.NOFOLLOW_LINKS)).isFalse();
    assertThat(kept).exists();
    assertThat(below).exists();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(tmp)))
        .isEqualTo("rwx------");
  }

  @Test
  void aLinkInItsPlaceIsNotFollowed() throws Exception {
    Path other = Files.createDirectory(folder.resolve("other"));
    Path kept = Files.writeString(other.resolve("kept"), "x");
    Path tmp = Files.createSymbolicLink(folder.resolve("tmp"), other);
    assertThatThrownBy(() -> NativeLibrary.load(folder))
        .isInstanceOf(HistoryException.class)
        .hasMessage(
            "aggregator.dataDir: "
                + tmp
                + " is no folder (expected: one, which is emptied at start)");
    assertThat(kept).exists();
  }
}
