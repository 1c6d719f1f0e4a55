package fil.heartbeat.testing;

import io.vertx.core.net.PfxOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * A certificate authority that no JDK knows, and a certificate of it for {@code localhost}, made by
 * the JDK's own tool.
 *
 * @param store of both keys
 * @param pem the authority's certificate
 */
public record PrivateCa(Path store, Path pem) {
  private static final String PASSWORD = "changeit";

  /** Makes both in the folder. */
  public static PrivateCa in(Path folder) {
    PrivateCa made = new PrivateCa(folder.resolve("private.p12"), folder.resolve("ca.pem"));
    made.keytool("-alias", "ca", "-dname", "CN=Private", "-ext", "bc:c");
    made.keytool(
        "-alias", "own", "-dname", "CN=localhost", "-ext", "san=dns:localhost", "-signer", "ca");
    made.write();
    return made;
  }

  /** For the server. */
  public PfxOptions server() {
    return new PfxOptions().setPath(store.toString()).setPassword(PASSWORD).setAlias("own");
  }

  private void keytool(String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                PASSWORD));
    command.addAll(List.of(arguments));
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new AssertionError("keytool: " + said);
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private void write() {
    try (InputStream stored = Files.newInputStream(store)) {
      KeyStore keys = KeyStore.getInstance("PKCS12");
      keys.load(stored, PASSWORD.toCharArray());
      String text = Base64.getMimeEncoder().encodeToString(keys.getCertificate("ca").getEncoded());
      var unused =
          Files.writeString(
              pem,
              "Our own authority\n-----BEGIN CERTIFICATE-----\n"
                  + text
                  + "\n-----END CERTIFICATE-----\n");
    } catch (IOException | GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }
}
