package fil.heartbeat.libp2p;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;

/** A private key on disk: the binary libp2p {@code PrivateKey} protobuf, mode 0600. Blocking. */
public final class KeyFile {
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  private static final String FORMAT = "the binary libp2p PrivateKey protobuf";

  /** Warnings already logged: each contains a file and its mode. */
  private static final Set<String> REPORTED = ConcurrentHashMap.newKeySet();

  /**
   * The result of reading a key file.
   *
   * @param created whether this call made the file
   * @param warning set when users other than the owner may read the file; one log line
   */
  public record Loaded(Path file, Identity identity, boolean created, Optional<String> warning) {

    /**
     * Logs that this call created the file and thereby a new peer id, and logs the warning once:
     * hosts that share a file each read it.
     */
    public void report(Logger log) {
      report(log, "");
    }

    /**
     * @param more text appended to the first line, such as {@code " node=a"}; empty for nothing
     */
    public void report(Logger log, String more) {
      if (created) {
        log.warn("generated key file={} peer={}{}", file, identity.peerId(), more);
      }
      warning.filter(REPORTED::add).ifPresent(log::warn);
    }
  }

  private KeyFile() {}

  /**
   * Reads the key, or creates one of the given type, with its folders and atomically, when the file
   * is absent. When two processes create it at once, one wins and both read its key.
   *
   * @throws KeyFileException that names the file and the remedy
   */
  public static Loaded loadOrCreate(Path file, KeyType type) {
    boolean created = !Files.exists(file, LinkOption.NOFOLLOW_LINKS) && create(file, type);
    return load(file, created, "the one that was there a moment ago");
  }

  /**
   * Reads the key; does not create one.
   *
   * @param source how the file is created, for the message about a missing one
   * @throws KeyFileException that names the file and the remedy
   */
  public static Loaded load(Path file, String source) {
    return load(file, false, source);
  }

  private static Loaded load(Path file, boolean created, String source) {
    try {
      if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
        throw new KeyFileException(
            "key file " + file + ": no such file (expected: " + source + ")", null);
      }
      if (!Files.exists(file)) {
        throw new KeyFileException(
            "key file " + file + ": a link to nothing (expected: " + FORMAT + ")", null);
      }
      if (!Files.isRegularFile(file)) {
        String what = Files.isDirectory(file) ? "a folder" : "not a plain file";
        throw new KeyFileException(
            "key file " + file + ": " + what + " (expected: a file name)", null);
      }
      byte[] bytes;
      try (InputStream in = Files.newInputStream(file)) {
        bytes = in.readNBytes(KeyMessage.MAX_BYTES + 1);
      }
      if (bytes.length == 0) {
        throw new KeyFileException(
            "key file "
                + file
                + ": empty (expected: "
                + FORMAT
                + "; restore it, or delete the file to get a new key and peer id)",
            null);
      }
      return new Loaded(file, Identity.fromProtobuf(bytes), created, warning(file));
    } catch (Libp2pException e) {
      throw new KeyFileException(
          "key file " + file + ": " + e.getMessage() + "; the file must be " + FORMAT, e);
    } catch (IOException e) {
      throw failed(file, "cannot be read", "readable by this user", e);
    }
  }

  /** Creates the file; returns whether this call did so. */
  private static boolean create(Path file, KeyType type) {
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null) {
      throw new KeyFileException("key file " + file + ": a folder (expected: a file name)", null);
    }
    try {
      Files.createDirectories(folder);
      boolean posix = folder.getFileSystem().supportedFileAttributeViews().contains("posix");
      FileAttribute<?>[] attributes =
          posix
              ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ONLY)}
              : new FileAttribute<?>[0];
      Path whole = Files.createTempFile(folder, ".key", ".tmp", attributes);
      try {
        write(whole, Identity.generate(type).toProtobuf());
        publish(whole, file);
        return true;
      } catch (FileAlreadyExistsException e) {
        return false;
      } finally {
        Files.deleteIfExists(whole);
      }
    } catch (IOException e) {
      throw failed(file, "cannot be made", "a folder that this user may write to", e);
    }
  }

  private static void write(Path file, byte[] bytes) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      ByteBuffer left = ByteBuffer.wrap(bytes);
      while (left.hasRemaining()) {
        channel.write(left);
      }
      channel.force(true);
    }
  }

  /**
   * Publishes the file by a hard link: it appears atomically and never replaces a file, which a
   * move does not guarantee.
   */
  private static void publish(Path whole, Path file) throws IOException {
    try {
      Files.createLink(file, whole);
    } catch (FileAlreadyExistsException e) {
      throw e;
    } catch (UnsupportedOperationException | FileSystemException e) {
      // A file system without hard links, such as FAT.
      Files.move(whole, file);
    }
  }

  private static Optional<String> warning(Path file) throws IOException {
    if (!file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      return Optional.empty();
    }
    Set<PosixFilePermission> mode = Files.getPosixFilePermissions(file);
    if (OWNER_ONLY.containsAll(mode)) {
      return Optional.empty();
    }
    return Optional.of(
        "key file "
            + file
            + " has mode "
            + octal(mode)
            + " (expected: 0600): others may use the key; run: chmod 600 "
            + file);
  }

  private static String octal(Set<PosixFilePermission> mode) {
    int bits = 0;
    for (PosixFilePermission permission : mode) {
      bits |=
          switch (permission) {
            case OWNER_READ -> 0400;
            case OWNER_WRITE -> 0200;
            case OWNER_EXECUTE -> 0100;
            case GROUP_READ -> 040;
            case GROUP_WRITE -> 020;
            case GROUP_EXECUTE -> 010;
            case OTHERS_READ -> 04;
            case OTHERS_WRITE -> 02;
            case OTHERS_EXECUTE -> 01;
          };
    }
    return String.format("%04o", bits);
  }

  static KeyFileException failed(Path file, String what, String expected, IOException cause) {
    String reason =
        cause instanceof AccessDeniedException ? "permission denied" : String.valueOf(cause);
    return new KeyFileException(
        "key file " + file + ": " + what + ": " + reason + " (expected: " + expected + ")", cause);
  }
}
