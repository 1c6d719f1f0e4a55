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
 * A file that marks what is beside it as used by a process, and contains that process's id. The
 * lock ends with the process, however that ends; the file stays, as a deleted one could be locked
 * twice. Blocking, thread-safe.
 */
public final class LockFile implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LockFile.class);

  /** Far beyond the text, as on some systems locked bytes cannot be read. */
  private static final long LOCKED_BYTE = Long.MAX_VALUE - 1;

  /**
   * The files locked by this process. They must not even be opened again: closing one releases the
   * lock of the whole process.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  /** Another holder has the lock. */
  public static final class InUseException extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean ours;

    /**
     * @param by the holder
     * @param ours whether the holder is this process
     */
    public InUseException(String by, boolean ours) {
      super("in use by " + by);
      this.ours = ours;
    }

    /** Whether this process holds the lock. */
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

  /** The lock file of a file, independent of the locale's encoding of its name. */
  public static Path beside(Path file) {
    return Utf8Path.resolve(
        Objects.requireNonNull(file.toAbsolutePath().getParent()), Utf8Path.text(file) + ".lock");
  }

  /**
   * Takes the lock; creates the file when it is absent.
   *
   * @param file in an existing folder
   * @throws InUseException that names the process that holds the lock
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

  /** The lock is valid even if the disk has no room for the number. */
  private static void sign(FileChannel channel) {
    try {
      byte[] pid = (ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII);
      int unused = channel.truncate(0).write(ByteBuffer.wrap(pid), 0);
    } catch (IOException e) {
      log.debug("lock without a process id", e);
    }
  }

  /** The holder's own description, from the file. */
  private static String owner(Path path) {
    try {
      String text = Files.readString(path, StandardCharsets.ISO_8859_1).strip();
      return text.matches("\\d{1,19}") ? ", " + text : "";
    } catch (IOException e) {
      return "";
    }
  }

  /** Releases the lock. */
  @Override
  public void close() throws IOException {
    try {
      channel.close();
    } finally {
      boolean unused = HELD.remove(path);
    }
  }
}
