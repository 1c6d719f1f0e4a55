package fil.heartbeat.alert.sink;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Refuses what Telegram's Bot API refuses, in its words (read in the source of its server, of May
 * 2026).
 */
final class TelegramServer implements Receiver.Behaviour {
  static final String TOKEN = "4839574812:AAFD39kkdpWt3ywyRZergyOLMaJhac60very-secret";
  static final String CHAT = "-1001234567890";

  private static final Pattern PATH = Pattern.compile("/bot([^/]*)/([A-Za-z]*)");
  private static final Pattern TAG = Pattern.compile("<(/?)([a-z-]*)((?: [^>]*)?)>");
  private static final List<String> TAGS = List.of("a", "b", "i", "u", "s", "code", "pre");
  private static final int MAX_RAW = 1 << 15;
  private static final int MAX_TEXT = 4_096;

  /** The texts of accepted messages, without markup. */
  final List<String> shown = new CopyOnWriteArrayList<>();

  /** Whether the next request is answered 429. */
  volatile boolean limited;

  /** The chat became a supergroup of this id; 0 while it did not. */
  volatile long migratedTo;

  volatile boolean kicked;

  private record Refusal(int code, String description, JsonObject parameters) {
    Refusal(int code, String description) {
      this(code, description, new JsonObject());
    }
  }

  @Override
  public void answer(HttpServerRequest request, String body) {
    Refusal refusal = refusal(request, body);
    JsonObject answer =
        refusal == null
            ? new JsonObject().put("ok", true).put("result", new JsonObject().put("message_id", 7))
            : new JsonObject()
                .put("ok", false)
                .put("error_code", refusal.code)
                .put("description", refusal.description);
    if (refusal != null && !refusal.parameters.isEmpty()) {
      answer.put("parameters", refusal.parameters);
    }
    request
        .response()
        .setStatusCode(refusal == null ? 200 : refusal.code)
        .putHeader("Content-Type", "application/json")
        .end(answer.encode())
        .onFailure(gone -> {});
  }

  private @Nullable Refusal refusal(HttpServerRequest request, String body) {
    Matcher path = PATH.matcher(request.path());
    if (!path.matches()) {
      return new Refusal(404, "Not Found");
    }
    if (!path.group(1).equals(TOKEN)) {
      return new Refusal(401, "Unauthorized");
    }
    if (!path.group(2).equalsIgnoreCase("sendMessage")) {
      return new Refusal(404, "Not Found: method not found");
    }
    if (limited) {
      limited = false;
      return new Refusal(
          429, "Too Many Requests: retry after 17", new JsonObject().put("retry_after", 17));
    }
    JsonObject json = json(request, body);
    if (json.getString("chat_id", "").isEmpty()) {
      return new Refusal(400, "Bad Request: chat_id is empty");
    }
    if (!json.getString("chat_id").equals(CHAT)) {
      return new Refusal(400, "Bad Request: chat not found");
    }
    if (kicked) {
      return new Refusal(403, "Forbidden: bot was kicked from the supergroup chat");
    }
    if (migratedTo != 0) {
      return new Refusal(
          400,
          "Bad Request: group chat was upgraded to a supergroup chat",
          new JsonObject().put("migrate_to_chat_id", migratedTo));
    }
    if (json.getInteger("message_thread_id", 5) != 5) {
      return new Refusal(400, "Bad Request: message thread not found");
    }
    return text(json);
  }

  /** A body of another type has no parameters. */
  private static JsonObject json(HttpServerRequest request, String body) {
    String type = String.valueOf(request.getHeader("Content-Type"));
    try {
      return type.startsWith("application/json") ? new JsonObject(body) : new JsonObject();
    } catch (DecodeException e) {
      return new JsonObject();
    }
  }

  private @Nullable Refusal text(JsonObject json) {
    String raw = json.getString("text", "");
    if (raw.getBytes(StandardCharsets.UTF_8).length > MAX_RAW) {
      return new Refusal(400, "Bad Request: text is too long");
    }
    String plain = raw;
    if ("HTML".equals(json.getString("parse_mode"))) {
      StringBuilder parsed = new StringBuilder();
      String fault = parse(raw, parsed);
      if (fault != null) {
        return new Refusal(400, "Bad Request: can't parse entities: " + fault);
      }
      plain = parsed.toString();
    }
    if (plain.isBlank()) {
      return new Refusal(400, "Bad Request: message text is empty");
    }
    if (plain.length() > MAX_TEXT) {
      return new Refusal(400, "Bad Request: message is too long");
    }
    shown.add(plain);
    return null;
  }

  /** The fault, or null. */
  private static @Nullable String parse(String html, StringBuilder plain) {
    Deque<String> open = new ArrayDeque<>();
    Matcher tag = TAG.matcher(html);
    int at = 0;
    while (at < html.length()) {
      if (html.charAt(at) != '<') {
        plain.append(html.charAt(at++));
        continue;
      }
      if (!tag.find(at) || tag.start() != at) {
        return "Unclosed start tag at byte offset " + at;
      }
      if (!TAGS.contains(tag.group(2))) {
        return "Unsupported start tag \"" + tag.group(2) + "\" at byte offset " + at;
      }
      if (tag.group(1).isEmpty()) {
        open.push(tag.group(2));
      } else if (!tag.group(2).equals(open.poll())) {
        return "Unexpected end tag at byte offset " + at;
      }
      at = tag.end();
    }
    String all =
        plain
            .toString()
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&quot;", "\"")
            .replace("&amp;", "&");
    plain.setLength(0);
    plain.append(all);
    return open.isEmpty() ? null : "Can't find end tag corresponding to start tag " + open.peek();
  }
}
