package fil.heartbeat.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import fil.heartbeat.app.App;
import fil.heartbeat.app.Capacity;
import fil.heartbeat.app.ConfigFile;
import fil.heartbeat.app.ConfigWatch;
import fil.heartbeat.app.ProcessLocks;
import fil.heartbeat.app.Steps;
import fil.heartbeat.cli.Arguments.Request;
import fil.heartbeat.cli.Arguments.UsageException;
import fil.heartbeat.config.AggregatorConfig;
import fil.heartbeat.config.Config;
import fil.heartbeat.config.ConfigException;
import fil.heartbeat.config.LastingException;
import fil.heartbeat.config.LogConfig;
import fil.heartbeat.context.Futures;
import fil.heartbeat.history.HistoryException;
import fil.heartbeat.history.HistoryRestore;
import fil.heartbeat.history.SqliteHistory;
import fil.heartbeat.libp2p.HostProvider;
import fil.heartbeat.libp2p.KeyFileException;
import fil.heartbeat.swarm.SwarmConfig;
import io.vertx.core.Vertx;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.Security;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The command line. Exit codes: 0 done, 1 failure, 2 bad usage or config, 70 out of memory or a
 * dead event loop, 143 after SIGTERM, 130 after SIGINT.
 */
public final class Main {
  private static final Logger log = LoggerFactory.getLogger(Main.class);

  static final int DONE = 0;
  static final int FAILURE = 1;
  static final int BAD_USAGE = 2;

  private final Map<String, String> environment;
  private final Properties properties;
  private final PrintStream out;
  private final PrintStream err;
  private final ProcessLocks locks;

  Main(Map<String, String> environment, Properties properties, PrintStream out, PrintStream err) {
    this(environment, properties, out, err, new ProcessLocks());
  }

  /**
   * @param locks locks to take at the start
   */
  Main(
      Map<String, String> environment,
      Properties properties,
      PrintStream out,
      PrintStream err,
      ProcessLocks locks) {
    this.locks = locks;
    this.environment = environment;
    this.properties = properties;
    this.out = out;
    this.err = err;
  }

