package fil.heartbeat.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Reads small files that people and tools write or replace: configuration, tokens, secrets,
 * certificates. The message of a failure is one line that names the file and never shows its
 * content. Blocks.
 */
public final class SmallFile {
  /** The limit of any such file, in bytes. */
  public static final int MAX_BYTES = 1024 * 1024;

  private static final char MARK = '\uFEFF';

  private SmallFile() {}

  /**
   * Reads all bytes of the file that the path currently leads to, links included.
   *
   * @param max in bytes
   */
  public static byte[] bytes(Path file, int max) throws IOException {
    if (!Files.isRegularFile(file)) {
      // Reading a pipe would block, and for a folder the error differs by system.
      throw new IOException(file + ": " + whatItIs(file));
    }
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(max + 1);
    } catch (IOException e) {
      throw new IOException(file + ": " + reason(e), e);
    }
    checkSize(file, bytes, max);
    return bytes;
  }

  private static void checkSize(Path file, byte[] bytes, int max) throws IOException {
    if (bytes.length > max) {
      throw new IOException(file + ": more than " + max + " bytes (expected: fewer)");
    }
  }

  /** Reads text without a byte order mark. Line ends are unchanged. */
  public static String text(Path file, int max) throws IOException {
    return text(file, bytes(file, max));
  }

  /** Decodes bytes that were read before. */
  public static String text(Path file, byte[] bytes) throws IOException {
    CharsetDecoder decoder =
        UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length);
    CoderResult result = decoder.decode(in, out, true);
    out.flip();
    if (result.isError()) {
      long line = 1 + out.chars().filter(each -> each == '\n').count();
      throw new IOException(
          file
              + ": line "
              + line
              + ": "
              + (isUtf16(bytes) ? "UTF-16" : "bytes that are no text")
              + " (expected: UTF-8)");
    }
    return withoutMark(out.toString());
  }

  /** Removes a leading byte order mark, which some editors write. */
  public static String withoutMark(String text) {
    return !text.isEmpty() && text.charAt(0) == MARK ? text.substring(1) : text;
  }

  /**
   * Reads a file's only line, without surrounding white space.
   *
   * @param what the content, for the message of a failure
   */
  public static String line(Path file, int max, String what) throws IOException {
    return line(file, bytes(file, max), max, what);
  }

  /** As {@link #line(Path, int, String)}, of bytes that were read before. */
  static String line(Path file, byte[] bytes, int max, String what) throws IOException {
    checkSize(file, bytes, max);
    String line = text(file, bytes).strip();
    if (line.isEmpty()) {
      throw new IOException(file + " is empty (expected: " + what + ")");
    }
    if (line.chars().anyMatch(Character::isISOControl)) {
      throw new IOException(
          file + ": more than one line, or control characters (expected: " + what + " alone)");
    }
    return line;
  }

  /**
   * Reads a token that is valid in an HTTP header.
   *
   * @param what the content, for the message of a failure
   */
  public static String token(Path file, int max, String what) throws IOException {
    return token(file, bytes(file, max), max, what);
  }

  /** As {@link #token(Path, int, String)}, of bytes that were read before. */
  static String token(Path file, byte[] bytes, int max, String what) throws IOException {
    String token = line(file, bytes, max, what);
    if (!token.chars().allMatch(c -> c > ' ' && c <= '~')) {
      throw new IOException(file + ": no token (expected: " + what + ")");
    }
    return token;
  }

  private static boolean isUtf16(byte[] bytes) {
    return bytes.length > 1
        && ((bytes[0] == (byte) 0xFE && bytes[1] == (byte) 0xFF)
            || (bytes[0] == (byte) 0xFF && bytes[1] == (byte) 0xFE));
  }

  private static String whatItIs(Path file) {
    if (Files.isDirectory(file)) {
      return "a folder (expected: a file)";
    }
    if (Files.exists(file)) {
      return "not a plain file (expected: one)";
    }
    if (Files.notExists(file)) {
      return Files.exists(file, LinkOption.NOFOLLOW_LINKS)
          ? "a link to nothing (expected: a file)"
          : "no such file (expected: one that can be read)";
    }
    return "permission denied (expected: to be readable by this user)";
  }

  private static String reason(IOException e) {
    if (e instanceof AccessDeniedException) {
      return "permission denied (expected: to be readable by this user)";
    }
    return e instanceof NoSuchFileException
        ? "no such file (expected: one that can be read)"
        : "cannot be read: " + e;
  }
}
