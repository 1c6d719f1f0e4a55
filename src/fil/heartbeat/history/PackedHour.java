package fil.heartbeat.history;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.Nullable;

/**
 * One node's slots of one hour in a few bytes: each number as a varint of the difference to the
 * previous slot, column by column, deflated.
 */
final class PackedHour {
  private static final int COLUMNS = 6;

  /** Columns of what nodes report, behind the others; an hour without any has none of them. */
  private static final int REPORTED = Reported.COLUMNS.size();

  /** More than any hour unpacks to. */
  private static final int MAX_BYTES = 64 * 1024;

  /**
   * The data of one slot.
   *
   * @param height null without one
   * @param lag null when unknown
   * @param state code
   */
  record Cell(
      long slot,
      @Nullable Long height,
      @Nullable Long lag,
      int state,
      int beats,
      int gapMillis,
      Reported reported) {}

  private PackedHour() {}

  /** Packs cells of one hour, in the order of their slots. */
  static byte[] pack(List<Cell> cells) {
    ByteArrayOutputStream plain = new ByteArrayOutputStream();
    varint(plain, cells.size());
    boolean reported = cells.stream().anyMatch(cell -> !cell.reported().equals(Reported.NONE));
    for (int column = 0; column < (reported ? COLUMNS + REPORTED : COLUMNS); column++) {
      long before = 0;
      for (Cell cell : cells) {
        long value = value(cell, column);
        varint(plain, ((value - before) << 1) ^ ((value - before) >> 63));
        before = value;
      }
    }
    Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (DeflaterOutputStream out = new DeflaterOutputStream(packed, deflater)) {
      plain.writeTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      deflater.end();
    }
    return packed.toByteArray();
  }

  /** Reverses {@link #pack}. */
  static List<Cell> unpack(byte[] packed) {
    byte[] plain;
    try (InflaterInputStream in =
        new InflaterInputStream(
            new ByteArrayInputStream(packed), new java.util.zip.Inflater(true))) {
      plain = in.readNBytes(MAX_BYTES);
    } catch (IOException e) {
      throw new HistoryException("an hour of the history is damaged: " + e.getMessage(), e);
    }
    Reader reader = new Reader(plain);
    long promised = reader.next();
    if (promised < 0 || promised > plain.length) {
      throw new HistoryException(
          "an hour of the history is damaged: it has " + promised + " slots");
    }
    int count = (int) promised;
    long[][] columns = new long[COLUMNS + REPORTED][count];
    for (int each = 0; each < columns.length; each++) {
      if (each == COLUMNS && reader.isAtEnd()) {
        break;
      }
      long[] column = columns[each];
      long before = 0;
      for (int i = 0; i < count; i++) {
        long zigzag = reader.next();
        before += (zigzag >>> 1) ^ -(zigzag & 1);
        column[i] = before;
      }
    }
    List<Cell> cells = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      cells.add(
          new Cell(
              columns[0][i],
              optional(columns[1][i]),
              optional(columns[2][i]),
              (int) columns[3][i],
              (int) columns[4][i],
              (int) columns[5][i],
              reported(columns, i)));
    }
    return cells;
  }

  private static Reported reported(long[][] columns, int cell) {
    List<@Nullable Long> values = new ArrayList<>(REPORTED);
    for (int i = 0; i < REPORTED; i++) {
      values.add(optional(columns[COLUMNS + i][cell]));
    }
    return Reported.of(values);
  }

  private static long value(Cell cell, int column) {
    return switch (column) {
      case 0 -> cell.slot();
      case 1 -> plusOne(cell.height());
      case 2 -> plusOne(cell.lag());
      case 3 -> cell.state();
      case 4 -> cell.beats();
      case 5 -> cell.gapMillis();
      default -> plusOne(cell.reported().values().get(column - COLUMNS));
    };
  }

  private static long plusOne(@Nullable Long value) {
    return value == null ? 0 : value + 1;
  }

  private static @Nullable Long optional(long plusOne) {
    return plusOne == 0 ? null : Long.valueOf(plusOne - 1);
  }

  private static void varint(ByteArrayOutputStream out, long number) {
    long left = number;
    while ((left & ~0x7fL) != 0) {
      out.write((int) ((left & 0x7f) | 0x80));
      left >>>= 7;
    }
    out.write((int) left);
  }

  private static final class Reader {
    private final byte[] bytes;
    private int at;

    private Reader(byte[] bytes) {
      this.bytes = bytes;
    }

    private boolean isAtEnd() {
      return at == bytes.length;
    }

    private long next() {
      long number = 0;
      for (int shift = 0; shift < 64; shift += 7) {
        if (at == bytes.length) {
          throw new HistoryException("an hour of the history is damaged: it ends early");
        }
        byte part = bytes[at++];
        number |= (long) (part & 0x7f) << shift;
        if (part >= 0) {
          return number;
        }
      }
      throw new HistoryException("an hour of the history is damaged: a number is too long");
    }
  }
}
