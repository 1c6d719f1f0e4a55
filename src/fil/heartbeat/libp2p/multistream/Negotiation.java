package fil.heartbeat.libp2p.multistream;

import fil.heartbeat.libp2p.Quoted;
import fil.heartbeat.libp2p.multistream.MultistreamException.Reason;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One multistream-select 1.0.0 negotiation, either side. Spec: libp2p connections,
 * multistream-select.
 *
 * <p>The owner passes received bytes to {@link #receive} and sends the result of {@link
 * #takeOutput}, until {@link #selected} is not null; bytes after the agreement belong to the
 * protocol and stay unconsumed.
 */
public final class Negotiation {
  /** Longest message, including the newline; go-multistream and js-libp2p have the same limit. */
  static final int MAX_MESSAGE = 1024;

  /**
   * Rounds of proposals and repeated headers that a listener answers; a peer that goes on is only
   * guessing.
   */
  static final int MAX_PROPOSALS = 16;

  /** Longest protocol id, in bytes. */
  static final int MAX_ID = 256;

  private static final String HEADER = "/multistream/1.0.0";
  private static final String NOT_AVAILABLE = "na";
  private static final String LIST = "ls";
  private static final String ONE_LINE = "one line of 1 to " + MAX_ID + " bytes of UTF-8";
  private static final byte[] NOTHING = {};

  private final @Nullable List<String> proposals;
  private final @Nullable Predicate<String> supported;
  private final ByteArrayOutputStream output = new ByteArrayOutputStream(64);
  private byte[] message = NOTHING;
  private int received;
  private int length = -1;
  private int lengthBytes;
  private boolean headerSeen;
  private int rounds;
  private boolean failed;
  private @Nullable String selected;

  /**
   * Whether a text can be negotiated: 1 to 256 bytes of UTF-8 in one line, and not a reserved word
   * of the specification.
   */
  public static boolean isProtocolId(String text) {
    return !text.isEmpty()
        && StandardCharsets.UTF_8.newEncoder().canEncode(text)
        && fits(text)
        && !isReserved(text);
  }

  /**
   * Creates a dialer that proposes the ids in order; header and first id are sent together.
   *
   * @throws IllegalArgumentException when there is no id or one that {@link #isProtocolId} refuses
   */
  public static Negotiation dialer(List<String> protocolIds) {
    if (protocolIds.isEmpty()) {
      throw new IllegalArgumentException("protocolIds: [] (expected: one or more)");
    }
    for (String id : protocolIds) {
      if (!isProtocolId(id)) {
        throw new IllegalArgumentException(
            "protocol id " + Quoted.of(id) + " (expected: " + ONE_LINE + ")");
      }
    }
    Negotiation dialer = new Negotiation(List.copyOf(protocolIds), null);
    dialer.send(HEADER);
    dialer.send(protocolIds.get(0));
    return dialer;
  }

  /**
   * Creates a listener that agrees to the ids that the predicate accepts; its header is sent at
   * once.
   */
  public static Negotiation listener(Predicate<String> supported) {
    Negotiation listener = new Negotiation(null, supported);
    listener.send(HEADER);
    return listener;
  }

  private Negotiation(@Nullable List<String> proposals, @Nullable Predicate<String> supported) {
    this.proposals = proposals;
    this.supported = supported;
  }

  /** Returns the bytes to send now; empty when there are none. */
  public byte[] takeOutput() {
    byte[] bytes = output.toByteArray();
    output.reset();
    return bytes;
  }

  /**
   * Takes bytes up to the agreement.
   *
   * @return how many were consumed; below {@code length} only once a protocol is selected
   * @throws MultistreamException {@code REFUSED} when all ids of a dialer were answered {@code na},
   *     {@code LIMIT} when the peer of a listener exceeded 16 rounds, else {@code VIOLATION}; the
   *     negotiation has failed then
   */
  public int receive(byte[] bytes, int offset, int count) throws MultistreamException {
    if (failed) {
      throw violation("more bytes after a failed negotiation (expected: none)");
    }
    try {
      return take(bytes, offset, count);
    } catch (MultistreamException cause) {
      failed = true;
      throw cause;
    }
  }

  /** Returns the bytes of memory held for an incomplete message. */
  public int held() {
    return message.length;
  }

  private int take(byte[] bytes, int offset, int count) throws MultistreamException {
    int at = offset;
    int end = offset + count;
    while (at < end && selected == null) {
      if (length < 0) {
        takeLengthByte(bytes[at++]);
      } else {
        int part = Math.min(length - received, end - at);
        System.arraycopy(bytes, at, message, received, part);
        received += part;
        at += part;
      }
      if (length >= 0 && received == length) {
        String text = text();
        length = -1;
        lengthBytes = 0;
        received = 0;
        message = NOTHING;
        onMessage(text);
      }
    }
    return at - offset;
  }

  /** Returns the agreed id, or null while there is none. */
  public @Nullable String selected() {
    return selected;
  }

  private void takeLengthByte(byte next) throws MultistreamException {
    received |= (next & 0x7f) << (7 * lengthBytes);
    lengthBytes++;
    if (next < 0) {
      if (lengthBytes == 2) {
        throw violation(
            "message length of more than 2 bytes (expected: at most " + MAX_MESSAGE + ")");
      }
      return;
    }
    if (lengthBytes == 2 && next == 0) {
      throw violation("message length of " + received + " in 2 bytes (expected: 1 byte)");
    }
    if (received == 0 || received > MAX_MESSAGE) {
      throw violation("message length " + received + " (expected: 1 to " + MAX_MESSAGE + ")");
    }
    length = received;
    received = 0;
    message = new byte[length];
  }

  private String text() throws MultistreamException {
    if (message[length - 1] != '\n') {
      throw violation(
          "message that ends in byte " + (message[length - 1] & 0xff) + " (expected: a newline)");
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(message, 0, length - 1))
          .toString();
    } catch (CharacterCodingException e) {
      throw violation("message of " + length + " bytes (expected: UTF-8)");
    }
  }

  private void onMessage(String text) throws MultistreamException {
    if (!headerSeen) {
      if (!text.equals(HEADER)) {
        throw violation("first message " + Quoted.of(text) + " (expected: " + HEADER + ")");
      }
      headerSeen = true;
    } else if (proposals != null) {
      onAnswer(text, proposals);
    } else if (supported != null) {
      onProposal(text, supported);
    }
  }

  private void onAnswer(String text, List<String> ids) throws MultistreamException {
    String proposed = ids.get(rounds);
    if (text.equals(proposed)) {
      selected = proposed;
      return;
    }
    if (!text.equals(NOT_AVAILABLE)) {
      throw violation(
          "answer " + Quoted.of(text) + " (expected: " + Quoted.of(proposed) + " or na)");
    }
    rounds++;
    if (rounds == ids.size()) {
      throw new MultistreamException(
          Reason.REFUSED, "the peer serves none of " + String.join(", ", ids));
    }
    send(ids.get(rounds));
  }

  private void onProposal(String text, Predicate<String> known) throws MultistreamException {
    if (!fits(text)) {
      throw violation("protocol id " + Quoted.of(text) + " (expected: " + ONE_LINE + ")");
    }
    rounds++;
    if (rounds > MAX_PROPOSALS) {
      throw new MultistreamException(
          Reason.LIMIT, "proposal " + rounds + " (expected: at most " + MAX_PROPOSALS + ")");
    }
    if (text.equals(HEADER)) {
      // An application that negotiates twice on one stream repeats the header.
      send(HEADER);
    } else if (isReserved(text) || !known.test(text)) {
      send(NOT_AVAILABLE);
    } else {
      send(text);
      selected = text;
    }
  }

  private static boolean fits(String text) {
    return text.indexOf('\n') < 0 && text.getBytes(StandardCharsets.UTF_8).length <= MAX_ID;
  }

  /**
   * Reserved words: the header, the answer to an unknown id, and the request for a list (not
   * supported).
   */
  private static boolean isReserved(String text) {
    return text.equals(NOT_AVAILABLE) || text.equals(LIST) || text.equals(HEADER);
  }

  private void send(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int size = bytes.length + 1;
    if (size > 0x7f) {
      output.write((size & 0x7f) | 0x80);
      output.write(size >> 7);
    } else {
      output.write(size);
    }
    output.writeBytes(bytes);
    output.write('\n');
  }

  private static MultistreamException violation(String message) {
    return new MultistreamException(Reason.VIOLATION, message);
  }
}
