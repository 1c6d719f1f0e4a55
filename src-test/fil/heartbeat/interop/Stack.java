package fil.heartbeat.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.util.ArrayList;
import java.util.List;

/**
 * A libp2p stack that nobody here wrote, and how its test peer is built. Building happens once per
 * JVM; an absent toolchain is a failure that names it.
 */
enum Stack {
  GO("go", List.of(List.of("go", "build", "-o", "peer", ".")), List.of("./peer")),
  JS(
      "js",
      List.of(List.of("npm", "ci", "--no-audit", "--no-fund", "--loglevel=error")),
      List.of("node", "peer.mjs")),
  RUST(
      "rust",
      List.of(List.of("cargo", "build", "--quiet", "--target-dir", inTarget("rust"))),
      List.of(inTarget("rust/debug/peer"), "--rsa-key", inTarget(Stack.RSA_KEY)));

  /** rust-libp2p reads RSA keys and makes none. */
  private static final String RSA_KEY = "rust/rsa.pk8";

  /** The implementation of ours that is run: {@code -Dinterop.libp2p=jvm-libp2p} for the other. */
  static final String OURS = System.getProperty("interop.libp2p", "built-in");

  private final Path folder;
  private final List<List<String>> build;
  private final List<String> program;
  private boolean built;

  Stack(String folder, List<List<String>> build, List<String> program) {
    this.folder = Path.of("src-test", "peers", folder).toAbsolutePath();
    this.build = build;
    this.program = program;
  }

  private static String inTarget(String path) {
    return Path.of("target", "peers").toAbsolutePath().resolve(path).toString();
  }

  /** Starts the peer with a command and its flags. */
  Peer start(String... arguments) {
    buildOnce();
    List<String> command = new ArrayList<>(program);
    command.addAll(List.of(arguments));
    return new Peer(toString(), folder, command);
  }

  private synchronized void buildOnce() {
    if (built) {
      return;
    }
    build.forEach(command -> Program.runToEnd(folder, command));
    if (this == RUST) {
      makeRsaKey();
    }
    built = true;
  }

  private static void makeRsaKey() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      Path ignored =
          Files.write(
              Path.of(inTarget(RSA_KEY)), generator.generateKeyPair().getPrivate().getEncoded());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
