package fil.heartbeat.api.access;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The secret that changes need where {@code http.auth} names no tokens: whoever can read this file
 * may change things. The address of a client proves nothing, since a proxy on the same machine
 * looks like a person on it. Blocks.
 */
public final class LocalToken {
  private static final String NAME = "local.token";
  private static final int BYTES = 32;
  private static final int LENGTH = 43;
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  private LocalToken() {}

  /** Returns the path of the file in an aggregator's folder. */
  public static Path in(Path dataDir) {
    return dataDir.resolve(NAME);
  }

  /**
   * Reads the secret of a file.
   *
   * @throws IOException that names the file and what is wrong with it
   */
  public static String read(Path file) throws IOException {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(2 * LENGTH);
    }
    return Optional.of(new String(bytes, UTF_8).strip())
        .filter(LocalToken::isOne)
        .orElseThrow(
            () ->
                new IOException(
                    file + ": no secret (expected: what the aggregator wrote at its start)"));
  }

  /**
   * Makes the code of a login link that works once and for a short time.
   *
   * @throws IOException that names the file and what is wrong with it
   */
  public static String loginCode(Path file, Instant now) throws IOException {
    return LoginCode.make(Tokens.key(read(file)), now);
  }

  /** Makes the file unless it exists and others cannot read it. Returns whether it was made. */
  static boolean make(Path file) throws IOException {
    if (isWell(file)) {
      return false;
    }
    byte[] secret = new byte[BYTES];
    new SecureRandom().nextBytes(secret);
    String text = Base64.getUrlEncoder().withoutPadding().encodeToString(secret) + "\n";
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null) {
      throw new IOException(file + ": a folder (expected: a file name)");
    }
    Files.createDirectories(folder);
    FileAttribute<?>[] attributes =
        isPosix(file)
            ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ONLY)}
            : new FileAttribute<?>[0];
    Path whole = Files.createTempFile(folder, ".local", ".tmp", attributes);
    try {
      Files.write(whole, text.getBytes(US_ASCII));
      replace(whole, file);
    } finally {
      Files.deleteIfExists(whole);
    }
    return true;
  }

  private static void replace(Path whole, Path file) throws IOException {
    try {
      Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(whole, file, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static boolean isWell(Path file) throws IOException {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
        || (isPosix(file) && !OWNER_ONLY.containsAll(Files.getPosixFilePermissions(file)))) {
      return false;
    }
    try {
      return !read(file).isEmpty();
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean isPosix(Path file) {
    return file.getFileSystem().supportedFileAttributeViews().contains("posix");
  }

  private static boolean isOne(String text) {
    return text.length() == LENGTH && text.matches("[A-Za-z0-9_-]+");
  }

  /** Parses the secret as the only token. */
  static Tokens.Parsed parse(String text) {
    String secret = text.strip();
    return isOne(secret)
        ? new Tokens.Parsed(new Tokens(Map.of(Tokens.key(secret), Grant.LOCAL)), List.of())
        : new Tokens.Parsed(Tokens.NONE, List.of(NAME + ": no secret"));
  }
}
