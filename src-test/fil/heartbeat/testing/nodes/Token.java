package fil.heartbeat.testing.nodes;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Tokens as nodes make them. Doubles look at the payload, not at the signature. */
public enum Token {
  /** For signing only, which is not enough for reading. */
  SIGN("{\"Allow\":[\"sign\"]}", Set.of("sign")),
  READ("{\"Allow\":[\"read\"]}", Set.of("read")),
  /** The one in a node's repo. */
  ADMIN(
      "{\"Allow\":[\"read\",\"write\",\"sign\",\"admin\"]}",
      Set.of("read", "write", "sign", "admin")),
  /** Only Forest's tokens end. */
  EXPIRED("{\"Allow\":[\"read\"],\"exp\":1700000000}", Set.of());

  private final String text;
  private final Set<String> permissions;

  Token(String payload, Set<String> permissions) {
    this.text = base64("{\"alg\":\"HS256\",\"typ\":\"JWT\"}") + "." + base64(payload) + ".c2ln";
    this.permissions = permissions;
  }

  /** Returns the text for {@code Authorization: Bearer}. */
  public String text() {
    return text;
  }

  boolean may(String permission) {
    return permissions.contains(permission);
  }

  static Optional<Token> of(String text) {
    return Stream.of(values()).filter(token -> token.text.equals(text)).findFirst();
  }

  private static String base64(String json) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(UTF_8));
  }
}
