package fil.heartbeat.cli;

import fil.heartbeat.app.ConfigFile;
import fil.heartbeat.config.AggregatorConfig;
import fil.heartbeat.config.Config;
import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import org.jspecify.annotations.Nullable;

/** The version of this program, from the manifest of its jar; "development" without a jar. */
final class Build {
  private static final String UNKNOWN = "development";

  /** The git commit in the manifest. */
  private static final String COMMIT = "Implementation-Build";

  private Build() {}

  static String version() {
    return known(Build.class.getPackage().getImplementationVersion());
  }

  static String commit() {
    URL here = Build.class.getResource("Build.class");
    try {
      URLConnection connection = here == null ? null : here.openConnection();
      if (connection instanceof JarURLConnection jar) {
        // A cached connection would keep the jar open.
        jar.setUseCaches(false);
        try (var file = jar.getJarFile()) {
          var manifest = file.getManifest();
          return known(manifest == null ? null : manifest.getMainAttributes().getValue(COMMIT));
        }
      }
      return UNKNOWN;
    } catch (IOException e) {
      return UNKNOWN;
    }
  }

  /** The first line of a log: program, config, Java and system. */
  static String line(ConfigFile file, Config config) {
    return "filecoin-heartbeat "
        + version()
        + " ("
        + commit()
        + ") java "
        + System.getProperty("java.version")
        + " config="
        + (file.exists() ? file.path() : "none")
        + " dataDir="
        + config.aggregator().map(AggregatorConfig::dataDir).map(Object::toString).orElse("none");
  }

  private static String known(@Nullable String text) {
    return text == null ? UNKNOWN : text;
  }
}
