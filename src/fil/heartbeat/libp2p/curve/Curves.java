package fil.heartbeat.libp2p.curve;

import org.jspecify.annotations.Nullable;

/**
 * X25519 (RFC 7748) and the check of Ed25519 signatures (RFC 8032): the only place that knows which
 * library computes them. In Java, unless the program asked for {@link NativeCurves}. Thread-safe.
 */
public interface Curves {

  /** Bytes of an X25519 key, public or private, and of a shared secret. */
  int KEY = 32;

  /** Bytes of a public Ed25519 key. */
  int ED25519_KEY = 32;

  /** Bytes of an Ed25519 signature. */
  int ED25519_SIGNATURE = 64;

  /** Checks signatures of one Ed25519 key. */
  @FunctionalInterface
  interface Ed25519Check {
    /** False for any malformed signature; never throws. */
    boolean verify(byte[] message, byte[] signature);
  }

  /** Those that this process uses now. */
  static Curves active() {
    return ActiveCurves.now();
  }

  /** Returns the public half of an X25519 key; 32 bytes both. */
  byte[] publicKey(byte[] privateKey);

  /**
   * Returns the secret shared with the holder of a public key; null for a point of small order,
   * whose secret is public.
   */
  byte @Nullable [] agree(byte[] privateKey, byte[] remotePublicKey);

  /**
   * Returns the check of a public Ed25519 key of 32 bytes; null when it is no point of the curve,
   * not encoded canonically, or of small order.
   */
  @Nullable Ed25519Check ed25519(byte[] publicKey);

  /** Returns the name of the library. */
  String library();
}
