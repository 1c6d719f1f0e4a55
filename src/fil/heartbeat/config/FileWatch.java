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
 * Reads the small files of a process every other second: the one place that decides when a file is
 * read again. A path is followed anew each time, so that it does not matter whether a file is
 * written, renamed or reached through another link. Whoever needs files takes a {@link Part} and
 * gets what each read found there, on the part's context.
 */
public final class FileWatch implements AutoCloseable {
  /** From one look to the next. */
  public static final long LOOK_MILLIS = 2_000;

  /** Gets what each look found. Called on the context of its part. */
  public interface Viewer {
    /**
     * Takes what the files hold, in their order. The next look waits for the answer.
     *
     * @return may fail
     */
    Future<?> found(List<byte[]> contents);

    /** One of the files cannot be read: one line that names it and says why. */
    void unreadable(String cause);

    /** The look before this one has not ended, as on a file server that is gone. */
    default void hangs() {}

    /** The part was closed: the last call. Any thread. */
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

  /** Looks until it is closed, or until the verticle that made it is undeployed. */
  public FileWatch(Vertx vertx) {
    this(vertx, file -> SmallFile.bytes(file, SmallFile.MAX_BYTES));
    lookLater();
  }

  /** Looks only when it is asked to. */
  public FileWatch(Vertx vertx, Reader reader) {
    this.vertx = vertx;
    this.reader = reader;
    inTurn = vertx.createSharedWorkerExecutor("heartbeat-files-" + MADE.incrementAndGet(), 1);
  }

  /** Not periodic: after a suspend the ticks that were missed would all come at once. */
  private void lookLater() {
    timer =
        vertx.setTimer(
            LOOK_MILLIS,
            tick -> {
              if (!closed) {
                Futures.logged(look(), log, "look at files");
                lookLater();
              }
            });
  }

  /** A part of a watch of its own, which is closed with it. */
  public static Part alone(Vertx vertx) {
    return new FileWatch(vertx).part(true, false);
  }

  /** A part for files of the caller, on the caller's context. To be closed, if not with all. */
  public Part part() {
    return part(false, false);
  }

  /**
   * The same for files that may be many and are not urgent: all of these are read one after the
   * other, so that a disk which hangs takes one thread and not those that others need. Nobody is
   * told that it hangs.
   */
  public Part partInTurn() {
    return part(false, true);
  }

  private Part part(boolean alone, boolean oneByOne) {
    Part made = new Part(vertx.getOrCreateContext(), alone, oneByOne);
    parts.add(made);
    return made;
  }

  /** Looks at all files now; see {@link Part#look}. */
  public Future<Void> look() {
    return Future.join(parts.stream().map(Part::look).toList()).mapEmpty();
  }

  /** Nobody gets anything from now on. Any thread. */
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

  /** What one look found: contents, or why there are none. */
  private record Found(List<byte[]> contents, @Nullable String fault) {}

  /** Files that one role needs. */
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
     * @return fails with an {@link IOException} of one line when one cannot be read
     */
    public Future<List<byte[]>> read(List<Path> files) {
      return readNow(files)
          .compose(
              found ->
                  found.fault() == null
                      ? Future.succeededFuture(found.contents())
                      : Future.failedFuture(new IOException(found.fault())));
    }

    /** Looks at files that belong together from now on. Any thread. */
    public void watch(List<Path> files, Viewer viewer) {
      all.add(new Watched(List.copyOf(files), viewer));
    }

    /**
     * Hands on what the files hold whenever that changed.
     *
     * @param taken what they held when they were read last; empty when they were not
     */
    public FileChanges watch(List<Path> files, List<byte[]> taken, FileChanges.Taker taker) {
      FileChanges changes = new FileChanges(files, taken, taker);
      watch(files, changes);
      return changes;
    }

    /**
     * Looks now. Never fails; done when what was found is taken, but for looks that were under way
     * before. One that did not begin yet, as the context is busy, is the same one: nothing hangs
     * because of that. Any thread.
     */
    public Future<Void> look() {
      Promise<Void> made = Promise.promise();
      Promise<Void> before = queued.compareAndExchange(null, made);
      if (before != null) {
        return before.future();
      }
      context.runOnContext(
          now -> {
            queued.set(null);
            Future.join(all.stream().map(this::look).toList())
                .<Void>mapEmpty()
                .otherwiseEmpty()
                .onComplete(made);
          });
      return made.future();
    }

    /** Its viewers get nothing from now on. Any thread. */
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
            // Not in order: a disk that hangs holds up its own files alone.
            : context.executeBlocking(() -> FileWatch.this.read(files), false);
      } catch (RejectedExecutionException e) {
        // Vert.x is closed.
        return Future.failedFuture(e);
      }
    }

    private Future<Void> look(Watched each) {
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

    /** A viewer that throws is at fault, not its file; said once. */
    private void failed(Throwable cause) {
      if (!failed) {
        failed = true;
        log.error("changed file not processed file={}", files.get(0), cause);
      }
    }
  }
}
