package fil.heartbeat.chain.source;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads the base fee out of the block headers of a tipset and skips the rest. Headers of any other
 * form give none: a head is good without them.
 */
final class BaseFeeReader extends StdDeserializer<@Nullable String> {
  private static final long serialVersionUID = 1L;

  BaseFeeReader() {
    super(String.class);
  }

  @Override
  public @Nullable String deserialize(JsonParser parser, DeserializationContext context)
      throws IOException {
    String fee = null;
    if (!parser.isExpectedStartArrayToken()) {
      parser.skipChildren();
      return null;
    }
    boolean first = true;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (first && parser.isExpectedStartObjectToken()) {
        fee = inHeader(parser);
      } else {
        parser.skipChildren();
      }
      first = false;
    }
    return fee;
  }

  private static @Nullable String inHeader(JsonParser parser) throws IOException {
    String fee = null;
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      JsonToken value = parser.nextToken();
      if (name.equals("ParentBaseFee") && value == JsonToken.VALUE_STRING) {
        String digits = parser.getText();
        boolean good =
            !digits.isEmpty()
                && digits.length() <= AnswerChecks.MAX_DIGITS
                && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        fee = good ? digits : null;
      } else {
        parser.skipChildren();
      }
    }
    return fee;
  }
}
