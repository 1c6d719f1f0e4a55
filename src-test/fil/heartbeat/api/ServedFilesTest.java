package fil.heartbeat.api;

import static org.assertj.core.api.Assertions.assertThat;

import fil.heartbeat.api.access.TokenFile;
import fil.heartbeat.api.access.Tokens;
import fil.heartbeat.config.FileChanges;
import fil.heartbeat.config.FileWatch;
import fil.heartbeat.config.HttpConfig.Tls;
import fil.heartbeat.config.SmallFile;
import fil.heartbeat.testing.FileScript;
import fil.heartbeat.testing.LogLines;
import io.netty.handler.ssl.util.SelfSignedCertificate;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tokens and certificate, changed in every way and any order: used, or refused with a named fault.
 */
@ExtendWith(VertxExtension.class)
@SuppressWarnings("deprecation")
class ServedFilesTest {
  private static final int SEEDS = 100;
  private static final int STEPS = 12;
  private static final int SETTLED = 3;

  @TempDir private Path folder;

  private static FileWatch.Part part(Vertx vertx) {
    return new FileWatch(vertx, file -> SmallFile.bytes(file, SmallFile.MAX_BYTES)).part();
  }

  private static void look(FileWatch.Part part) {
    for (int i = 0; i < SETTLED; i++) {
      HttpSide.await(part.check());
    }
  }

  /** Writes as editors do: with a byte order mark, Windows line ends or blanks. */
  private static String dressed(Random random, String line) {
    return switch (random.nextInt(4)) {
      case 0 -> "\uFEFF" + line + "\n";
      case 1 -> "# comment\r\n" + line + "\r\n";
      case 2 -> "\n  " + line + " \t\n\n";
      default -> line;
    };
  }

  @Test
  void theTokensOfTheFileAreValidOrNone(Vertx vertx) throws IOException {
    for (int seed = 0; seed < SEEDS; seed++) {
      Random random = new Random(seed);
      Path home = Files.createDirectory(folder.resolve("t" + seed));
      Path file = FileScript.write(home.resolve("f"), "n0 read token-0-123456789\n");
      FileScript script = new FileScript(file);
      FileWatch.Part part = part(vertx);
      TokenFile tokens =
          HttpSide.await(
              TokenFile.open(
                  vertx, part, file, (text, whole) -> Tokens.parse(text, whole, "tokens")));
      try (LogLines log = new LogLines(TokenFile.class)) {
        for (int step = 0; step < STEPS; step++) {
          String secret = "token-" + random.nextInt(3) + "-123456789";
          boolean right =
              script.change(random, dressed(random, "n" + secret.charAt(6) + " read " + secret));
          look(part);
          String at = "seed " + seed + " step " + step;
          if (right) {
            assertThat(tokens.tokens().grants()).as(at).hasSize(1);
            assertThat(tokens.tokens().grant(Tokens.key(secret))).as(at).isPresent();
          } else {
            assertThat(tokens.tokens().grants()).as(at).isEmpty();
          }
          List<String> said = List.copyOf(log.lines());
          look(part);
          assertThat(log.lines()).as(at).isEqualTo(said);
        }
        assertThat(log.lines()).as("seed %s", seed).noneMatch(line -> line.contains("token-"));
      }
      part.close();
    }
  }

  /** The outcome of the last look that found a change. */
  private static final class Served implements FileChanges.Taker {
    private final Tls files;
    private final List<String> said = new ArrayList<>();
    private byte[] certificate = {};

    Served(Tls files) {
      this.files = files;
    }

    @Override
    public Future<?> take(List<byte[]> contents) {
      TlsPair unused = TlsPair.of(files, contents);
      certificate = contents.get(0);
      said.add("took");
      return Future.succeededFuture();
    }

    @Override
    public void fault(String cause) {
      said.add(cause);
    }

    @Override
    public void asBefore() {
      said.add("as before");
    }
  }

  private record Pair(String certificate, String key) {
    static Pair draw(String name) throws CertificateException, IOException {
      SelfSignedCertificate drawn = new SelfSignedCertificate(name, "EC", 256);
      Pair pair =
          new Pair(
              Files.readString(drawn.certificate().toPath()),
              Files.readString(drawn.privateKey().toPath()));
      drawn.delete();
      return pair;
    }
  }

  @Test
  void theLastMatchingPairIsServed(Vertx vertx) throws IOException, CertificateException {
    List<Pair> pairs = List.of(Pair.draw("a.test"), Pair.draw("b.test"));
    for (int seed = 0; seed < SEEDS; seed++) {
      Random random = new Random(seed);
      Path home = Files.createDirectory(folder.resolve("c" + seed));
      Path cert = FileScript.write(home.resolve("cert.pem"), pairs.get(0).certificate());
      Path keys = Files.createDirectory(home.resolve("keys"));
      Path key = FileScript.write(keys.resolve("key.pem"), pairs.get(0).key());
      FileScript certs = new FileScript(cert);
      FileScript secrets = new FileScript(key);
      Served served = new Served(new Tls(cert, key));
      FileWatch.Part part = part(vertx);
      FileChanges unused = part.watch(List.of(cert, key), List.of(), served);
      look(part);
      int holdsCert = 0;
      int holdsKey = 0;
      String expected = pairs.get(0).certificate();
      for (int step = 0; step < STEPS; step++) {
        int next = random.nextInt(pairs.size());
        if (random.nextBoolean()) {
          holdsCert = certs.change(random, pairs.get(next).certificate()) ? next : -1;
        } else {
          holdsKey = secrets.change(random, pairs.get(next).key()) ? next : -1;
        }
        look(part);
        boolean fits = holdsCert >= 0 && holdsCert == holdsKey;
        expected = fits ? pairs.get(holdsCert).certificate() : expected;
        String at = "seed " + seed + " step " + step;
        assertThat(served.certificate).as(at).asString().isEqualTo(expected);
        String last = served.said.get(served.said.size() - 1);
        if (fits) {
          assertThat(last).as(at).isIn("took", "as before");
        } else {
          assertThat(last)
              .as(at)
              .contains(home.toString())
              .doesNotContain(pairs.get(next).key().lines().toList().get(1), "\n");
        }
      }
      part.close();
    }
  }
}
