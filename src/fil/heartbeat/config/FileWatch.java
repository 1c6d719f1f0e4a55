package fil.heartbeat.config;

import fil.heartbeat.context.Futures;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the small files of a process every other second: the only place that decides when a file is
 * read again. A path is resolved again each time, so that it does not matter whether a file is
 * written, renamed or replaced by a link. The owner of files takes a {@link Part} and gets the
 * result of each read, on the part's context.
 */
public final class FileWatch implements AutoCloseable {
  /** Time between reads. */
  public static final long LOOK_MILLIS = 2_000;

  /** Gets the results of reads. Called on the context of its part. */
  public interface Viewer {
    /**
     * Takes the contents of the files, in their order. The next read waits for the future.
     *
     * @return may fail
     */
    Future<?> found(List<byte[]> contents);

    /** One of the files cannot be read: one line with its name and the reason. */
    void unreadable(String cause);

    /** The previous read has not ended, for example on an unreachable file server. */
    default void hangs() {}

    /** The part was closed; this is the last call. Any thread. */
    default void ended() {}
  }

  /** Reads a file. Blocks. */
  @FunctionalInterface
  public interface Reader {
    byte[] read(Path file) throws IOException;
  }

  private static final Logger log = LoggerFactory.getLogger(FileWatch.class);
  private static final AtomicInteger MADE = new AtomicInteger();

  private final Vertx vertx;
  private final Reader reader;
  private final WorkerExecutor inTurn;
  private final List<Part> parts = new CopyOnWriteArrayList<>();
  private volatile long timer = -1;
  private volatile boolean closed;

  /** Reads until it is closed, or until the verticle that created it is undeployed. */
  public FileWatch(Vertx vertx) {
    this(vertx, file -> SmallFile.bytes(file, SmallFile.MAX_BYTES));
    lookLater();
  }

  /** Reads only on request. */
  public FileWatch(Vertx vertx, Reader reader) {
    this.vertx = vertx;
    this.reader = reader;
    inTurn = vertx.createSharedWorkerExecutor("heartbeat-files-" + MADE.incrementAndGet(), 1);
  }

  /** Not periodic: after a suspend all missed ticks would come at once. */
  private void lookLater() {
    timer =
        vertx.setTimer(
            LOOK_MILLIS,
            tick -> {
              if (!closed) {
                Futures.logged(check(), log, "look at files");
                lookLater();
              }
            });
  }

  /** A part of a new watch, which is closed with it. */
  public static Part alone(Vertx vertx) {
    return new FileWatch(vertx).part(true, false);
  }

  /** A part for files of the caller, on the caller's context. To be closed, unless the watch is. */
  public Part part() {
    return part(false, false);
  }

  /**
   * A part for files that may be many and are not urgent: they are read one after the other, so
   * that a hanging disk blocks one thread and none that others need. It does not report hanging.
   */
  public Part partInTurn() {
    return part(false, true);
  }

  private Part part(boolean alone, boolean oneByOne) {
    Part made = new Part(vertx.getOrCreateContext(), alone, oneByOne);
    parts.add(made);
    return made;
  }

  /** Reads all files now; see {@link Part#check}. */
  public Future<Void> check() {
    return Future.join(parts.stream().map(Part::check).toList()).mapEmpty();
  }

  /** Stops all calls of viewers. Any thread. */
  @Override
  public void close() {
    parts.forEach(Part::close);
    stopLooking();
  }

  private void stopLooking() {
    closed = true;
    boolean unused = vertx.cancelTimer(timer);
    Futures.logged(inTurn.close(), log, "end of a watch of files");
  }

  /** The result of one read: the contents, or why there are none. */
  private record Found(List<byte[]> contents, @Nullable String fault) {}

  /** The files of one role. */
  public final class Part implements AutoCloseable {
    private final Context context;
    private final boolean alone;
    private final boolean oneByOne;
    private final List<Watched> all = new CopyOnWriteArrayList<>();
    private final AtomicReference<@Nullable Promise<Void>> queued = new AtomicReference<>();
    private volatile boolean ended;

