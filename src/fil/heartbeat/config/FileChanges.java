package fil.heartbeat.config;

import fil.heartbeat.text.Sha256;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes changes of what looks at files find. Content counts, not time stamps. What cannot be taken
 * is tried again at each look, and reported once when two looks in a row found it: a file is
 * written in more than one step, and a pair of files one after the other. Of what files hold only a
 * digest is kept, as it may be a secret. One context at a time.
 */
public final class FileChanges implements FileWatch.Viewer {

  /** What is done with files that changed. */
  public interface Taker {
    /**
     * Takes what the files hold now, in their order; they hold the same until they change.
     *
     * @return fails, as this may throw, when it cannot be taken: the message says why
     */
    Future<?> take(List<byte[]> contents) throws IOException;

    /** Reports a fault: one line. Nothing was taken. */
    void fault(String cause);

    /** The files hold again what was taken last. */
    void asBefore();
  }

  private final List<Path> files;
  private final Taker taker;
  private String taken;
  private String seen = "";
  private @Nullable String reported;
  private volatile boolean again;
  private volatile boolean ended;

  /**
   * @param taken what the files held when they were read last; empty when they were not
   */
  FileChanges(List<Path> files, List<byte[]> taken, Taker taker) {
    this.files = List.copyOf(files);
    this.taken = taken.isEmpty() ? "" : digest(taken);
    this.taker = taker;
  }

  /** Takes what the next look finds even when it is as it was. Any thread. */
  public void takeAgain() {
    again = true;
  }

  /** Nothing is reported from now on, also of a take that is under way. */
  @Override
  public void ended() {
    ended = true;
  }

  @Override
  public Future<?> found(List<byte[]> contents) {
    String state = digest(contents);
    boolean settled = isSettled(state);
    boolean wanted = again;
    again = false;
    if (!wanted && state.equals(taken)) {
      if (reported != null) {
        reported = null;
        taker.asBefore();
      }
      return Future.succeededFuture();
    }
    return take(contents)
        .<Void>mapEmpty()
        .onSuccess(
            done -> {
              taken = state;
              reported = null;
            })
        .recover(
            failure -> {
              again = again || wanted;
              report(words(failure), settled);
              return Future.succeededFuture();
            });
  }

  @Override
  public void unreadable(String cause) {
    report(cause, isSettled("unreadable " + cause));
  }

  @Override
  public void hangs() {
    unreadable(files.get(0) + ": a look at it does not end");
  }

  private boolean isSettled(String state) {
    boolean same = state.equals(seen);
    seen = state;
    return same;
  }

  private Future<?> take(List<byte[]> contents) {
    try {
      return taker.take(contents);
    } catch (IOException | RuntimeException e) {
      return Future.failedFuture(e);
    }
  }

  private void report(String fault, boolean settled) {
    if (settled && !ended && !fault.equals(reported)) {
      reported = fault;
      taker.fault(fault);
    }
  }

  private static String words(Throwable failure) {
    String message = failure.getMessage();
    return message == null ? failure.toString() : message.replace("\n", "; ");
  }

  /** Of files one after the other, in hexadecimal. */
  public static String digest(List<byte[]> contents) {
    byte[][] each = contents.stream().map(content -> Sha256.of(content)).toArray(byte[][]::new);
    return HexFormat.of().formatHex(Sha256.of(each));
  }
}
