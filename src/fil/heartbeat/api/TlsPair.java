package fil.heartbeat.api;

import fil.heartbeat.alert.Validity;
import fil.heartbeat.config.ConfigException;
import fil.heartbeat.config.HttpConfig.Tls;
import fil.heartbeat.config.SmallFile;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.X509KeyManager;

/** A certificate and its key, as they were read. */
record TlsPair(PemKeyCertOptions keys, Validity validity) {
  private static final String CERTIFICATE = "http.tls.certFile";
  private static final String KEY = "http.tls.keyFile";

  /** Names of key types, as a key manager uses them. */
  private static final List<String> KINDS = List.of("EC", "RSA", "RSASSA-PSS", "EdDSA", "DSA");

  private static final byte[] PROBE = new byte[32];

  /**
   * Reads a pair. Blocks.
   *
   * @throws ConfigException that names the setting at fault
   */
  static TlsPair read(Tls files) {
    return of(files, List.of(bytes(CERTIFICATE, files.certFile()), bytes(KEY, files.keyFile())));
  }

  private static byte[] bytes(String setting, Path file) {
    try {
      return SmallFile.bytes(file, SmallFile.MAX_BYTES);
    } catch (IOException e) {
      throw ConfigException.of(setting, String.valueOf(e.getMessage()), "a PEM file");
    }
  }

  /**
   * Makes a pair from the content of its files. Blocks.
   *
   * @param contents of the certificate and of the key
   * @throws ConfigException that names the setting at fault
   */
  static TlsPair of(Tls files, List<byte[]> contents) {
    PemKeyCertOptions keys =
        new PemKeyCertOptions()
            .addCertValue(Buffer.buffer(contents.get(0)))
            .addKeyValue(Buffer.buffer(contents.get(1)));
    X509KeyManager manager;
    try {
      // Vert.x is needed only for keys that are paths of files; these are bytes.
      manager = manager(keys.getKeyManagerFactory(null).getKeyManagers());
    } catch (Exception e) {
      throw ConfigException.of(
          CERTIFICATE + ", " + KEY,
          files.certFile() + ", " + files.keyFile() + ": " + reason(e),
          "a certificate and its private key, not encrypted, in PEM");
    }
    String alias = alias(manager).orElseThrow(() -> doesNotFit(files));
    X509Certificate[] chain = manager.getCertificateChain(alias);
    if (chain.length == 0 || !fits(manager.getPrivateKey(alias), chain[0].getPublicKey())) {
      throw doesNotFit(files);
    }
    return new TlsPair(
        keys,
        new Validity(
            Arrays.stream(chain)
                .map(each -> each.getNotBefore().toInstant())
                .max(Instant::compareTo)
                .orElseThrow(),
            Arrays.stream(chain)
                .map(each -> each.getNotAfter().toInstant())
                .min(Instant::compareTo)
                .orElseThrow()));
  }

  /** Returns the content of the certificate and of the key, as in their files. */
  List<byte[]> contents() {
    return List.of(keys.getCertValue().getBytes(), keys.getKeyValue().getBytes());
  }

  private static X509KeyManager manager(KeyManager[] managers) {
    return Stream.of(managers)
        .filter(X509KeyManager.class::isInstance)
        .map(X509KeyManager.class::cast)
        .findFirst()
        .orElseThrow();
  }

  private static Optional<String> alias(X509KeyManager manager) {
    return KINDS.stream()
        .flatMap(
            kind -> Stream.ofNullable(manager.getServerAliases(kind, null)).flatMap(Arrays::stream))
        .findFirst();
  }

  /** Whether one key verifies the signature of the other. */
  private static boolean fits(PrivateKey secret, PublicKey open) {
    try {
      Signature signature = Signature.getInstance(algorithm(secret));
      signature.initSign(secret);
      signature.update(PROBE);
      byte[] signed = signature.sign();
      signature.initVerify(open);
      signature.update(PROBE);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static String algorithm(PrivateKey key) {
    return switch (key.getAlgorithm()) {
      case "EC" -> "SHA256withECDSA";
      case "RSA" -> "SHA256withRSA";
      case "DSA" -> "SHA256withDSA";
      default -> key.getAlgorithm();
    };
  }

  private static String reason(Exception e) {
    return String.valueOf(e.getMessage()).replaceAll("\\s+", " ");
  }

  private static ConfigException doesNotFit(Tls files) {
    return ConfigException.of(
        KEY, files.keyFile().toString(), "the private key of " + files.certFile());
  }
}
