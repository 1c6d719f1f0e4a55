package fil.heartbeat.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The tokens of a file, looked at every other second. Its content counts, not its time stamp. */
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
  private List<String> toldFaults = List.of();
  private boolean toldAbsent;
  private boolean toldOpen;
  private boolean looking;

  private TokenFile(Vertx vertx, Path file, TokenLooks looks) {
    this.vertx = vertx;
    this.file = file;
    this.looks = looks;
  }

  /** What one look found. */
  private record Look(Optional<String> text, String fault, boolean openToOthers) {}

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
                  new TokenFile(vertx, file, new TokenLooks(parser, first.text().get()));
              made.warn(first);
              return made;
            })
        .onSuccess(made -> vertx.setPeriodic(LOOK_MILLIS, tick -> made.lookAgain()));
  }

  Tokens tokens() {
    return looks.tokens();
  }

  private void lookAgain() {
    if (looking) {
      return;
    }
    looking = true;
    vertx
        .executeBlocking(() -> look(file))
        .onComplete(done -> looking = false)
        .onSuccess(this::take)
        .onFailure(failure -> log.error("tokens not looked at file={}", file, failure));
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

  private static Look look(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        return new Look(
            Optional.empty(), file + ": more than " + MAX_BYTES + " bytes of tokens", false);
      }
      return new Look(Optional.of(new String(bytes, UTF_8)), "", isOpenToOthers(file));
    } catch (IOException e) {
      return new Look(Optional.empty(), file + ": " + e, false);
    }
  }

  private static boolean isOpenToOthers(Path file) throws IOException {
    return file.getFileSystem().supportedFileAttributeViews().contains("posix")
        && Files.getPosixFilePermissions(file).stream().anyMatch(OF_OTHERS::contains);
  }
}