  public static void main(String[] args) {
    // The next dial must find an aggregator whose address changed, so names are never cached.
    Security.setProperty("networkaddress.cache.ttl", "0");
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, error) -> log.error("thread ended name={}", thread.getName(), error));
    new Main(
            System.getenv(),
            System.getProperties(),
            utf8(FileDescriptor.out),
            utf8(FileDescriptor.err))
        .run(List.of(args))
        .ifPresent(System::exit);
  }

  /** Independent of the locale: names of nodes are text in any script. */
  private static PrintStream utf8(FileDescriptor stream) {
    return new PrintStream(new FileOutputStream(stream), true, UTF_8);
  }

  /** The exit code; empty when the process continues to run. */
  OptionalInt run(List<String> args) {
    Logging.configure(new LogConfig("warn", false));
    try {
      Request request = Arguments.parse(args, Build.version());
      if (request instanceof Request.Print print) {
        out.print(print.text());
        return OptionalInt.of(DONE);
      }
      return run(((Request.Do) request).arguments());
    } catch (UsageException | ConfigException | KeyFileException e) {
      err.println(e.getMessage());
      return OptionalInt.of(BAD_USAGE);
    }
  }

  private OptionalInt run(Arguments arguments) throws UsageException {
    return switch (arguments.command()) {
      case RUN -> start(configFile(arguments));
      case CHECK ->
          OptionalInt.of(check(configFile(arguments), arguments.option("--strict").isPresent()));
      case DOCTOR ->
          OptionalInt.of(
              new Doctor(
                      configFile(arguments),
                      new Doctor.Options(
                          arguments.option("--node"),
                          arguments.option("--target"),
                          arguments.option("--beat").isPresent()),
                      out,
                      InstantSource.system(),
                      environment)
                  .run());
      case BACKUP -> OptionalInt.of(backup(arguments));
      case RESTORE -> OptionalInt.of(restore(arguments));
      case ALERT_TEST ->
          OptionalInt.of(
              new AlertTestCommand(environment, out)
                  .run(configFile(arguments).load(), arguments.option("--sink")));
      case LOGIN_LINK -> OptionalInt.of(loginLink(configFile(arguments)));
      case PEER_ID -> OptionalInt.of(keys(arguments).peerIds());
      case KEYGEN -> OptionalInt.of(keys(arguments).keygen());
      case SWARM -> OptionalInt.of(swarm(arguments));
    };
  }

  private ConfigFile configFile(Arguments arguments) {
    return new ConfigFile(arguments.option("--config"), environment, properties);
  }

  private int check(ConfigFile file, boolean strict) {
    Config config = file.load();
    requireRole(config, file);
    Offline.Found found = Offline.find(config, environment);
    found.faults().forEach(err::println);
    found.warnings().forEach(line -> err.println(strict ? line : "warning: " + line));
    if (!found.faults().isEmpty() || (strict && !found.warnings().isEmpty())) {
      return BAD_USAGE;
    }
    out.println(
        "ok: "
            + file.path()
            + " senders="
            + config.senders().nodes().stream().mapToInt(node -> node.targets().size()).sum()
            + " aggregator="
            + (config.aggregator().isPresent() ? "on" : "off")
            + " http="
            + (config.http().isPresent() ? "on" : "off")
            + " alerts="
            + config
                .alerts()
                .map(alerts -> "on sinks=" + alerts.delivery().sinks().size())
                .orElse("off"));
    return DONE;
  }

  private int backup(Arguments arguments) {
    Path dataDir = dataDir(arguments);
    Path target = Path.of(arguments.option("FILE").orElseThrow());
    try {
      SqliteHistory.backup(dataDir, target);
    } catch (HistoryException e) {
      err.println(e.getMessage());
      return FAILURE;
    }
    out.println("copied: " + target + " bytes=" + target.toFile().length());
    return DONE;
  }

  private int restore(Arguments arguments) {
    Path dataDir = dataDir(arguments);
    Path copy = Path.of(arguments.option("FILE").orElseThrow());
    boolean force = arguments.option("--force").isPresent();
    try {
      HistoryRestore.Result done = HistoryRestore.restore(copy, dataDir, force, Instant.now());
      done.aside().ifPresent(aside -> out.println("moved aside: " + aside));
      out.println("restored: " + done.file() + " bytes=" + done.bytes());
      return DONE;
    } catch (HistoryException e) {
      err.println(e.getMessage());
      return e.isLasting() ? BAD_USAGE : FAILURE;
    }
  }

  private Path dataDir(Arguments arguments) {
    return configFile(arguments)
        .load()
        .aggregator()
        .map(AggregatorConfig::dataDir)
        .orElseThrow(
            () -> ConfigException.of("aggregator", "(absent)", "the role that has the history"));
  }

  private int loginLink(ConfigFile file) {
    try {
      out.println(LoginLink.of(file.load(), Instant.now()));
      return DONE;
    } catch (NoSuchFileException e) {
      err.println(e.getMessage() + ": no such file (expected: made by an aggregator that runs)");
    } catch (AccessDeniedException e) {
      err.println(
          e.getMessage()
              + ": permission denied (expected: to be run as the user that the aggregator runs as)");
    } catch (IOException e) {
      err.println(e.getMessage());
    }
    return FAILURE;
  }

  private int swarm(Arguments arguments) throws UsageException {
    Map<String, String> options = new HashMap<>(arguments.options());
    String implementation = options.remove("--libp2p");
    SwarmConfig config = SwarmConfig.parse(options);
    config.requireSources();
    return new SwarmCommand(
            config, implementation == null ? HostProvider.BUILT_IN : implementation, out, err)
        .run();
  }

  private KeyCommands keys(Arguments arguments) {
    return new KeyCommands(configFile(arguments), arguments, out, err);
  }

  private OptionalInt start(ConfigFile file) {
    Config config = file.load();
    requireRole(config, file);
    Vertx vertx = OwnVertx.create();
    ProcessGuard guard = ProcessGuard.of(vertx);
    Logging.configure(config.log(), guard::onError);
    App app = new App(vertx, config, Build.version(), out::println, new Steps(step -> {}), locks);
    Shutdown shutdown = new Shutdown(app, guard, err, System::exit);
    if (!shutdown.install()) {
      return OptionalInt.empty();
    }
    Hangup hangup = new Hangup();
    hangup.install();
    log.info("{}", Build.line(file, config));
    OptionalInt ended = start(file, vertx, app, shutdown, hangup);
    if (ended.isPresent()) {
      guard.close();
    }
    return ended;
  }

  private OptionalInt start(
      ConfigFile file, Vertx vertx, App app, Shutdown shutdown, Hangup hangup) {
    try {
      app.start().toCompletionStage().toCompletableFuture().get();
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      if (cause instanceof Steps.StoppedException) {
        // The shutdown hook ends the process.
        return OptionalInt.empty();
      }
      err.println(cause.getMessage() == null ? cause.toString() : cause.getMessage());
      shutdown.startFailed();
      return OptionalInt.of(isLasting(cause) ? BAD_USAGE : FAILURE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      shutdown.startFailed();
      return OptionalInt.of(FAILURE);
    }
    if (!app.isStopping()) {
      shutdown.silences(app.files()::close);
      if (file.exists()) {
        watch(vertx, file, app, hangup);
      }
    }
    return OptionalInt.empty();
  }

  /** Whether a restart would not help. */
  private static boolean isLasting(Throwable cause) {
    return cause instanceof ConfigException
        || cause instanceof KeyFileException
        || cause instanceof LastingException
        || cause instanceof Capacity.TooSmallException
        || (cause instanceof HistoryException history && history.isLasting());
  }

  /** Watch and app log failures; the daemon continues with the current configuration. */
  private static void watch(Vertx vertx, ConfigFile file, App app, Hangup hangup) {
    Consumer<Config> reload =
        change -> Futures.logged(app.reload(change), log, "change of the config");
    ConfigWatch watch = new ConfigWatch(vertx, app.files(), file, reload);
    Futures.logged(
        watch.start().onSuccess(read -> hangup.reads(watch::now)), log, "look at the config");
  }

  private static void requireRole(Config config, ConfigFile file) {
    if (config.isIdle()) {
      throw ConfigException.of(
          file.path().toString(),
          file.exists() ? "no role is on" : "no such file",
          "a heartbeat.beatTarget, nodes with targets, aggregator or http");
    }
  }
}
