package fil.heartbeat.chain.source;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/**
 * The body of a JSON-RPC answer: a result or an error. Members in any order; unknown ones are
 * ignored, missing ones are null, and no scalar is taken for another: a number in quotes is no
 * number. Pure.
 *
 * @param result null when the node says so, and when there is neither result nor error, which is
 *     how venus writes a null
 * @param error null when there is none
 */
record RpcAnswer<T>(@Nullable T result, RpcAnswer.@Nullable ErrorObject error) {

  /**
   * An error as a node reports it.
   *
   * @param code 0 when it is no integer
   */
  record ErrorObject(long code, String message) {}

  /** The body is no answer of the expected shape; the message says where and why. */
  static final class BadShapeException extends Exception {
    private static final long serialVersionUID = 1L;

    BadShapeException(String message) {
      super(message);
    }
  }

  /** Signatures are the longest strings of a node, some thousand characters. */
  private static final int MAX_STRING = 64 * 1024;

  private static final int MAX_NAME = 1024;
  private static final int MAX_NUMBER = 100;
  private static final int MAX_DEPTH = 64;

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxStringLength(MAX_STRING)
                          .maxNameLength(MAX_NAME)
                          .maxNumberLength(MAX_NUMBER)
                          .maxNestingDepth(MAX_DEPTH)
                          .build())
                  .build())
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .withCoercionConfig(
              LogicalType.Textual,
              text ->
                  text.setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail)
                      .setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                      .setCoercion(CoercionInputShape.Float, CoercionAction.Fail))
          .build();

  /** Returns the type of a result for {@link #read}, for lists and maps of records. */
  static JavaType type(TypeReference<?> reference) {
    return type(reference.getType());
  }

  /** Returns the type of a result for {@link #read}. */
  static JavaType type(Type type) {
    return MAPPER.constructType(type);
  }

  /** Reads a body of a size that the caller has limited. */
  static <T> RpcAnswer<T> read(Buffer body, JavaType type) throws BadShapeException {
    try (JsonParser parser = MAPPER.createParser(body.getBytes())) {
      if (parser.nextToken() == null) {
        throw new BadShapeException("an empty body");
      }
      if (!parser.isExpectedStartObjectToken()) {
        throw new BadShapeException("JSON that is no object");
      }
      T result = null;
      ErrorObject error = null;
      for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
        JsonToken value = parser.nextToken();
        switch (name) {
          case "result" ->
              result = value == JsonToken.VALUE_NULL ? null : MAPPER.readValue(parser, type);
          case "error" -> error = error(MAPPER.readTree(parser));
          default -> parser.skipChildren();
        }
      }
      if (parser.nextToken() != null) {
        throw new BadShapeException("more than one JSON object");
      }
      return new RpcAnswer<>(result, error);
    } catch (JsonMappingException e) {
      throw new BadShapeException("result" + path(e) + ": " + e.getOriginalMessage());
    } catch (JsonProcessingException e) {
      throw new BadShapeException(e.getOriginalMessage());
    } catch (IOException e) {
      throw new BadShapeException(String.valueOf(e.getMessage()));
    }
  }

  private static @Nullable ErrorObject error(JsonNode told) {
    if (told.isNull()) {
      return null;
    }
    JsonNode code = told.path("code");
    JsonNode message = told.isObject() ? told.path("message") : told;
    return new ErrorObject(
        code.canConvertToLong() && code.isIntegralNumber() ? code.longValue() : 0,
        message.isTextual() ? message.textValue() : message.toString());
  }

  /** Where in the result, such as {@code .Cids[2]}. */
  private static String path(JsonMappingException e) {
    StringBuilder path = new StringBuilder();
    for (JsonMappingException.Reference step : e.getPath()) {
      if (step.getFieldName() == null) {
        path.append('[').append(step.getIndex()).append(']');
      } else {
        path.append('.').append(step.getFieldName());
      }
    }
    return path.toString();
  }
}
