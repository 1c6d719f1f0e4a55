package fil.heartbeat.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads one whole JSON object as Go's decoder reads the struct: member names without regard to
 * case, the last duplicate wins, null leaves the zero value, unknown members are skipped.
 */
final class HeartbeatReader {
  /** 2^53-1: the largest height every JSON reader keeps exact. */
  static final long MAX_HEIGHT = (1L << 53) - 1;

  private static final String NO_MINER = "<empty>";
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(HeartbeatDecoder.MAX_DEPTH)
                  .maxDocumentLength(HeartbeatDecoder.MAX_OBJECT)
                  .maxStringLength(HeartbeatDecoder.MAX_OBJECT)
                  .maxNumberLength(1000)
                  .maxNameLength(HeartbeatDecoder.MAX_OBJECT)
                  .build())
          // Names come from peers: keep them out of any shared table.
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .build();

  private String head = "";
  private long height;
  private String nickname = "";
  private String minerAddress = "";
  private @Nullable String genesisCid;
  private @Nullable Boolean syncing;

  private HeartbeatReader() {}

  static Heartbeat read(byte[] bytes, int offset, int length) throws HeartbeatException {
    HeartbeatReader reader = new HeartbeatReader();
    try {
      reader.read(FACTORY.createParser(bytes, offset, length));
    } catch (IOException e) {
      return readReplacing(bytes, offset, length, e);
    }
    return reader.beat();
  }

  /** Go replaces what is not UTF-8; so does a second look, which only broken beats pay for. */
  private static Heartbeat readReplacing(byte[] bytes, int offset, int length, IOException first)
      throws HeartbeatException {
    CharBuffer text = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(bytes, offset, length));
    HeartbeatReader reader = new HeartbeatReader();
    try {
      reader.read(FACTORY.createParser(text.array(), 0, text.length()));
    } catch (IOException e) {
      String message = first.getMessage();
      throw new HeartbeatException(
          "malformed", message == null ? "no JSON" : message.lines().findFirst().orElse("no JSON"));
    }
    return reader.beat();
  }

  private Heartbeat beat() {
    return new Heartbeat(
        head,
        height,
        nickname,
        minerAddress.equals(NO_MINER) ? "" : minerAddress,
        genesisCid,
        syncing);
  }

  private void read(JsonParser parser) throws IOException, HeartbeatException {
    try (parser) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        JsonToken value = parser.nextToken();
        if (!member(name.toLowerCase(Locale.ROOT), value, parser)) {
          parser.skipChildren();
        }
      }
      if (parser.nextToken() != null) {
        throw new HeartbeatException("malformed", "more behind the object");
      }
    }
  }

  private boolean member(String name, JsonToken value, JsonParser parser)
      throws IOException, HeartbeatException {
    switch (name) {
      case "head" -> head = text(name, value, parser, head);
      case "height" -> height = number(value, parser);
      case "nickname" -> nickname = text(name, value, parser, nickname);
      case "mineraddress" -> minerAddress = text(name, value, parser, minerAddress);
      case "genesiscid" -> genesisCid = link(value, parser);
      case "syncing" -> {
        if (value == JsonToken.VALUE_TRUE || value == JsonToken.VALUE_FALSE) {
          syncing = value == JsonToken.VALUE_TRUE;
        } else if (value != JsonToken.VALUE_NULL) {
          throw wrong("Syncing", "a boolean");
        }
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private static String text(String name, JsonToken value, JsonParser parser, String unchanged)
      throws IOException, HeartbeatException {
    if (value == JsonToken.VALUE_NULL) {
      return unchanged;
    }
    if (value != JsonToken.VALUE_STRING) {
      throw wrong(name, "a string");
    }
    return parser.getText();
  }

  private long number(JsonToken value, JsonParser parser) throws IOException, HeartbeatException {
    if (value == JsonToken.VALUE_NULL) {
      return height;
    }
    if (value != JsonToken.VALUE_NUMBER_INT) {
      throw wrong("Height", "a whole number");
    }
    return parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
        ? Long.MAX_VALUE
        : parser.getLongValue();
  }

  /** {@code {"/":"bafy…"}} or null. */
  private static @Nullable String link(JsonToken value, JsonParser parser)
      throws IOException, HeartbeatException {
    if (value == JsonToken.VALUE_NULL) {
      return null;
    }
    if (value != JsonToken.START_OBJECT) {
      throw wrong("GenesisCID", "{\"/\":\"cid\"} or null");
    }
    String cid = null;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      boolean link = parser.currentName().equals("/");
      JsonToken inner = parser.nextToken();
      if (link && inner == JsonToken.VALUE_STRING) {
        cid = parser.getText();
      } else {
        parser.skipChildren();
      }
    }
    if (cid == null) {
      throw wrong("GenesisCID", "{\"/\":\"cid\"} or null");
    }
    return cid;
  }

  private static HeartbeatException wrong(String member, String expected) {
    return new HeartbeatException("malformed", member + " (expected: " + expected + ")");
  }
}
