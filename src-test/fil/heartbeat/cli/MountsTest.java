package fil.heartbeat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MountsTest {
  private static final List<String> TABLE =
      List.of(
          "22 1 0:20 / / rw,relatime - overlay overlay rw",
          "23 22 0:21 / /data rw,nosuid,noexec shared:1 - tmpfs tmpfs rw",
          "24 23 0:22 / /data/tmp rw - tmpfs noexec rw,noexec",
          "25 22 0:23 / /twice rw,noexec - tmpfs tmpfs rw",
          "26 25 0:24 / /twice rw - tmpfs tmpfs rw",
          "27 22 0:25 / /a\\040b ro,noexec - tmpfs tmpfs rw",
          "cut off");

  @ParameterizedTest
  @CsvSource({
    "/, false",
    "/home, false",
    "/data, true",
    "/data/db, true",
    "/data/tmp, false",
    "/database, false",
    "/twice, false",
    "/a b/c, true"
  })
  void theInnermostMountCounts(Path folder, boolean noexec) {
    assertThat(Mounts.isNoexec(folder, TABLE)).isEqualTo(noexec);
  }
}
