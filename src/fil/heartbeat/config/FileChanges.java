package fil.heartbeat.config;

import fil.heartbeat.text.Sha256;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds changes in the results of file reads. Contents count, not time stamps. Contents that cannot
 * be applied are tried again at each read, and reported once when two reads in a row found them: a
 * file is written in more than one step, and a pair of files one after the other. Only a digest of
 * the contents is stored, as they may be secret. One context at a time.
 */
public final class FileChanges implements FileWatch.Viewer {

  /** Applies the contents of changed files. */
  public interface Taker {
    /**
     * Applies the contents of the files, in their order; they stay the same until the next call.
     *
     * @return fails, as this method may throw, when they cannot be applied: the message says why
     */
    Future<?> take(List<byte[]> contents) throws IOException;

    /** Reports a fault: one line. Nothing was applied. */
    void fault(String cause);

    /** The files have the contents again that were applied last. */
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
   * @param taken the contents that were read last; empty without any
   */
  FileChanges(List<Path> files, List<byte[]> taken, Taker taker) {
    this.files = List.copyOf(files);
    this.taken = taken.isEmpty() ? "" : digest(taken);
    this.taker = taker;
  }

  /** Applies the contents of the next read even if they are unchanged. Any thread. */
  public void takeAgain() {
    again = true;
  }

  /** Stops all reports, also of a call that is still running. */
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

  /** The digest of contents one after the other, in hexadecimal. */
  public static String digest(List<byte[]> contents) {
    byte[][] each = contents.stream().map(content -> Sha256.of(content)).toArray(byte[][]::new);
    return HexFormat.of().formatHex(Sha256.of(each));
  }
}
