package fil.heartbeat.api.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import fil.heartbeat.config.FileWatch;
import fil.heartbeat.config.SmallFile;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tokens of a watched file. Its content counts, not its time stamp. A read that does not end,
 * as on an unreachable file server, counts as one that found nothing.
 */
public final class TokenFile implements FileWatch.Viewer {
  private static final Logger log = LoggerFactory.getLogger(TokenFile.class);

  private static final Set<PosixFilePermission> OF_OTHERS =
      EnumSet.of(PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE);

  private final Vertx vertx;
  private final Path file;
  private final TokenLooks looks;
  private List<String> reportedFaults = List.of();
  private boolean reportedAbsent;
  private boolean reportedOpen;

  TokenFile(Vertx vertx, Path file, TokenLooks looks) {
    this.vertx = vertx;
    this.file = file;
    this.looks = looks;
  }

  /**
   * Reads the file and watches it from then on.
   *
   * @return fails when it cannot be read or a line is wrong
   */
  public static Future<TokenFile> open(
      Vertx vertx, FileWatch.Part files, Path file, TokenLooks.Parser parser) {
    return files
        .read(List.of(file))
        .compose(
            contents -> {
              try {
                TokenLooks looks = new TokenLooks(parser, text(contents.get(0)));
                TokenFile made = new TokenFile(vertx, file, looks);
                return made.warnOfOthers().map(made);
              } catch (IOException e) {
                return Future.failedFuture(e);
              }
            })
        .onSuccess(made -> files.watch(List.of(file), made));
  }

  public Tokens tokens() {
    return looks.tokens();
  }

  @Override
  public Future<?> found(List<byte[]> contents) {
    update(Optional.of(text(contents.get(0))), "");
    return warnOfOthers();
  }

  @Override
  public void unreadable(String cause) {
    update(Optional.empty(), cause);
  }

  @Override
  public void hangs() {
    update(Optional.empty(), file + ": a look at it does not end");
  }

  private void update(Optional<String> text, String fault) {
    boolean changed = looks.update(text);
    if (text.isEmpty() && !reportedAbsent) {
      log.error("tokens cannot be read, none holds if that lasts cause={}", fault);
    }
    reportedAbsent = text.isEmpty();
    if (!looks.faults().equals(reportedFaults)) {
      reportedFaults = looks.faults();
      reportedFaults.forEach(each -> log.error("tokens: a line holds no token: {}", each));
    }
    if (changed) {
      log.info("tokens changed file={} count={}", file, tokens().grants().size());
    }
  }

  /** Warns once. */
  private Future<?> warnOfOthers() {
    if (reportedOpen) {
      return Future.succeededFuture();
    }
    return vertx
        .executeBlocking(() -> isOpenToOthers(file), false)
        .onSuccess(
            open -> {
              if (open && !reportedOpen) {
                reportedOpen = true;
                log.warn(
                    "tokens: every user of this machine may read or write {}; run: chmod o-rw {}",
                    file,
                    file);
              }
            })
        // The file was removed since it was read: the next read finds that.
        .otherwise(false);
  }

  /** Bytes that are not text are in a comment, or make a line that is not a token. */
  static String text(byte[] content) {
    return SmallFile.withoutMark(new String(content, UTF_8));
  }

  private static boolean isOpenToOthers(Path file) throws IOException {
    return file.getFileSystem().supportedFileAttributeViews().contains("posix")
        && Files.getPosixFilePermissions(file).stream().anyMatch(OF_OTHERS::contains);
  }
}
