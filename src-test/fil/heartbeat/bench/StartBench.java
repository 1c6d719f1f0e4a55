package fil.heartbeat.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * CPU and time from the start of an aggregator with HTTP until its last {@code ready:} line: plain,
 * and with an archive made by an earlier run beside a small swarm (on 17 one of classes, from 25 on
 * an AOT cache with method profiles). Rounds of both alternate. Arguments: the jar, seconds of the
 * training (20), rounds (5), then options of the JVM.
 */
public final class StartBench {
  private static final int AOT_SINCE = 25;

  private StartBench() {}

  public static void main(String[] args) throws Exception {
    Path jar = Path.of(args[0]).toAbsolutePath();
    int training = args.length > 1 ? Integer.parseInt(args[1]) : 20;
    int rounds = args.length > 2 ? Integer.parseInt(args[2]) : 5;
    List<String> options = new ArrayList<>(List.of("-Xmx512m"));
    for (int i = 3; i < args.length; i++) {
      options.add(args[i]);
    }
    Path folder = Files.createTempDirectory("start");
    Files.writeString(
        folder.resolve("config.json"),
        """
        {"aggregator":{"listen":"/ip4/127.0.0.1/tcp/0","network":"simulated"},"http":{"port":0}}
        """);
    Path archive = folder.resolve("archive");
    boolean aot = Runtime.version().feature() >= AOT_SINCE;
    train(
        folder,
        jar,
        options,
        (aot ? "-XX:AOTCacheOutput=" : "-XX:ArchiveClassesAtExit=") + archive,
        training);
    System.out.printf("java=%s archive=%,d bytes%n", Runtime.version(), Files.size(archive));
    List<String> with = new ArrayList<>(options);
    with.add((aot ? "-XX:AOTCache=" : "-XX:SharedArchiveFile=") + archive);
    for (int round = 1; round <= rounds; round++) {
      start("plain", folder, jar, options, round);
      start("archive", folder, jar, with, round);
    }
  }

  private static List<String> command(Path jar, List<String> options, String... args) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(List.of("-jar", jar.toString()));
    command.addAll(List.of(args));
    return command;
  }

  private static void start(String name, Path folder, Path jar, List<String> options, int round) {
    long begun = System.nanoTime();
    try (Child program = run(folder, jar, options)) {
      String unused = program.await("ready: http");
      System.out.printf(
          Locale.ROOT,
          "%s round=%d cpu=%.2f s time=%.2f s rss=%d KiB%n",
          name,
          round,
          program.cpuSeconds(),
          (System.nanoTime() - begun) / 1e9,
          program.rssKib());
    }
  }

  private static Child run(Path folder, Path jar, List<String> options) {
    return new Child(
        command(jar, options, "run", "--config", folder.resolve("config.json").toString()),
        ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()));
  }

  /** The archive is written as the process ends. */
  private static void train(
      Path folder, Path jar, List<String> options, String archiving, int seconds) throws Exception {
    List<String> with = new ArrayList<>(options);
    with.add(archiving);
    Child program = run(folder, jar, with);
    String target = program.await("ready: aggregator").substring("ready: aggregator ".length());
    String unused = program.await("ready: http");
    Child swarm =
        new Child(
            command(
                jar,
                List.of(),
                "swarm",
                "--target",
                target,
                "--nodes",
                "200",
                "--duration",
                seconds + "s"),
            ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()));
    TimeUnit.SECONDS.sleep(seconds);
    swarm.close();
    program.end(120);
  }
}
