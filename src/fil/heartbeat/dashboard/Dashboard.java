package fil.heartbeat.dashboard;

import static java.nio.charset.StandardCharsets.UTF_8;

import fil.heartbeat.text.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** The files of the page, read once from the class path. A fixed list: nothing else is served. */
public final class Dashboard {
  /**
   * What a browser may do with the page: nothing but its own scripts, styles and requests, so that
   * a node's claims can never become code.
   */
  public static final String CONTENT_SECURITY_POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
          + " worker-src 'self';"
          + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private static final String PAGE = "index.html";

  private static final List<String> NAMES =
      List.of(
          PAGE,
          "style.css",
          "app.js",
          "overview.js",
          "table.js",
          "node.js",
          "chain.js",
          "alerts.js",
          "alert-parts.js",
          "alert-actions.js",
          "alert-history.js",
          "legend.js",
          "login.js",
          "snippets.js",
          "chart.js",
          "state-strip.js",
          "states.js",
          "format.js",
          "dom.js",
          "fetch.js",
          "info.js",
          "route.js",
          "filters.js",
          "filter-tools.js",
          "extras.js",
          "reported.js",
          "network.js",
          "upgrades.js",
          "sign.js",
          "press.js",
          "keep.js",
          "clock.js",
          "feed.js",
          "connection.js",
          "hub.js",
          "worker.js",
          "model.js",
          "icon.svg",
          "icon-stale.svg",
          "lib/uPlot.esm.js",
          "lib/uPlot.min.css",
          "lib/uPlot-LICENSE.txt");

  /**
   * A file of the page.
   *
   * @param type media type
   */
  public record File(String type, byte[] bytes) {
    @Override
    public byte[] bytes() {
      return bytes.clone();
    }
  }

  private static final Map<String, File> FILES = load();

  private Dashboard() {}

  /** The names of all files; the first is the page. */
  public static List<String> names() {
    return NAMES;
  }

  /** A file by its name. */
  public static Optional<File> file(String name) {
    return Optional.ofNullable(FILES.get(name));
  }

  private static Map<String, File> load() {
    Map<String, File> files = new LinkedHashMap<>();
    for (String name : NAMES) {
      try (InputStream in = Dashboard.class.getResourceAsStream("web/" + name)) {
        if (in == null) {
          throw new IllegalStateException(name + " is not in the jar");
        }
        files.put(name, new File(type(name), in.readAllBytes()));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    String text = new String(page(files).bytes, UTF_8);
    byte[] versioned =
        text.replace("content=\"VERSION\"", "content=\"" + version(files) + '"').getBytes(UTF_8);
    files.put(PAGE, new File(type(PAGE), versioned));
    return files;
  }

  private static File page(Map<String, File> files) {
    return Objects.requireNonNull(files.get(PAGE));
  }

  /** Another one whenever any file is. */
  private static String version(Map<String, File> files) {
    byte[] digest =
        Sha256.of(files.values().stream().map(file -> file.bytes).toArray(byte[][]::new));
    return HexFormat.of().formatHex(digest, 0, 8);
  }

  private static String type(String name) {
    String ending = name.substring(name.lastIndexOf('.') + 1);
    return switch (ending) {
      case "html" -> "text/html; charset=utf-8";
      case "css" -> "text/css; charset=utf-8";
      case "js" -> "text/javascript; charset=utf-8";
      case "txt" -> "text/plain; charset=utf-8";
      default -> "image/svg+xml";
    };
  }
}
