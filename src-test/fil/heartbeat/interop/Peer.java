package fil.heartbeat.interop;

import fil.heartbeat.testing.CanIgnoreReturnValue;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A running test peer: its events, one JSON object a line, and commands to it. */
final class Peer implements AutoCloseable {
  /** Generous: a wait that is used up is a failure, not a measurement. */
  static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final int ERROR_LINES = 20;

  private final Stack stack;
  private final Process process;
  private final Writer commands;
  private final BlockingQueue<JsonObject> events = new LinkedBlockingQueue<>();
  private final Deque<String> errors = new ArrayDeque<>();

  Peer(Stack stack, Path folder, List<String> command) {
    this.stack = stack;
    try {
      process = new ProcessBuilder(command).directory(folder.toFile()).start();
    } catch (IOException e) {
      throw new UncheckedIOException(command.get(0) + " cannot be run", e);
    }
    commands = process.outputWriter(StandardCharsets.UTF_8);
    read("events", process.inputReader(StandardCharsets.UTF_8), this::onEvent);
    read("errors", process.errorReader(StandardCharsets.UTF_8), this::onError);
  }

  private void read(String what, BufferedReader reader, java.util.function.Consumer<String> sink) {
    Thread thread =
        new Thread(() -> reader.lines().forEach(sink), stack + "-" + what + "-" + process.pid());
    thread.setDaemon(true);
    thread.start();
  }

  private void onEvent(String line) {
    events.add(new JsonObject(line));
  }

  private void onError(String line) {
    synchronized (errors) {
      errors.add(line);
      if (errors.size() > ERROR_LINES) {
        errors.remove();
      }
    }
  }

  /** The next event of the kind; others before it are passed over. */
  @CanIgnoreReturnValue
  JsonObject await(String kind) {
    return await(event -> event.getString("event").equals(kind), kind);
  }

  /** The next event that the predicate takes. */
  JsonObject await(Predicate<JsonObject> wanted, String description) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    List<JsonObject> passed = new ArrayList<>();
    try {
      while (true) {
        JsonObject event = events.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        if (event == null) {
          throw new AssertionError(
              stack + " peer did not say " + description + "; it said " + tail(passed) + errors());
        }
        if (wanted.test(event)) {
          return event;
        }
        passed.add(event);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** The next so many beats, in the order in which they came. */
  List<JsonObject> beats(int count) {
    List<JsonObject> beats = new ArrayList<>(count);
    while (beats.size() < count) {
      beats.add(await("beat"));
    }
    return beats;
  }

  /** Sends a command and waits for the event that confirms it. */
  @CanIgnoreReturnValue
  JsonObject tell(String command, String confirmation) {
    try {
      commands.write(command + "\n");
      commands.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("peer is gone: " + errors(), e);
    }
    return await(confirmation);
  }

  /** The address of a listening peer. */
  String address() {
    return await("listening").getString("address");
  }

  /** Ends the process at once, as a crash does. */
  void kill() {
    process.destroyForcibly();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    kill();
  }

  private static String tail(List<JsonObject> events) {
    return events.subList(Math.max(0, events.size() - 10), events.size()).toString();
  }

  private String errors() {
    synchronized (errors) {
      return errors.isEmpty() ? "" : "; standard error: " + String.join(" | ", errors);
    }
  }
}
