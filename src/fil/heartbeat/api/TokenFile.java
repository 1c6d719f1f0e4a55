package fil.heartbeat.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import fil.heartbeat.config.SmallFile;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tokens of a file, looked at every other second. Its content counts, not its time stamp. A
 * look that does not end, as on a file server that is gone, is one that found nothing.
 */
final class TokenFile {
  private static final Logger log = LoggerFactory.getLogger(TokenFile.class);

  static final long LOOK_MILLIS = 2_000;

  /** Of the file: {@value Tokens#MAX_TOKENS} lines that are long. */
  static final int MAX_BYTES = 1024 * 1024;

  private static final Set<PosixFilePermission> OF_OTHERS =
      EnumSet.of(PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE);

  private final Vertx vertx;
  private final Path file;
  private final TokenLooks looks;
  private final Reader reader;
  private List<String> toldFaults = List.of();
  private boolean toldAbsent;
  private boolean toldOpen;
  private @Nullable Future<Look> pending;

  TokenFile(Vertx vertx, Path file, TokenLooks looks, Reader reader) {
    this.vertx = vertx;
    this.file = file;
    this.looks = looks;
    this.reader = reader;
  }

  /**
   * What one look found.
   *
   * @param text empty when it cannot be read
   * @param fault why not
   */
  record Look(Optional<String> text, String fault, boolean openToOthers) {
    static Look failed(String fault) {
      return new Look(Optional.empty(), fault, false);
    }
  }

  /** Looks at a file. Blocks. */
  @FunctionalInterface
  interface Reader {
    Look look(Path file);
  }

  /**
   * Reads the file, and looks at it from now on.
   *
   * @return fails when it cannot be read or a line is wrong
   */
  static Future<TokenFile> open(Vertx vertx, Path file, TokenLooks.Parser parser) {
    return vertx
        .executeBlocking(
            () -> {
              Look first = look(file);
              if (first.text().isEmpty()) {
                throw new IOException(first.fault());
              }
              TokenFile made =
                  new TokenFile(
                      vertx, file, new TokenLooks(parser, first.text().get()), TokenFile::look);
              made.warn(first);
              return made;
            },
            false)
        .onSuccess(TokenFile::watch);
  }

  /** Not periodic: after a suspend the ticks that were missed would all come at once. */
  private void watch() {
    long ignored =
        vertx.setTimer(
            LOOK_MILLIS,
            tick -> {
              var unused = lookAgain();
              watch();
            });
  }

  Tokens tokens() {
    return looks.tokens();
  }

  /**
   * Begins a look, unless one is under way: then that one failed once more. Answers the one under
   * way.
   */
  Future<Look> lookAgain() {
    Future<Look> before = pending;
    if (before != null) {
      take(Look.failed(file + ": a look at it does not end"));
      return before;
    }
    // Not in order: what hangs here must not hold what others do.
    Future<Look> begun = vertx.executeBlocking(() -> reader.look(file), false);
    pending = begun;
    return begun
        .onComplete(done -> pending = null)
        .onSuccess(this::take)
        .onFailure(failure -> take(Look.failed(file + ": " + failure)));
  }

  private void take(Look now) {
    boolean changed = looks.look(now.text());
    warn(now);
    if (now.text().isEmpty() && !toldAbsent) {
      log.error("tokens cannot be read, none holds if that lasts cause={}", now.fault());
    }
    toldAbsent = now.text().isEmpty();
    if (!looks.faults().equals(toldFaults)) {
      toldFaults = looks.faults();
      toldFaults.forEach(fault -> log.error("tokens: a line holds no token: {}", fault));
    }
    if (changed) {
      log.info("tokens changed file={} count={}", file, tokens().grants().size());
    }
  }

  private void warn(Look now) {
    if (now.openToOthers() && !toldOpen) {
      toldOpen = true;
      log.warn(
          "tokens: every user of this machine may read or write {}; run: chmod o-rw {}",
          file,
          file);
    }
  }

  static Look look(Path file) {
    try {
      // Bytes that are no text are in a comment, or make one line none of a token.
      String text = new String(SmallFile.bytes(file, MAX_BYTES), UTF_8);
      return new Look(Optional.of(SmallFile.withoutMark(text)), "", isOpenToOthers(file));
    } catch (FileSystemException e) {
      return Look.failed(file + ": " + e);
    } catch (IOException e) {
      return Look.failed(String.valueOf(e.getMessage()));
    }
  }

  private static boolean isOpenToOthers(Path file) throws IOException {
    return file.getFileSystem().supportedFileAttributeViews().contains("posix")
        && Files.getPosixFilePermissions(file).stream().anyMatch(OF_OTHERS::contains);
  }
}
