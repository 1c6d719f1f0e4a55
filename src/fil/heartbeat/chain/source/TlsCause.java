package fil.heartbeat.chain.source;

import static java.util.regex.Pattern.CASE_INSENSITIVE;

import io.netty.handler.ssl.NotSslRecordException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Why a TLS handshake failed, in words: the root cause, not the handshake's own message. A
 * connection that ended in the middle is no failure of TLS: whoever stands before a node that is
 * down does so. Pure.
 */
final class TlsCause {

  /** Chains of causes are short; a limit ends one that goes in a circle. */
  private static final int MAX_CAUSES = 20;

  /** How netty and the JDK call a certificate or a handshake that one of both sides refused. */
  private static final Pattern REFUSED =
      Pattern.compile(
          "fatal alert|handshake_failure|protocol|cipher|certificate", CASE_INSENSITIVE);

  private TlsCause() {}

  /** Returns the cause; null when the failure has nothing to do with TLS. */
  static @Nullable String of(Throwable failure) {
    String refused = null;
    int depth = 0;
    for (Throwable each = failure; each != null && depth < MAX_CAUSES; each = each.getCause()) {
      depth++;
      String words = words(each);
      if (words != null) {
        return words;
      }
      String message = String.valueOf(each.getMessage());
      if (each instanceof CertificateException
          || (each instanceof SSLException && REFUSED.matcher(message).find())) {
        refused = message;
      }
    }
    return refused;
  }

  private static @Nullable String words(Throwable cause) {
    if (cause instanceof CertificateExpiredException) {
      return "the certificate has expired (" + cause.getMessage() + ")";
    }
    if (cause instanceof CertificateNotYetValidException) {
      return "the certificate is not valid yet, or this machine's clock is behind ("
          + cause.getMessage()
          + ")";
    }
    if (cause instanceof CertPathBuilderException || isUntrusted(cause)) {
      return "the certificate is not trusted: it is signed by none that this machine trusts";
    }
    if (cause instanceof NotSslRecordException) {
      return "no TLS at that port; is it http?";
    }
    // The JDK's checker of names has no exception of its own.
    String message = String.valueOf(cause.getMessage());
    if (cause instanceof CertificateException
        && (message.startsWith("No subject alternative")
            || message.startsWith("No name matching"))) {
      return "the certificate is for another name (" + message + ")";
    }
    return null;
  }

  private static boolean isUntrusted(Throwable cause) {
    return cause instanceof CertPathValidatorException invalid
        && invalid.getReason() == java.security.cert.PKIXReason.NO_TRUST_ANCHOR;
  }
}
