package fil.heartbeat.config;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Looks at small files every other second and hands on what they hold when that changed. Content
 * counts, not time stamps, and a path is followed anew each time, so that it does not matter
 * whether a file is written, renamed or reached through another link. What cannot be taken is tried
 * again at each look, and told once when two looks in a row found it: a file is written in more
 * than one step, and a pair of files one after the other.
 */
public final class FileWatch implements AutoCloseable {
  private static final long LOOK_MILLIS = 2_000;

  /** What is done with files that changed. Called on one context. */
  public interface Taker {
    /**
     * Takes what the files hold now, in their order; they hold the same until they change.
     *
     * @return fails, as this may throw, when it cannot be taken: the message says why
     */
    Future<?> take(List<byte[]> contents) throws IOException;

    /** Tells a fault: one line. Nothing was taken. */
    void fault(String cause);

    /** The files hold again what was taken last. */
    void asBefore();
  }

  private final Context context;
  private final Vertx vertx;
  private final List<Watched> all = new CopyOnWriteArrayList<>();
  private final Reader reader;
  private long timer = -1;
  private volatile boolean closed;

  /** Reads a file. Blocks. */
  @FunctionalInterface
  public interface Reader {
    byte[] read(Path file) throws IOException;
  }

  /** Looks until it is closed. */
  public FileWatch(Vertx vertx) {
    this(vertx, file -> SmallFile.bytes(file, SmallFile.MAX_BYTES));
    timer =
        vertx.setPeriodic(
            LOOK_MILLIS,
            tick -> {
              Future<Void> ignored = look();
            });
  }

  /** Looks only when it is told to. */
  public FileWatch(Vertx vertx, Reader reader) {
    this.vertx = vertx;
    this.reader = reader;
    context = vertx.getOrCreateContext();
  }

  /** Files that belong together. */
  private static final class Watched {
    private final List<Path> files;
    private final Taker taker;
    private String taken;
    private String seen = "";
    private @Nullable String told;
    private boolean looking;

    Watched(List<Path> files, String taken, Taker taker) {
      this.files = files;
      this.taken = taken;
      this.taker = taker;
    }
  }

  /** What one look found: contents, or why there are none. */
  private record Found(List<byte[]> contents, @Nullable String fault) {
    String state() {
      return fault == null ? digest(contents) : "fault " + fault;
    }
  }

  /**
   * Looks at files from now on.
   *
   * @param taken what they held when they were read last; empty when they were not
   */
  public void watch(List<Path> files, List<byte[]> taken, Taker taker) {
    all.add(new Watched(List.copyOf(files), taken.isEmpty() ? "" : digest(taken), taker));
  }

  /** Looks now. Never fails; done when what changed is taken. */
  public Future<Void> look() {
    Promise<Void> done = Promise.promise();
    context.runOnContext(
        now ->
            Future.join(all.stream().map(this::look).toList())
                .<Void>mapEmpty()
                .otherwiseEmpty()
                .onComplete(done));
    return done.future();
  }

  /** Looks now, and takes what is there even when it is as it was. Never fails. Any thread. */
  public Future<Void> again() {
    Promise<Void> done = Promise.promise();
    context.runOnContext(
        now -> {
          all.forEach(each -> each.taken = "");
          look().onComplete(done);
        });
    return done.future();
  }

  /** Nothing is taken and nothing told from now on. */
  @Override
  public void close() {
    closed = true;
    boolean ignored = vertx.cancelTimer(timer);
  }

  private Future<Void> look(Watched each) {
    if (closed || each.looking) {
      return Future.succeededFuture();
    }
    each.looking = true;
    return context
        // Not in turn: a disk that hangs holds up its own files alone.
        .executeBlocking(() -> read(each.files), false)
        .compose(found -> closed ? Future.succeededFuture() : judge(each, found))
        .onComplete(done -> each.looking = false)
        .otherwiseEmpty();
  }

  private Found read(List<Path> files) {
    List<byte[]> contents = new ArrayList<>();
    try {
      for (Path file : files) {
        contents.add(reader.read(file));
      }
      return new Found(contents, null);
    } catch (IOException e) {
      return new Found(List.of(), e.getMessage());
    }
  }

  private Future<Void> judge(Watched each, Found found) {
    String state = found.state();
    boolean settled = state.equals(each.seen);
    each.seen = state;
    String fault = found.fault();
    if (fault != null) {
      tell(each, fault, settled);
      return Future.succeededFuture();
    }
    if (state.equals(each.taken)) {
      if (each.told != null) {
        each.told = null;
        each.taker.asBefore();
      }
      return Future.succeededFuture();
    }
    return take(each, found.contents())
        .onSuccess(
            done -> {
              each.taken = state;
              each.told = null;
            })
        .onFailure(failure -> tell(each, words(failure), settled))
        .mapEmpty();
  }

  private static Future<?> take(Watched each, List<byte[]> contents) {
    try {
      return each.taker.take(contents);
    } catch (IOException | RuntimeException e) {
      return Future.failedFuture(e);
    }
  }

  private void tell(Watched each, String fault, boolean settled) {
    if (settled && !closed && !fault.equals(each.told)) {
      each.told = fault;
      each.taker.fault(fault);
    }
  }

  private static String words(Throwable failure) {
    String message = failure.getMessage();
    return message == null ? failure.toString() : message.replace("\n", "; ");
  }

  /** Of files one after the other; nothing of a secret is kept. */
  private static String digest(List<byte[]> contents) {
    try {
      MessageDigest whole = MessageDigest.getInstance("SHA-256");
      for (byte[] each : contents) {
        whole.update(MessageDigest.getInstance("SHA-256").digest(each));
      }
      return HexFormat.of().formatHex(whole.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
