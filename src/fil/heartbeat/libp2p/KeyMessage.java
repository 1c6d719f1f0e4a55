package fil.heartbeat.libp2p;

import fil.heartbeat.libp2p.protobuf.ProtobufException;
import fil.heartbeat.libp2p.protobuf.ProtobufReader;
import fil.heartbeat.libp2p.protobuf.ProtobufWriter;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The protobuf message that public and private keys share: {@code Type} varint = 1, {@code Data}
 * bytes = 2. Spec: libp2p peer-ids.
 */
final class KeyMessage {

  /** An RSA private key of 8192 bits takes about 4,700 bytes; nothing is larger. */
  static final int MAX_BYTES = 8192;

  private static final int TYPE = 1;
  private static final int DATA = 2;

  private final KeyType type;
  private final byte[] data;

  private KeyMessage(KeyType type, byte[] data) {
    this.type = type;
    this.data = data;
  }

  static byte[] encode(KeyType type, byte[] data) {
    return new ProtobufWriter().varint(TYPE, type.number()).bytes(DATA, data).toBytes();
  }

  /** Reads a message in any encoding; unknown fields are skipped. */
  static KeyMessage decode(byte[] encoded) {
    if (encoded.length > MAX_BYTES) {
      throw malformed(encoded.length + " bytes (expected: at most " + MAX_BYTES + ")");
    }
    Long number = null;
    byte @Nullable [] data = null;
    try {
      for (ProtobufReader.Field field : ProtobufReader.read(encoded)) {
        if (field.number() == TYPE) {
          number = field.varint();
        } else if (field.number() == DATA) {
          data = field.bytes();
        }
      }
    } catch (ProtobufException e) {
      throw new Libp2pException(Libp2pException.Code.HANDSHAKE_FAILED, "key: " + e.getMessage(), e);
    }
    if (number == null || data == null) {
      throw malformed("no type or no data (expected: protobuf fields 1 and 2)");
    }
    long given = number;
    KeyType type =
        KeyType.ofNumber(given)
            .orElseThrow(
                () ->
                    malformed(
                        "type "
                            + Long.toUnsignedString(given)
                            + " (expected: 0 RSA, 1 Ed25519, 2 Secp256k1 or 3 ECDSA)"));
    return new KeyMessage(type, data);
  }

  /** Reads a message in the one encoding that peer ids are made of. */
  static KeyMessage decodeCanonical(byte[] encoded) {
    KeyMessage message = decode(encoded);
    if (!Arrays.equals(encode(message.type, message.data), encoded)) {
      throw malformed(
          "not encoded canonically (expected: minimal varints, type then data, nothing else)");
    }
    return message;
  }

  KeyType type() {
    return type;
  }

  byte[] data() {
    return data;
  }

  static Libp2pException malformed(String what) {
    return new Libp2pException(Libp2pException.Code.HANDSHAKE_FAILED, "key: " + what);
  }
}
