package fil.heartbeat.interop;

import fil.heartbeat.testing.CanIgnoreReturnValue;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A running test peer: its events, one JSON object a line, and commands to it. */
final class Peer implements AutoCloseable {
  private static final int ERROR_LINES = 20;

  private final String name;
  private final Child child;
  private final Writer commands;

  /** What it told; an empty one comes last, when it has ended. */
  private final BlockingQueue<Optional<JsonObject>> events = new LinkedBlockingQueue<>();

  /** What it told before it confirmed a command, and nobody asked for yet. */
  private final Deque<JsonObject> earlier = new ArrayDeque<>();

  private final Deque<String> errors = new ArrayDeque<>();

  /**
   * @param name for messages
   */
  Peer(String name, Path folder, List<String> command) {
    this.name = name;
    try {
      child =
          new Child(
              new ProcessBuilder(command).directory(folder.toFile()),
              this::onEvent,
              this::onError,
              () -> events.add(Optional.empty()));
    } catch (IOException e) {
      throw new UncheckedIOException(command.get(0) + " cannot be run", e);
    }
    commands = child.process().outputWriter(StandardCharsets.UTF_8);
  }

  private void onEvent(String line) {
    try {
      events.add(Optional.of(new JsonObject(line)));
    } catch (DecodeException e) {
      // What a kill cuts off is no event.
      onError("not an event: " + line);
    }
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

  /** The next event that the predicate takes; others before it are passed over. */
  JsonObject await(Predicate<JsonObject> wanted, String description) {
    return await(wanted, description, new ArrayDeque<>());
  }

  /**
   * @param passed gets the others before it
   */
  private JsonObject await(
      Predicate<JsonObject> wanted, String description, Deque<JsonObject> passed) {
    long deadline = System.nanoTime() + Wait.PATIENCE.toNanos();
    while (true) {
      JsonObject event = earlier.isEmpty() ? next(deadline, description, passed) : earlier.remove();
      if (wanted.test(event)) {
        return event;
      }
      passed.add(event);
    }
  }

  private JsonObject next(long deadline, String description, Deque<JsonObject> passed) {
    Optional<JsonObject> event;
    try {
      event = events.poll(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
    if (event == null) {
      throw new AssertionError(name + " peer did not say " + description + said(passed));
    }
    if (event.isEmpty()) {
      events.add(event);
      throw new AssertionError(name + " peer ended before it said " + description + said(passed));
    }
    return event.get();
  }

  /** The next so many beats, in the order in which they came. */
  List<JsonObject> beats(int count) {
    List<JsonObject> beats = new ArrayList<>(count);
    while (beats.size() < count) {
      beats.add(await("beat"));
    }
    return beats;
  }

  /**
   * The first so many beats of a stream that is yet to come, whatever those before it still say.
   */
  List<JsonObject> beatsOfNextStream(int count) {
    List<JsonObject> beats = new ArrayList<>(count);
    Integer stream = null;
    while (beats.size() < count) {
      JsonObject event =
          await(next -> next.getString("event").matches("stream|beat"), "a stream and its beats");
      if (event.getString("event").equals("stream")) {
        stream = event.getInteger("stream");
        beats.clear();
      } else if (event.getInteger("stream").equals(stream)) {
        beats.add(event);
      }
    }
    return beats;
  }

  /**
   * Sends a command and waits for the event that confirms it. What the peer tells before that may
   * be what the command brought about, so it is still there to be asked for.
   */
  void tell(String command, String confirmation) {
    try {
      commands.write(command + "\n");
      commands.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("peer is gone: " + errors(), e);
    }
    Deque<JsonObject> before = new ArrayDeque<>();
    JsonObject ignored =
        await(event -> event.getString("event").equals(confirmation), confirmation, before);
    before.addAll(earlier);
    earlier.clear();
    earlier.addAll(before);
  }

  /** The address of a listening peer. */
  String address() {
    return await("listening").getString("address");
  }

  /** Ends the process at once, as a crash does. */
  void kill() {
    child.kill();
  }

  @Override
  public void close() {
    kill();
  }

  private String said(Deque<JsonObject> passed) {
    List<JsonObject> told = List.copyOf(passed);
    return "; it said " + told.subList(Math.max(0, told.size() - 10), told.size()) + errors();
  }

  private String errors() {
    synchronized (errors) {
      return errors.isEmpty() ? "" : "; standard error: " + String.join(" | ", errors);
    }
  }
}
