package fil.heartbeat.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fil.heartbeat.history.PackedHour.Cell;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PackedHourTest {
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void packedCellsAreUnpacked(long seed) {
    Random random = new Random(seed);
    List<Cell> cells = new ArrayList<>();
    for (int i = 0; i < 120; i++) {
      if (random.nextInt(10) > 0) {
        cells.add(
            new Cell(
                58_900_000L + i,
                random.nextInt(5) == 0 ? null : Long.valueOf(random.nextLong() >>> 20),
                random.nextInt(5) == 0 ? null : Long.valueOf(random.nextInt(9)),
                1 + random.nextInt(13),
                random.nextInt(1000),
                random.nextInt(),
                seed % 2 == 0
                    ? Reported.NONE
                    : new Reported(
                        random.nextInt(5) == 0 ? null : Long.valueOf(random.nextInt(900)),
                        random.nextInt(5) == 0 ? null : Long.valueOf(random.nextInt(90)),
                        random.nextInt(5) == 0 ? null : Long.valueOf(random.nextLong() >>> 2))));
      }
    }
    assertThat(PackedHour.unpack(PackedHour.pack(cells))).as("seed %s", seed).isEqualTo(cells);
  }

  @Test
  void anHourOfARegularNodeIsSmall() {
    List<Cell> cells = new ArrayList<>();
    for (int i = 0; i < 120; i++) {
      cells.add(new Cell(58_900_000L + i, 5_000_000L + i, 0L, 13, 10, 3_010, Reported.NONE));
    }
    assertThat(PackedHour.pack(cells)).hasSizeLessThan(100);
  }

  @Test
  void whatANodeReportsNeedsLittleMore() {
    List<Cell> cells = new ArrayList<>();
    for (int i = 0; i < 120; i++) {
      Reported reported = new Reported(9L + i % 3, 42L, 36_000_000_000L - i * 1_000_000L);
      cells.add(new Cell(58_900_000L + i, 5_000_000L + i, 0L, 13, 10, 3_010, reported));
    }
    assertThat(PackedHour.pack(cells)).hasSizeLessThan(200);
  }

  /** As programs before version 5 of the schema packed one. */
  @Test
  void anHourWithoutTheColumnsIsRead() {
    List<Cell> cells = List.of(new Cell(1, 2L, null, 4, 5, 6, Reported.NONE));
    byte[] old = HexFormat.of().parseHex("63646263e0e0e20100");
    assertThat(PackedHour.pack(cells)).isEqualTo(old);
    assertThat(PackedHour.unpack(old)).isEqualTo(cells);
  }

  @Test
  void damageIsReported() {
    byte[] packed = PackedHour.pack(List.of(new Cell(1, 2L, 3L, 4, 5, 6, Reported.NONE)));
    assertThatThrownBy(() -> PackedHour.unpack(Arrays.copyOf(packed, packed.length / 2)))
        .isInstanceOf(HistoryException.class)
        .hasMessageStartingWith("an hour of the history is damaged");
    assertThatThrownBy(() -> PackedHour.unpack(new byte[] {(byte) 0xff, 1, 2}))
        .isInstanceOf(HistoryException.class);
  }
}
