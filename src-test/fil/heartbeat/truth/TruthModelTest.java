package fil.heartbeat.truth;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever happens, in any order: the API, the metrics and the receivers of alerts all say what is
 * so. {@code -Dtruth.seeds=200} runs more of it, {@code -Dtruth.first=17 -Dtruth.seeds=1} one.
 */
class TruthModelTest {
  private static final int SEEDS = Integer.getInteger("truth.seeds", 10);
  private static final int FIRST = Integer.getInteger("truth.first", 0);

  /** Within so many seeds each lie is to be found out. */
  private static final int ENOUGH = 20;

  static LongStream seeds() {
    return LongStream.range(FIRST, FIRST + SEEDS);
  }

  @TempDir Path folder;

  @ParameterizedTest
  @MethodSource("seeds")
  @Timeout(300)
  void allSayWhatIsSo(long seed) throws Exception {
    run(seed, Lie.NONE);
  }

  /** The reference is no rubber stamp. */
  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  @Timeout(600)
  void eachLieIsFound(Lie lie) throws Exception {
    boolean found = false;
    for (long seed = 0; seed < ENOUGH && !found; seed++) {
      try {
        run(seed, lie);
      } catch (AssertionError e) {
        found = true;
      }
    }
    assertThat(found).isTrue();
  }

  private void run(long seed, Lie lie) throws Exception {
    Path own = Files.createDirectory(folder.resolve(lie + "-" + seed));
    try (Run run = new Run(own, seed, Script.of(seed), lie)) {
      Run.End unused = run.all();
    }
  }
}
