package fil.heartbeat.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** File names as UTF-8, even if the locale of the process lacks the characters. */
final class Utf8Path {
  private Utf8Path() {}

  /**
   * A path; relative ones start from the folder.
   *
   * @throws InvalidPathException when it is no valid file name
   */
  static Path resolve(Path folder, String text) {
    try {
      return folder.resolve(text);
    } catch (InvalidPathException e) {
      if (text.indexOf('\0') >= 0 || !folder.getFileSystem().getSeparator().equals("/")) {
        throw e;
      }
      return folder.resolve(bytes(text));
    }
  }

  /** Whether its text represents it completely in the locale of the process. */
  static boolean isText(Path path) {
    return path.toString().indexOf('\uFFFD') < 0;
  }

  /** The text from which {@link #resolve} makes the same path. */
  static String text(Path path) {
    if (isText(path)) {
      return path.toString();
    }
    String name = path.toAbsolutePath().toUri().getRawPath().replace("+", "%2B");
    return URLDecoder.decode(name.replaceFirst("/$", ""), UTF_8);
  }

  /** A URI is made of bytes, not characters. */
  private static Path bytes(String text) {
    StringBuilder uri = new StringBuilder("file:///");
    for (byte each : text.getBytes(UTF_8)) {
      uri.append(each == '/' ? "/" : String.format("%%%02X", each));
    }
    Path absolute = Path.of(URI.create(uri.toString().replaceFirst("///+", "///")));
    return text.startsWith("/") ? absolute : absolute.getRoot().relativize(absolute);
  }
}
