package fil.heartbeat.contract;

import fil.heartbeat.testing.Daemon;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The program as it is started from outside: by the class that the POM names. */
final class Program {
  private static final Pattern MAIN = Pattern.compile("<main\\.class>([^<]+)</main\\.class>");

  private Program() {}

  /**
   * What a command did.
   *
   * @param code the exit code; -1 when the process would go on
   */
  record Result(int code, String out, String err) {}

  static String mainClass() throws IOException {
    Matcher main = MAIN.matcher(Files.readString(Path.of("pom.xml")));
    if (!main.find()) {
      throw new IOException("pom.xml names no main.class");
    }
    return main.group(1);
  }

  /** Runs a command in this JVM, as the start of the program does. */
  static Result run(Map<String, String> environment, String... arguments)
      throws IOException, ReflectiveOperationException {
    Constructor<?> make =
        Class.forName(mainClass())
            .getDeclaredConstructor(
                Map.class, Properties.class, PrintStream.class, PrintStream.class);
    make.setAccessible(true);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Object main = make.newInstance(environment, new Properties(), stream(out), stream(err));
    Method run = main.getClass().getDeclaredMethod("run", List.class);
    run.setAccessible(true);
    try {
      OptionalInt code = (OptionalInt) run.invoke(main, List.of(arguments));
      return new Result(code.orElse(-1), text(out), text(err));
    } catch (InvocationTargetException e) {
      throw new IllegalStateException(String.join(" ", arguments), e.getCause());
    }
  }

  private static PrintStream stream(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  private static String text(ByteArrayOutputStream bytes) {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  /** As a process of its own in a folder, with nothing of the program in its environment. */
  static Process start(Path folder, Path log) throws IOException {
    return Daemon.command(folder).redirectError(log.toFile()).start();
  }
}
