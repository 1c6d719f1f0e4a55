package fil.heartbeat.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Random;

/**
 * Changes a file in each way that people, editors and Kubernetes do, always with the same time
 * stamp: content counts, not when it was written.
 */
public final class FileScript {
  private final Path file;
  private int steps;

  public FileScript(Path file) {
    this.file = file;
  }

  /** Writes in place. */
  public static Path write(Path file, String text) throws IOException {
    return Files.setLastModifiedTime(Files.writeString(file, text), FileTime.from(Instant.EPOCH));
  }

  /** One change; answers whether the file holds the text now, else it holds nothing whole. */
  public boolean change(Random random, String text) throws IOException {
    steps++;
    boolean plain = Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
    int kind = random.nextInt(plain ? 9 : 7);
    if (kind < 4) {
      boolean unused = Files.deleteIfExists(file);
    }
    Path ignored;
    switch (kind) {
      case 0 -> {
        return false;
      }
      case 1 -> {
        ignored = Files.createDirectory(file);
        return false;
      }
      case 2 -> {
        ignored = Files.createSymbolicLink(file, file.resolveSibling("nowhere"));
        return false;
      }
      case 3 -> {
        ignored = write(file, text);
        return true;
      }
      case 4, 5, 6 -> {
        boolean unused = Files.isDirectory(file) && Files.deleteIfExists(file);
        Path next = write(file.resolveSibling("next" + steps), text);
        ignored =
            Files.move(
                kind == 4 ? next : linked(next, kind == 6), file, StandardCopyOption.ATOMIC_MOVE);
        return true;
      }
      case 7 -> {
        ignored = write(file, text.substring(0, 1));
        return false;
      }
      default -> {
        ignored = write(file, "");
        return false;
      }
    }
  }

  /** A link to a file, or through a folder that is a link, as a secret of Kubernetes is renewed. */
  private Path linked(Path next, boolean throughFolder) throws IOException {
    Path link = file.resolveSibling("link" + steps);
    if (!throughFolder) {
      return Files.createSymbolicLink(link, next);
    }
    Path folder = Files.createDirectory(file.resolveSibling("data" + steps));
    Path moved = Files.move(next, folder.resolve("f"));
    Path data = Files.createSymbolicLink(file.resolveSibling("..data" + steps), folder);
    return Files.createSymbolicLink(link, data.resolve(moved.getFileName()));
  }
}
