package fil.heartbeat.libp2p.multistream;

import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One multistream-select 1.0.0 negotiation, either side. Spec: libp2p connections,
 * multistream-select.
 *
 * <p>The owner feeds what arrives to {@link #receive} and sends what {@link #takeOutput} gives,
 * until {@link #selected} is not null; bytes beyond the agreement belong to the protocol and are
 * left unconsumed.
 */
public final class Negotiation {

  /** A dialer that proposes the ids in order; header and first id leave together. */
  public static Negotiation dialer(List<String> protocolIds) {
    throw new UnsupportedOperationException();
  }

  /** A listener that agrees to the ids that the predicate knows; its header leaves at once. */
  public static Negotiation listener(Predicate<String> supported) {
    throw new UnsupportedOperationException();
  }

  private Negotiation() {}

  /** Bytes to send now; empty when there are none. */
  public byte[] takeOutput() {
    throw new UnsupportedOperationException();
  }

  /**
   * Takes bytes up to the agreement.
   *
   * @return how many were consumed; below {@code length} only once a protocol is selected
   * @throws MultistreamException {@code REFUSED} when all ids of a dialer were answered {@code na},
   *     else {@code VIOLATION}
   */
  public int receive(byte[] bytes, int offset, int length) throws MultistreamException {
    throw new UnsupportedOperationException();
  }

  /** The agreed id, or null while there is none. */
  public @Nullable String selected() {
    throw new UnsupportedOperationException();
  }
}
