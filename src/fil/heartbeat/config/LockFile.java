package fil.heartbeat.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that says that a process uses what is beside it, and which: it holds the process id. The
 * lock ends with the process, however that ends; the file stays, as one that is deleted could be
 * taken twice. Blocking, thread-safe.
 */
public final class LockFile implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LockFile.class);

  /** Far behind the text, as some systems let nobody read what is locked. */
  private static final long LOCKED_BYTE = Long.MAX_VALUE - 1;

  /**
   * Those of this process. Such a file must not even be opened again: when it is closed, the system
   * takes the lock of the whole process away.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  /** Somebody else has it. */
  public static final class InUseException extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean ours;

    /**
     * @param by who has it
     * @param ours whether that is this process
     */
    public InUseException(String by, boolean ours) {
      super("in use by " + by);
      this.ours = ours;
    }

    /** Whether it is this process that has it. */
    public boolean isOurs() {
      return ours;
    }
  }

  private final Path path;
  private final FileChannel channel;

  private LockFile(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  /** The one of a file, whatever the locale of the process makes of its name. */
  public static Path beside(Path file) {
    return Utf8Path.resolve(
        Objects.requireNonNull(file.toAbsolutePath().getParent()), Utf8Path.text(file) + ".lock");
  }

  /**
   * Takes it, made when it is absent.
   *
   * @param file in a folder that is there
   * @throws InUseException that names the process that has it
   */
  public static LockFile take(Path file) throws IOException, InUseException {
    Path folder = Objects.requireNonNull(file.toAbsolutePath().getParent()).toRealPath();
    Path path = folder.resolve(Objects.requireNonNull(file.getFileName()));
    if (!HELD.add(path)) {
      throw new InUseException("this process, " + ProcessHandle.current().pid(), true);
    }
    try {
      return new LockFile(path, lock(path));
    } catch (IOException | InUseException | RuntimeException e) {
      boolean unused = HELD.remove(path);
      throw e;
    }
  }

  private static FileChannel lock(Path path) throws IOException, InUseException {
    FileChannel channel =
        FileChannel.open(
            path, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE), ours(path));
    try {
      if (channel.tryLock(LOCKED_BYTE, 1, false) != null) {
        sign(channel);
        return channel;
      }
    } catch (IOException e) {
      channel.close();
      throw e;
    } catch (OverlappingFileLockException e) {
      channel.close();
      throw new IOException(e);
    }
    channel.close();
    throw new InUseException("another process" + owner(path), false);
  }

  private static FileAttribute<?>[] ours(Path path) {
    return path.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        }
        : new FileAttribute<?>[0];
  }

  /** The lock counts, whether the disk has room for a number or not. */
  private static void sign(FileChannel channel) {
    try {
      byte[] pid = (ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII);
      int unused = channel.truncate(0).write(ByteBuffer.wrap(pid), 0);
    } catch (IOException e) {
      log.debug("lock without a process id", e);
    }
  }

  /** Who that has it wrote to be. */
  private static String owner(Path path) {
    try {
      String text = Files.readString(path, StandardCharsets.ISO_8859_1).strip();
      return text.matches("\\d{1,19}") ? ", " + text : "";
    } catch (IOException e) {
      return "";
    }
  }

  /** Gives it back. */
  @Override
  public void close() throws IOException {
    try {
      channel.close();
    } finally {
      boolean unused = HELD.remove(path);
    }
  }
}
