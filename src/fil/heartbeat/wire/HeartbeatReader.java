package fil.heartbeat.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads one object as Go's decoder fills the struct: member names without regard to case, the last
 * duplicate wins, null leaves the earlier value, unknown members are skipped.
 */
final class HeartbeatReader {

  /** 2^53-1: larger numbers lose precision in readers that use doubles. */
  static final long MAX_HEIGHT = (1L << 53) - 1;

  /** The text of later senders for no miner. */
  private static final String NO_MINER = "<empty>";

  /** Characters of a number, with sign, that is surely below 2^63. */
  static final int SAFE_DIGITS = 18;

  private static final int LONGEST_MEMBER = "PendingMessages".length();

  private static final JsonFactory JSON =
      JsonFactory.builder()
          // The size of the object is limited; no part of it needs a lower limit.
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(HeartbeatDecoder.MAX_DEPTH)
                  .maxStringLength(HeartbeatDecoder.MAX_OBJECT)
                  .maxNameLength(HeartbeatDecoder.MAX_OBJECT)
                  .maxNumberLength(HeartbeatDecoder.MAX_OBJECT)
                  .build())
          // Member names come from peers: they must not stay in a shared table.
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .build();

  private String head = "";
  private long height;
  private String nickname = "";
  private String minerAddress = "";
  private @Nullable String genesisCid;
  private @Nullable Boolean syncing;
  private boolean diagnostic;
  private boolean stopping;
  private @Nullable ExtrasReader extras;

  private HeartbeatReader() {}

  /** Reads the object between the offsets; its height may be any number. */
  static Heartbeat read(byte[] in, int from, int to) throws HeartbeatException {
    char[] text = new char[to - from];
    int length = GoUtf8.decode(in, from, to, text);
    HeartbeatReader reader = new HeartbeatReader();
    try (JsonParser parser = JSON.createParser(text, 0, length)) {
      reader.members(parser);
    } catch (JsonProcessingException e) {
      throw new HeartbeatException("malformed", e.getOriginalMessage());
    } catch (IOException e) {
      throw new HeartbeatException("malformed", e.toString());
    }
    return reader.beat();
  }

  private Heartbeat beat() {
    String miner = minerAddress.equals(NO_MINER) ? "" : minerAddress;
    return new Heartbeat(
        head,
        height,
        nickname,
        miner,
        genesisCid,
        syncing,
        extras == null ? Extras.NONE : extras.extras(height),
        diagnostic,
        stopping);
  }

  private void members(JsonParser parser) throws IOException, HeartbeatException {
    JsonToken start = parser.nextToken();
    if (start != JsonToken.START_OBJECT) {
      throw new HeartbeatException("malformed", start + " (expected: an object)");
    }
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      JsonToken value = parser.nextToken();
      String folded = folded(name);
      switch (folded) {
        case "head" -> head = text("Head", head, value, parser);
        case "height" -> height = number(value, parser);
        case "nickname" -> nickname = text("Nickname", nickname, value, parser);
        case "mineraddress" -> minerAddress = text("MinerAddress", minerAddress, value, parser);
        case "genesiscid" -> genesisCid = link(value, parser);
        case "syncing" -> syncing = flag(value);
        case "diagnostic" -> diagnostic = hint(diagnostic, value, parser);
        case "stopping" -> stopping = hint(stopping, value, parser);
        default -> other(folded, value, parser);
      }
    }
  }

  private void other(String folded, JsonToken value, JsonParser parser) throws IOException {
    if (folded.isEmpty()) {
      parser.skipChildren();
      return;
    }
    ExtrasReader reader = extras == null ? new ExtrasReader() : extras;
    if (reader.read(folded, value, parser)) {
      extras = reader;
    } else {
      parser.skipChildren();
    }
  }

  /** Returns the name as Go compares it; empty for a surely unknown one. */
  private static String folded(String name) {
    if (name.length() > LONGEST_MEMBER) {
      return "";
    }
    char[] folded = name.toCharArray();
    for (int i = 0; i < folded.length; i++) {
      char c = folded[i];
      if (c >= 'A' && c <= 'Z') {
        folded[i] = (char) (c + 'a' - 'A');
      } else if (c == '\u017f') {
        folded[i] = 's';
      } else if (c == '\u212a') {
        folded[i] = 'k';
      }
    }
    return new String(folded);
  }

  private static String text(String member, String before, JsonToken value, JsonParser parser)
      throws IOException, HeartbeatException {
    if (value == JsonToken.VALUE_NULL) {
      return before;
    }
    if (value != JsonToken.VALUE_STRING) {
      throw wrong(member, value, "a string");
    }
    return withoutLoneSurrogates(parser.getText());
  }

  /** Replaces lone surrogates, which escapes can contain, by U+FFFD as Go does. */
  static String withoutLoneSurrogates(String text) {
    StringBuilder repaired = null;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!Character.isSurrogate(c)) {
        continue;
      }
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
        continue;
      }
      if (repaired == null) {
        repaired = new StringBuilder(text);
      }
      repaired.setCharAt(i, '\ufffd');
    }
    return repaired == null ? text : repaired.toString();
  }

  private long number(JsonToken value, JsonParser parser) throws IOException, HeartbeatException {
    if (value == JsonToken.VALUE_NULL) {
      return height;
    }
    if (value != JsonToken.VALUE_NUMBER_INT) {
      throw wrong("Height", value, "a whole number");
    }
    return parser.getTextLength() > SAFE_DIGITS ? Long.MAX_VALUE : parser.getLongValue();
  }

  private @Nullable Boolean flag(JsonToken value) throws HeartbeatException {
    if (value == JsonToken.VALUE_NULL) {
      return syncing;
    }
    if (!value.isBoolean()) {
      throw wrong("Syncing", value, "true or false");
    }
    return value == JsonToken.VALUE_TRUE;
  }

  /** Reads a member that the first senders did not know: an invalid value counts as absent. */
  private static boolean hint(boolean before, JsonToken value, JsonParser parser)
      throws IOException {
    if (value.isBoolean()) {
      return value == JsonToken.VALUE_TRUE;
    }
    parser.skipChildren();
    return before;
  }

  /** Reads {@code {"/":"bafy…"}}; null means that the genesis is not known. */
  private static @Nullable String link(JsonToken value, JsonParser parser)
      throws IOException, HeartbeatException {
    if (value == JsonToken.VALUE_NULL) {
      return null;
    }
    if (value != JsonToken.START_OBJECT) {
      throw wrong("GenesisCID", value, "{\"/\":\"cid\"} or null");
    }
    String cid = "";
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      JsonToken inner = parser.nextToken();
      if (name.equals("/")) {
        cid = text("GenesisCID./", cid, inner, parser);
      } else {
        parser.skipChildren();
      }
    }
    if (cid.isEmpty()) {
      throw new HeartbeatException(
          "malformed", "GenesisCID without a CID (expected: {\"/\":\"cid\"})");
    }
    return cid;
  }

  private static HeartbeatException wrong(String member, JsonToken value, String expected) {
    return new HeartbeatException(
        "malformed", member + " is " + value + " (expected: " + expected + ")");
  }
}
