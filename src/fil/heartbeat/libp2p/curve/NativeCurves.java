package fil.heartbeat.libp2p.curve;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * libsodium in place of BouncyCastle, for a program that asks for it: it takes about half the time.
 * Needs {@code net.java.dev.jna:jna} and {@code com.goterl:lazysodium-java}, of which only the
 * libraries of libsodium are used, on the class path; neither is needed otherwise.
 */
public final class NativeCurves {
  /** Where JNA unpacks its own library. */
  private static final String JNA_TEMP = "jna.tmpdir";

  private static final Path LOADED = Path.of("/proc/self/maps");

  private NativeCurves() {}

  /**
   * Uses it from now on in the whole process, after it has shown that it computes the vectors of
   * the RFCs. Libraries are unpacked into the folder, and deleted again where the system allows
   * that. Blocks; idempotent.
   *
   * @param folder an existing one, from which libraries can be loaded
   * @return why it cannot be used here, so that nothing has changed; empty when it is used
   */
  public static synchronized Optional<String> use(Path folder) {
    if (!(Curves.active() instanceof PortableCurves)) {
      return Optional.empty();
    }
    try {
      Curves loaded = load(folder);
      String fault = CurveVectors.fault(loaded);
      if (fault != null) {
        return Optional.of(loaded.library() + " fails a known vector: " + fault);
      }
      ActiveCurves.use(loaded);
      return Optional.empty();
    } catch (IOException | RuntimeException | LinkageError e) {
      return Optional.of(oneLine(e));
    }
  }

  /** Loads it without a change of what the process uses. */
  static Curves load(Path folder) throws IOException {
    String system = System.getProperty("os.name", "");
    String machine = System.getProperty("os.arch", "");
    String resource = resource(system, machine);
    if (resource == null) {
      throw new IOException("there is no library for " + system + " " + machine);
    }
    if (isMusl()) {
      throw new IOException("the C library of this system is musl");
    }
    if (NativeCurves.class.getResource("/com/sun/jna/Native.class") == null) {
      throw new IOException("JNA is not on the class path");
    }
    return load(resource, folder.toAbsolutePath());
  }

  /** Returns the name of the library within lazysodium-java; null when it has none. */
  static @Nullable String resource(String system, String machine) {
    String os = system.toLowerCase(Locale.ROOT);
    boolean intel = machine.equals("amd64") || machine.equals("x86_64");
    boolean arm = machine.equals("aarch64") || machine.equals("arm64");
    if (os.startsWith("linux")) {
      return intel ? "linux64/libsodium.so" : arm ? "arm64/libsodium.so" : null;
    }
    if (os.startsWith("mac")) {
      return intel ? "mac/libsodium.dylib" : arm ? "mac_arm/libsodium.dylib" : null;
    }
    return os.startsWith("windows") && intel ? "windows64/libsodium.dll" : null;
  }

  /** The libraries are built for glibc; with another one a call may end the process. */
  private static boolean isMusl() throws IOException {
    if (!Files.isReadable(LOADED)) {
      return false;
    }
    try (Stream<String> lines = Files.lines(LOADED)) {
      return lines.anyMatch(line -> line.contains("/ld-musl-"));
    }
  }

  private static Curves load(String resource, Path folder) throws IOException {
    try (InputStream in = NativeCurves.class.getResourceAsStream("/" + resource)) {
      if (in == null) {
        throw new IOException("lazysodium-java is not on the class path");
      }
      String end = resource.substring(resource.lastIndexOf('.'));
      Path library = Files.createTempFile(folder, "libsodium", end);
      try {
        try (var out = Files.newOutputStream(library)) {
          long unused = in.transferTo(out);
        }
        if (System.getProperty(JNA_TEMP) == null) {
          System.setProperty(JNA_TEMP, folder.toString());
        }
        return Sodium.load(library);
      } finally {
        delete(library);
      }
    }
  }

  /** Linux and macOS keep a loaded library without its name; Windows does not delete it. */
  private static void delete(Path library) {
    try {
      boolean unused = Files.deleteIfExists(library);
    } catch (IOException inUse) {
      library.toFile().deleteOnExit();
    }
  }

  private static String oneLine(Throwable failure) {
    Throwable first = failure;
    while (first.getCause() != null) {
      first = first.getCause();
    }
    String said = String.valueOf(first.getMessage());
    // The JDK's message of a file problem is often the path alone.
    String text =
        first.getClass() == IOException.class
            ? said
            : first.getClass().getSimpleName() + ": " + said;
    return text.replaceAll("\\s+", " ");
  }
}
