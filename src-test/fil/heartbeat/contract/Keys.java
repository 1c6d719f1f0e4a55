package fil.heartbeat.contract;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;

/** Keys that are always the same, in the files that the program and go-libp2p write. */
final class Keys {
  private static final byte[] HEAD = {8, 1, 0x12, 64};

  private Keys() {}

  /**
   * @param seed each byte of the private key
   */
  static void write(Path file, int seed) throws IOException {
    byte[] secret = new byte[32];
    Arrays.fill(secret, (byte) seed);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(HEAD);
    bytes.write(secret);
    bytes.write(new Ed25519PrivateKeyParameters(secret).generatePublicKey().getEncoded());
    Files.createDirectories(file.getParent());
    Files.write(file, bytes.toByteArray());
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }
}