    private Part(Context context, boolean alone, boolean oneByOne) {
      this.context = context;
      this.alone = alone;
      this.oneByOne = oneByOne;
    }

    /**
     * Reads files once.
     *
     * @return fails with an {@link IOException} of one line when a file cannot be read
     */
    public Future<List<byte[]>> read(List<Path> files) {
      return readNow(files)
          .compose(
              found ->
                  found.fault() == null
                      ? Future.succeededFuture(found.contents())
                      : Future.failedFuture(new IOException(found.fault())));
    }

    /** Watches files that belong together. Any thread. */
    public void watch(List<Path> files, Viewer viewer) {
      all.add(new Watched(List.copyOf(files), viewer));
    }

    /**
     * Watches files for changes.
     *
     * @param taken the contents that were read last; empty without any
     */
    public FileChanges watch(List<Path> files, List<byte[]> taken, FileChanges.Taker taker) {
      FileChanges changes = new FileChanges(files, taken, taker);
      watch(files, changes);
      return changes;
    }

    /**
     * Reads now. Never fails; completes when the results were taken, except for reads that were
     * already running. Calls before a read begins, as the context is busy, share it and are not
     * reported as hanging. Any thread.
     */
    public Future<Void> check() {
      Promise<Void> made = Promise.promise();
      Promise<Void> before = queued.compareAndExchange(null, made);
      if (before != null) {
        return before.future();
      }
      context.runOnContext(
          now -> {
            queued.set(null);
            Future.join(all.stream().map(this::check).toList())
                .<Void>mapEmpty()
                .otherwiseEmpty()
                .onComplete(made);
          });
      return made.future();
    }

    /** Stops all calls of its viewers. Any thread. */
    @Override
    public void close() {
      ended = true;
      boolean unused = parts.remove(this);
      all.forEach(each -> each.viewer.ended());
      if (alone) {
        stopLooking();
      }
    }

    private Future<Found> readNow(List<Path> files) {
      try {
        return oneByOne
            ? inTurn.executeBlocking(() -> FileWatch.this.read(files), false)
            // Unordered: a hanging disk delays only its own files.
            : context.executeBlocking(() -> FileWatch.this.read(files), false);
      } catch (RejectedExecutionException e) {
        // Vert.x is closed.
        return Future.failedFuture(e);
      }
    }

    private Future<Void> check(Watched each) {
      if (ended) {
        return Future.succeededFuture();
      }
      if (each.looking) {
        if (!oneByOne) {
          each.hangs();
        }
        return Future.succeededFuture();
      }
      each.looking = true;
      return readNow(each.files)
          .otherwise(failure -> new Found(List.of(), each.files.get(0) + ": " + failure))
          .<Void>compose(found -> ended ? Future.succeededFuture() : give(each.viewer, found))
          .onFailure(each::failed)
          .otherwiseEmpty()
          .onComplete(done -> each.looking = false);
    }
  }

  private static Future<Void> give(Viewer viewer, Found found) {
    if (found.fault() == null) {
      return viewer.found(found.contents()).mapEmpty();
    }
    viewer.unreadable(found.fault());
    return Future.succeededFuture();
  }

  private Found read(List<Path> files) {
    List<byte[]> contents = new ArrayList<>();
    try {
      for (Path file : files) {
        contents.add(reader.read(file));
      }
      return new Found(contents, null);
    } catch (IOException e) {
      return new Found(List.of(), String.valueOf(e.getMessage()));
    }
  }

  /** Files that belong together. */
  private static final class Watched {
    private final List<Path> files;
    private final Viewer viewer;
    private boolean looking;
    private boolean failed;

    Watched(List<Path> files, Viewer viewer) {
      this.files = files;
      this.viewer = viewer;
    }

    private void hangs() {
      try {
        viewer.hangs();
      } catch (RuntimeException e) {
        failed(e);
      }
    }

    /** Reported once: the viewer that throws is at fault, not its file. */
    private void failed(Throwable cause) {
      if (!failed) {
        failed = true;
        log.error("changed file not processed file={}", files.get(0), cause);
      }
    }
  }
}
